"""Backfills: some days of a source's past, fetched in short pieces between its polls.

What is to be done stands in the archive, so whoever comes next goes on where a piece ended: the
same command, another process, another machine. A piece holds its source and hosts like a poll.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from crawler.crawl import crawl_source
from crawler.documents import Candidate
from crawler.endpoints import Endpoint, endpoints_of
from crawler.errors import SourceError
from crawler.history import oldest_day
from crawler.newsroom import EndpointKind
from crawler.reports import SourceReport
from crawler.sources import Source
from crawler.spider import Plan
from crawler.windows import Window
from messages.catalogue import N_
from scheduler import looks
from scheduler.holding import let_go
from scheduler.past import Past, settle_probed
from scheduler.poll import Desk, enabled_sources, today
from scheduler.watching import Watched
from storage import backfill_candidates as awaited
from storage import backfills, polling
from storage.backfill_tables import Backfill, BackfillPlace

# A piece is over after so many pages or seconds: a poll that has come due waits no longer.
PIECE_PAGES = 40
PIECE_PLACES = 4
PIECE_SECONDS = 60.0
SPELL_SECONDS = 30.0
KINDS: frozenset[EndpointKind] = frozenset({"sitemap", "listing"})
# Pages that were tried for the first time and of which none was answered: their host is at fault.
HOST_AT_FAULT = 5
LOOK_AGAIN = timedelta(seconds=0.5)


@dataclass(frozen=True, slots=True)
class Step:
    """How a backfill stands after a piece: over, or to be gone on with at a moment and not before.

    ``worked`` says whether its source could be had.
    """

    over: bool
    next_at: datetime
    worked: bool = True


def begin(desk: Desk, source: Source, window: Window) -> tuple[int, bool]:
    """Begin the backfill of some days of a source, or go on with it; gives its id and which.

    Raises SourceError for a source that has neither sitemaps nor listings.
    """
    day = today(desk).date()
    found = list(endpoints_of(source, KINDS, day, window))
    if not found:
        raise SourceError(
            N_("{source}: neither sitemaps nor listings: its past cannot be asked"),
            source=source.id,
        )
    now = desk.clock()
    with desk.database.writing() as session:
        backfill, resumed = backfills.begin(session, source.id, window, now)
        backfill_id = backfill.id or 0
        backfills.add_places(session, (_place(backfill_id, one, now) for one in found))
    return backfill_id, resumed


def _place(backfill_id: int, endpoint: Endpoint, now: datetime) -> BackfillPlace:
    return BackfillPlace(
        backfill_id=backfill_id, url=endpoint.url, kind=endpoint.kind, pages=endpoint.pages,
        page=endpoint.page, day=oldest_day(endpoint.url, None), next_at=now,
    )  # fmt: skip


async def piece(desk: Desk, backfill_id: int) -> Step:
    """Do a piece of a backfill, if its source and hosts are free, and record what came of it."""
    with desk.database.reading() as session:
        backfill = backfills.get(session, backfill_id)
    source = desk.sources.get(backfill.source)
    if backfill.status != "open" or source is None:
        return Step(over=True, next_at=backfill.next_at)
    if backfill.next_at > desk.clock():
        return Step(over=False, next_at=backfill.next_at, worked=False)
    async with desk.hosts.turn(source), desk.holder.hold(source, timedelta(0)) as hold:
        if not hold.ours:
            moment = hold.free_at or desk.clock() + LOOK_AGAIN
            if hold.free_at:
                await desk.archive.written(
                    lambda s: backfills.wait(s, backfill_id, moment, hold.reason)
                )
            return Step(over=False, next_at=moment, worked=False)
        candidates, places = await asyncio.to_thread(_next, desk, backfill_id)
        window = (backfill.first_day, backfill.last_day)
        past = Past(
            desk.archive.for_backfill(backfill_id), (backfill_id, source.id), window, candidates
        )
        report, fault = SourceReport(source.id), None
        if candidates or places:
            plan = Plan(
                day=today(desk).date(), endpoints=frozenset(), window=window,
                places=tuple(_endpoint(place) for place in places),
            )  # fmt: skip
            newsroom = Watched(past)
            manner = replace(
                desk.manner, patience=replace(desk.manner.patience, crawl=PIECE_SECONDS)
            )
            report = await crawl_source(source, newsroom, plan, manner)
            fault = newsroom.fault
        ending = _Ending(desk, source, backfill_id, past, report, fault)
        step = await desk.archive.written(ending.write)
        hold.released = True
    return step


def _next(desk: Desk, backfill_id: int) -> tuple[list[Candidate], Sequence[BackfillPlace]]:
    """Give what is to be done now: candidates, or, where none waits, places to find some."""
    now = desk.clock()
    with desk.database.reading() as session:
        rows = awaited.next_ones(session, backfill_id, now, PIECE_PAGES)
        if rows:
            return [looks.candidate_of(row) for row in rows], ()
        return [], backfills.next_places(session, backfill_id, now, PIECE_PLACES)


def _endpoint(place: BackfillPlace) -> Endpoint:
    kind: EndpointKind = "sitemap" if place.kind == "sitemap" else "listing"
    return Endpoint(place.url, kind, place.depth, place.pages, place.page)


@dataclass(frozen=True, slots=True)
class _Ending:
    """A piece that is over, and what came of it."""

    desk: Desk
    source: Source
    backfill_id: int
    past: Past
    report: SourceReport
    fault: Exception | None

    def write(self, session: Session) -> Step:
        """Record the piece and let go of its source and hosts, in one transaction."""
        now = self.desk.clock()
        backfill = backfills.get(session, self.backfill_id)
        self._count(backfill)
        if reason := self._fruitless(session):
            backfills.fruitless(backfill, reason, now)
        else:
            for candidate, words in self.past.bad:
                key = self.past.archive.key(candidate)
                awaited.put_off(session, candidate.canonical_url, key, words, now)
            backfill.fruitless, backfill.reason = 0, None
            settle_probed(session, self.backfill_id, self.past.window)
            self._go_on(session, backfill, now)
        session.add(backfill)
        rests = {h: now + timedelta(seconds=pause) for h, pause in self.report.pauses.items()}
        let_go(session, self.source, self.desk.owner, rests)
        return Step(over=backfill.status != "open", next_at=backfill.next_at)

    def _count(self, backfill: Backfill) -> None:
        counts, report = backfill.counts, self.report
        more = {
            "pieces": 1,
            "requests": report.counts["requests"],
            "bytes": report.counts["bytes"],
            "milliseconds": round(report.seconds * 1000),
        }
        backfill.counts = {name: counts.get(name, 0) + count for name, count in more.items()}

    def _fruitless(self, session: Session) -> str | None:
        """Say why nothing came of the piece, None if something did or the pages are at fault."""
        if self.fault is not None:
            return f"the archive failed: {type(self.fault).__name__}"
        asked = bool(self.report.endpoints or self.past.candidates)
        if self.past.good or not asked or self.report.endpoints_failed:
            return None
        if not self.past.bad:
            return "its host is not to be asked now"
        firsts = [
            words
            for candidate, words in self.past.bad
            if awaited.tries(session, candidate.canonical_url) == 0
        ]
        return firsts[-1] if len(firsts) >= HOST_AT_FAULT else None

    def _go_on(self, session: Session, backfill: Backfill, now: datetime) -> None:
        """Say when the next piece is due, or that this was the last."""
        moment = backfills.next_moment(session, self.backfill_id)
        if moment is None:
            backfill.status, backfill.ended_at = "done", now
        else:
            backfill.next_at = max(moment, now)


async def spell(desk: Desk, backfill_id: int) -> Step:
    """Do pieces of a backfill for half a minute, or until a poll is due that needs its hosts."""
    until = time.monotonic() + SPELL_SECONDS
    while True:
        step = await piece(desk, backfill_id)
        if step.over or not step.worked or step.next_at > desk.clock():
            return step
        due = await asyncio.to_thread(polls_due, desk, backfill_id)
        if due or time.monotonic() >= until:
            return step


def polls_due(desk: Desk, backfill_id: int) -> list[str]:
    """Give the sources whose polls are due and need a host of a backfill."""
    now = desk.clock()
    with desk.database.reading() as session:
        states = polling.states(session)
        source = desk.sources[backfills.get(session, backfill_id).source]
    return [
        near
        for near in enabled_sources(desk.sources, states)
        if near in states
        and states[near].next_check_at <= now
        and {*desk.sources[near].hosts} & {*source.hosts}
    ]
