"""Intake: what the crawler finds becomes rows, one transaction a call."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self, TypeVar, cast

from sqlmodel import Session

from crawler.addresses import article_key
from crawler.documents import Candidate, Document, Page
from crawler.errors import CrawlerError
from crawler.newsroom import HostNote, Memory, Outcome, Taken, Validators, Visit
from crawler.sources import Source
from scheduler import looks
from scheduler.books import Books
from scheduler.clock import utc_now
from scheduler.readers import PageRead, Readers
from scheduler.refereeing import Sample, taken
from scheduler.rereading import Rereading
from storage import articles, candidates, hosts, looking, revisions, snapshots
from storage.arrivals import Arrival
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
# RFC 9309 allows a day; a host that changes its mind should not have to wait that long.
ROBOTS_KEPT = timedelta(hours=1)


@dataclass(slots=True)
class Archive:
    """The crawler's newsroom over a database. It fulfils `crawler.newsroom.Newsroom`.

    With a ``backfill_id`` it is the newsroom of a backfill: see `for_backfill`.
    """

    database: Database
    sources: dict[str, Source]
    seeds: Sequence[KnownSeed]
    threshold: float
    readers: Readers
    clock: Callable[[], datetime] = utc_now
    refereed: Sample = field(default_factory=Sample)
    backfill_id: int | None = None
    books: Books | None = None

    def __post_init__(self) -> None:
        self.books = self.books or Books(self.database)

    def for_backfill(self, backfill_id: int) -> Self:
        """Give an archive whose pages a backfill brings; it writes together with this one."""
        return replace(self, backfill_id=backfill_id)

    async def recall(self, source: str) -> Memory:
        """Say what is known of a source."""

        def read() -> Memory:
            known = self.sources.get(source)
            with self.database.reading() as session:
                return Memory(
                    robots=hosts.robots(
                        session, known.hosts if known else (), self.clock() - ROBOTS_KEPT
                    ),
                    validators={
                        row.url: Validators(row.etag, row.last_modified, tuple(row.parts))
                        for row in candidates.endpoints(session, source)
                        # After a failure a 304 would only say that nothing changed since success.
                        if row.last_error is None
                    },
                    pending=looks.with_what_is_known(
                        session,
                        [
                            looks.candidate_of(row)
                            for row in candidates.pending(
                                session, source, self.clock(), MOST_PENDING
                            )
                        ],
                    ),
                    looks=looks.due_looks(session, source, self.clock(), MOST_LOOKS),
                )

        return await asyncio.to_thread(read)

    async def discovered(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        """Store what an endpoint showed together with its validators; give what to fetch."""

        def write(session: Session) -> Sequence[Candidate]:
            now = self.clock()
            sightings = [self.sighting(candidate) for candidate in seen]
            rows = candidates.sight(session, visit.source, sightings, now)
            if visit.url:
                candidates.record_visit(session, _endpoint(visit, now))
            wanted = {row.canonical_url for row in rows} | {row.article_key for row in rows}
            # Of two addresses of one article the first is asked.
            named = {self.key(one) or one.canonical_url: one for one in reversed(seen)}
            found = [one for name, one in reversed(named.items()) if name in wanted]
            return looks.with_what_is_known(session, found)

        return await self.written(write)

    async def take(self, candidate: Candidate, page: Page) -> Taken:
        """Read, judge and store a page; raises ExtractionError when there is no article in it.

        ``gone`` is the outcome where the page of a known article now holds another story.
        """
        source = self.sources.get(candidate.source)
        referee = self.refereed.picks(candidate, self.clock())
        read = await self.readers.read(page, source, candidate, self.threshold, referee=referee)
        if candidate.known:
            await self._put_right(candidate, self.arrival(read.document))
        said = page if candidate.canonical_url == read.document.canonical_url else None
        arrival = self.arrival(read.document, said)
        outcome = await self.written(
            lambda s: self._take_in(s, candidate, arrival, read), at_once=False
        )
        return taken(cast("Outcome", outcome), read.document, arrival.first_seen_at)

    def _take_in(
        self, session: Session, candidate: Candidate, arrival: Arrival, read: PageRead
    ) -> str:
        now = arrival.first_seen_at
        known = looking.article_at(session, candidate.canonical_url) if candidate.known else None
        if known and revisions.is_other_story(known, arrival, read.judgement):
            looks.gone(session, candidate, f"now another story: {arrival.title}"[:300], now)
            return "gone"
        if known and (arrival.article_key is None or arrival.article_key != known.article_key):
            arrival = replace(arrival, canonical_url=known.canonical_url)
        ingested = articles.ingest(session, arrival, read.judgement, self.seeds)
        status = ingested.outcome
        if status == "unchanged" and self.backfill_id is not None:
            status = ""  # known by another address: left alone
        if status in ("revised", "unchanged"):
            article = articles.get(session, ingested.article_id)
            looking.looked(session, article, now)
            article.etag, article.last_modified = arrival.etag, arrival.last_modified
            status = article.status
        if status == "new" and ingested.outcome != "unchanged":
            snapshots.keep(session, ingested.article_id, read.packed)
        key = self.key(candidate)
        candidates.fetched(session, candidate.canonical_url, ingested.article_id, key)
        return ingested.outcome

    def arrival(self, document: Document, said: Page | None = None) -> Arrival:
        """Give what a page says, with its validators, as it goes into the archive."""
        return Arrival(
            source=document.source,
            url=document.url,
            canonical_url=document.canonical_url,
            title=document.title,
            lead=document.lead,
            text=document.text,
            authors=document.authors,
            image=document.image,
            published_at=document.published_at,
            modified_at=document.modified_at,
            first_seen_at=self.clock(),
            language=document.language,
            article_key=article_key(document.canonical_url, self.sources.get(document.source)),
            section=document.section,
            tags=document.tags,
            captions=document.captions,
            medium=document.medium,
            access=document.access,
            etag=said.etag if said else None,
            last_modified=said.last_modified if said else None,
            backfill_id=self.backfill_id,
        )

    @property
    def rereading(self) -> Rereading:
        """What kept pages are read with."""
        return Rereading(self.readers, self.sources, self.threshold)

    async def _put_right(self, candidate: Candidate, fresh: Arrival) -> None:
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
        was, rules = self.arrival(read.document), Rules(self.threshold, self.clock())
        if revisions.wording(was) != revisions.wording(known):
            await self.written(
                lambda s: revisions.correct(
                    s, articles.get(s, known.id or 0), was, read.judgement, rules
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
            candidates.refused(session, candidate.canonical_url, reason, self.key(candidate))
            looks.given_up(session, candidate)

        await self.written(write)

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate could not be fetched now."""
        now, address, key = self.clock(), candidate.canonical_url, self.key(candidate)

        def write(session: Session) -> None:
            candidates.failed(session, address, reason, now, key)
            looks.postponed(session, candidate, now)

        await self.written(write)

    async def postpone(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate was not tried."""
        now, address, key = self.clock(), candidate.canonical_url, self.key(candidate)

        def write(session: Session) -> None:
            candidates.postponed(session, address, reason, key)
            looks.postponed(session, candidate, now)

        await self.written(write)

    async def noted(self, note: HostNote) -> None:
        """Keep what a host said of itself."""
        now = self.clock()

        def write(session: Session) -> None:
            if note.robots is not None:
                hosts.keep_robots(session, note.host, note.robots, now)
            if note.rest is not None:
                hosts.rest(session, note.host, now + note.rest, note.reason)

        await self.written(write)

    def sighting(self, candidate: Candidate) -> Sighting:
        """Give what a place says of a candidate, as it goes into the archive."""
        return Sighting(
            canonical_url=candidate.canonical_url,
            url=candidate.url,
            via=candidate.via,
            title=candidate.title,
            lead=candidate.lead,
            published_at=candidate.published_at,
            updated_at=candidate.updated_at,
            article_key=self.key(candidate),
        )

    def key(self, candidate: Candidate) -> str | None:
        """Give the outlet's own number of an article, where its address shows one."""
        return article_key(candidate.canonical_url, self.sources.get(candidate.source))

    async def written(self, work: Callable[[Session], T], *, at_once: bool = True) -> T:
        """Do some work in a writing transaction; it may be run twice. See `scheduler.books`."""
        assert self.books is not None, "made above"  # noqa: S101 - narrows the type
        return await self.books.write(work, at_once=at_once)


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
        hub=visit.hub,
        topic=visit.topic,
    )
