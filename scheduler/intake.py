"""Intake: what the crawler finds becomes rows, one transaction a call."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, cast

from sqlmodel import Session

from crawler.addresses import article_key
from crawler.documents import Candidate, Document, Page
from crawler.newsroom import HostNote, Memory, Outcome, Taken, Validators, Visit
from crawler.sources import Source
from scheduler.books import Books
from scheduler.clock import utc_now
from scheduler.readers import Readers
from scheduler.refereeing import Sample, taken
from storage import articles, candidates, hosts
from storage.arrivals import Arrival
from storage.candidates import Sighting
from storage.database import Database
from storage.seeds import KnownSeed
from storage.tables import CandidateRow, Endpoint

T = TypeVar("T")

# Candidates left by earlier crawls that one crawl takes up again.
MOST_PENDING = 2_000
# RFC 9309 allows a day; a host that changes its mind should not have to wait that long.
ROBOTS_KEPT = timedelta(hours=1)


@dataclass(slots=True)
class Archive:
    """The crawler's newsroom over a database. It fulfils `crawler.newsroom.Newsroom`."""

    database: Database
    sources: dict[str, Source]
    seeds: Sequence[KnownSeed]
    threshold: float
    readers: Readers
    clock: Callable[[], datetime] = utc_now
    refereed: Sample = field(default_factory=Sample)
    _books: Books = field(init=False)

    def __post_init__(self) -> None:
        self._books = Books(self.database)

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
            sightings = [_sighting(candidate, self._key(candidate)) for candidate in seen]
            rows = candidates.sight(session, visit.source, sightings, now)
            if visit.url:
                candidates.record_visit(session, _endpoint(visit, now))
            wanted = {row.canonical_url for row in rows} | {row.article_key for row in rows}
            # Of two addresses of one article the first is asked.
            named = {self._key(one) or one.canonical_url: one for one in reversed(seen)}
            return [one for name, one in reversed(named.items()) if name in wanted]

        return await self._written(write)

    async def take(self, candidate: Candidate, page: Page) -> Taken:
        """Read, judge and store a page; raises ExtractionError when there is no article in it."""
        source = self.sources.get(candidate.source)
        referee = self.refereed.picks(candidate, self.clock())
        document, judgement = await self.readers.read(
            page, source, candidate, self.threshold, referee=referee
        )

        def write(session: Session) -> Outcome:
            key = article_key(document.canonical_url, source)
            arrival = _arrival(document, key, self.clock())
            ingested = articles.ingest(session, arrival, judgement, self.seeds)
            key = self._key(candidate)
            candidates.fetched(session, candidate.canonical_url, ingested.article_id, key)
            return cast("Outcome", ingested.outcome)

        return taken(await self._written(write), document)

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate is not to be tried again."""
        address, key = candidate.canonical_url, self._key(candidate)
        await self._written(lambda s: candidates.refused(s, address, reason, key))

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate could not be fetched now."""
        now, address, key = self.clock(), candidate.canonical_url, self._key(candidate)
        await self._written(lambda s: candidates.failed(s, address, reason, now, key))

    async def postpone(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate was not tried."""
        address, key = candidate.canonical_url, self._key(candidate)
        await self._written(lambda s: candidates.postponed(s, address, reason, key))

    async def noted(self, note: HostNote) -> None:
        """Keep what a host said of itself."""
        now = self.clock()

        def write(session: Session) -> None:
            if note.robots is not None:
                hosts.keep_robots(session, note.host, note.robots, now)
            if note.rest is not None:
                hosts.rest(session, note.host, now + note.rest, note.reason)

        await self._written(write)

    def _key(self, candidate: Candidate) -> str | None:
        return article_key(candidate.canonical_url, self.sources.get(candidate.source))

    async def _written(self, work: Callable[[Session], T]) -> T:
        return await self._books.write(work)


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


def _sighting(candidate: Candidate, key: str | None) -> Sighting:
    return Sighting(
        canonical_url=candidate.canonical_url,
        url=candidate.url,
        via=candidate.via,
        title=candidate.title,
        lead=candidate.lead,
        published_at=candidate.published_at,
        updated_at=candidate.updated_at,
        article_key=key,
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


def _arrival(document: Document, key: str | None, now: datetime) -> Arrival:
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
        first_seen_at=now,
        language=document.language,
        article_key=key,
        section=document.section,
        tags=document.tags,
        captions=document.captions,
        medium=document.medium,
        access=document.access,
    )
