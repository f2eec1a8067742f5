"""Intake: what the crawler finds becomes rows, one transaction a call."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from sqlmodel import Session

from analysis.judgement import Judgement
from crawler.documents import Candidate, Document, Page
from crawler.errors import CrawlerError
from crawler.newsroom import Memory, Outcome, Validators, Visit
from crawler.sources import Source
from scheduler import looks
from scheduler.clock import utc_now
from scheduler.readers import Readers
from scheduler.rereading import Rereading
from storage import articles, candidates, looking, revisions, snapshots
from storage.candidates import Sighting
from storage.database import Database
from storage.errors import SnapshotError
from storage.revisions import Rules
from storage.seeds import KnownSeed
from storage.tables import Article, Endpoint, Snapshot

T = TypeVar("T")

# Candidates left by earlier crawls that one crawl takes up again.
MOST_PENDING = 2_000
MOST_LOOKS = 50


@dataclass(slots=True)
class Archive:
    """The crawler's newsroom over a database. It fulfils `crawler.newsroom.Newsroom`."""

    database: Database
    sources: dict[str, Source]
    seeds: Sequence[KnownSeed]
    threshold: float
    readers: Readers
    clock: Callable[[], datetime] = utc_now
    # One writer at a time here; between processes the database's own lock does the same.
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def recall(self, source: str) -> Memory:
        """Say what is known of a source."""

        def read() -> Memory:
            with self.database.reading() as session:
                return Memory(
                    validators={
                        row.url: Validators(row.etag, row.last_modified, tuple(row.parts))
                        for row in candidates.endpoints(session, source)
                        # After a failure a 304 would only say that nothing changed since success.
                        if row.last_error is None
                    },
                    pending=[
                        looks.with_what_is_known(session, looks.candidate_of(row))
                        for row in candidates.pending(session, source, self.clock(), MOST_PENDING)
                    ],
                    looks=looks.due_looks(session, source, self.clock(), MOST_LOOKS),
                )

        return await asyncio.to_thread(read)

    async def discovered(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        """Store what an endpoint showed together with its validators; give what to fetch."""

        def write(session: Session) -> Sequence[Candidate]:
            now = self.clock()
            sightings = [_sighting(candidate) for candidate in seen]
            rows = candidates.sight(session, visit.source, sightings, now)
            if visit.url:
                candidates.record_visit(session, _endpoint(visit, now))
            wanted = {row.canonical_url for row in rows}
            return [
                looks.with_what_is_known(session, candidate)
                for candidate in seen
                if candidate.canonical_url in wanted
            ]

        return await self.written(write)

    async def take(self, candidate: Candidate, page: Page) -> Outcome:
        """Read, judge and store a page; raises ExtractionError when there is no article in it.

        ``gone`` is the outcome where the page of a known article now holds another story.
        """
        source = self.sources.get(candidate.source)
        read = await self.readers.read(page, source, candidate, self.threshold)
        if candidate.known:
            await self._put_right(
                candidate, article_row(read.document, read.judgement, page.fetched_at)
            )

        def write(session: Session) -> Outcome:
            now = self.clock()
            row = article_row(read.document, read.judgement, now)
            known = (
                looking.article_at(session, candidate.canonical_url) if candidate.known else None
            )
            if known and revisions.is_other_story(known, row, read.judgement):
                looks.gone(session, candidate, f"now another story: {row.title}"[:300], now)
                return "gone"
            if known:
                row.canonical_url = known.canonical_url
            taken = articles.ingest(session, row, read.judgement, self.seeds)
            article = articles.get(session, taken.article_id)
            if taken.outcome in ("revised", "unchanged"):
                looking.looked(session, article, now)
            if article.canonical_url == candidate.canonical_url:
                article.etag, article.last_modified = page.etag, page.last_modified
            if article.status == "new" and taken.outcome != "unchanged":
                snapshots.keep(session, taken.article_id, read.packed)
            candidates.fetched(session, candidate.canonical_url, taken.article_id)
            return cast("Outcome", taken.outcome)

        return await self.written(write)

    @property
    def rereading(self) -> Rereading:
        """What kept pages are read with."""
        return Rereading(self.readers, self.sources, self.threshold)

    async def _put_right(self, candidate: Candidate, fresh: Article) -> None:
        """Read the page before this one anew: what only our reading changed is no revision."""

        def look_up() -> tuple[Article, Snapshot] | None:
            with self.database.reading() as session:
                return snapshots.kept_at(session, candidate.canonical_url)

        kept = await asyncio.to_thread(look_up)
        if kept is None or revisions.wording(kept[0]) == revisions.wording(fresh):
            return
        known, snapshot = kept
        try:
            read = await self.rereading.read(snapshot, candidate)
        except (CrawlerError, SnapshotError):
            return
        row = article_row(read.document, read.judgement, self.clock())
        if revisions.wording(row) != revisions.wording(known):
            rules = Rules(self.threshold, self.clock())
            await self.written(
                lambda s: revisions.correct(
                    s, articles.get(s, known.id or 0), row, read.judgement, rules
                )
            )

    async def unchanged(self, candidate: Candidate) -> None:
        """Note that a known article's page is still the one it was."""
        await self.written(lambda s: looks.unchanged(s, candidate, self.clock()))

    async def gone(self, candidate: Candidate, reason: str, *, for_good: bool) -> None:
        """Note that a known article's page is not there; without ``for_good`` it may come back."""
        now = self.clock()
        await self.written(lambda s: looks.gone(s, candidate, reason, now, for_good=for_good))

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate is not to be tried again."""

        def write(session: Session) -> None:
            candidates.refused(session, candidate.canonical_url, reason)
            looks.given_up(session, candidate)

        await self.written(write)

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate could not be fetched now."""

        def write(session: Session) -> None:
            now = self.clock()
            candidates.failed(session, candidate.canonical_url, reason, now)
            looks.postponed(session, candidate, now)

        await self.written(write)

    async def written(self, work: Callable[[Session], T]) -> T:
        """Do some work in a writing transaction, one at a time."""

        def run() -> T:
            with self.database.writing() as session:
                return work(session)

        async with self._turn:
            # Shielded: a crawl that is stopped must not leave a transaction half known.
            return await asyncio.shield(asyncio.to_thread(run))


def _sighting(candidate: Candidate) -> Sighting:
    return Sighting(
        canonical_url=candidate.canonical_url,
        url=candidate.url,
        via=candidate.via,
        title=candidate.title,
        lead=candidate.lead,
        published_at=candidate.published_at,
        updated_at=candidate.updated_at,
    )


def _endpoint(visit: Visit, now: datetime) -> Endpoint:
    return Endpoint(
        url=visit.url,
        source=visit.source,
        kind=visit.kind,
        etag=visit.validators.etag,
        last_modified=visit.validators.last_modified,
        parts=list(visit.validators.parts),
        last_asked_at=now,
        last_status=visit.status,
        last_error=visit.error,
    )


def article_row(document: Document, judgement: Judgement, now: datetime) -> Article:
    """Give what a page says as a row that is not yet stored."""
    return Article(
        source=document.source,
        url=document.url,
        canonical_url=document.canonical_url,
        title=document.title,
        lead=document.lead,
        text=document.text,
        authors=list(document.authors),
        image=document.image,
        published_at=document.published_at,
        modified_at=document.modified_at,
        first_seen_at=now,
        language=document.language,
        content_hash=judgement.fingerprint.content_hash,
        status="off_topic",
        story_id=0,
    )
