"""Intake: what the crawler finds becomes rows, one transaction a call."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from sqlmodel import Session

from analysis.judgement import Judgement
from crawler.documents import Candidate, Document, Page
from crawler.newsroom import Memory, Outcome, Validators, Visit
from crawler.sources import Source
from scheduler.clock import utc_now
from scheduler.readers import Readers
from storage import articles, candidates
from storage.candidates import Sighting
from storage.database import Database
from storage.seeds import KnownSeed
from storage.tables import Article, CandidateRow, Endpoint

T = TypeVar("T")

# Candidates left by earlier crawls that one crawl takes up again.
MOST_PENDING = 2_000


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
                        _candidate(row)
                        for row in candidates.pending(session, source, self.clock(), MOST_PENDING)
                    ],
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
            return [candidate for candidate in seen if candidate.canonical_url in wanted]

        return await self._written(write)

    async def take(self, candidate: Candidate, page: Page) -> Outcome:
        """Read, judge and store a page; raises ExtractionError when there is no article in it."""
        source = self.sources.get(candidate.source)
        document, judgement = await self.readers.read(page, source, candidate, self.threshold)

        def write(session: Session) -> Outcome:
            row = _article(document, judgement, self.clock())
            taken = articles.ingest(session, row, judgement, self.seeds)
            candidates.fetched(session, candidate.canonical_url, taken.article_id)
            return cast("Outcome", taken.outcome)

        return await self._written(write)

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate is not to be tried again."""
        await self._written(lambda s: candidates.refused(s, candidate.canonical_url, reason))

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate could not be fetched now."""
        now = self.clock()
        await self._written(lambda s: candidates.failed(s, candidate.canonical_url, reason, now))

    async def _written(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self.database.writing() as session:
                return work(session)

        async with self._turn:
            # Shielded: a crawl that is stopped must not leave a transaction half known.
            return await asyncio.shield(asyncio.to_thread(run))


def _candidate(row: CandidateRow) -> Candidate:
    return Candidate(
        source=row.source,
        url=row.url,
        canonical_url=row.canonical_url,
        via=row.via,
        title=row.title,
        lead=row.lead,
        published_at=row.published_at,
        updated_at=row.updated_at,
    )


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
        hub=visit.hub,
        topic=visit.topic,
    )


def _article(document: Document, judgement: Judgement, now: datetime) -> Article:
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
