"""Polling: take a source, crawl it, record what came of it and when it is due again."""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from crawler.crawl import HostQueue, Manner, crawl_source
from crawler.dates import VIETNAM
from crawler.failures import OURS, trouble_after
from crawler.newsroom import EndpointKind
from crawler.reports import SourceReport
from crawler.sources import Source
from crawler.spider import Plan
from scheduler.budget import Budget, Share
from scheduler.holding import Hold, Holder, let_go
from scheduler.intake import Archive
from scheduler.leases import this_owner
from scheduler.next_look import next_look, share
from scheduler.recording import look_for_silence, record_health
from scheduler.watching import Watched
from storage import candidates, polling, runs
from storage.database import Database
from storage.tables import SourceState

log = logging.getLogger(__name__)

# Where feeds tell what is new, a sitemap is only the safety net.
SITEMAP_PAUSE = timedelta(hours=1)
# The outcomes of a page that are something new of the outlet.
NEWS = ("new", "revised", "off_topic", "near_duplicates")


@dataclass(slots=True)
class Desk:
    """What a poll works with."""

    archive: Archive
    manner: Manner
    owner: str = field(default_factory=this_owner)
    hosts: HostQueue = field(default_factory=HostQueue)
    budget: Budget = field(default_factory=Budget)
    chance: Callable[[], float] = random.random  # 0-1, spreads polls

    @property
    def holder(self) -> Holder:
        """Who holds what this desk crawls."""
        return Holder(self.database, self.owner, self.clock)

    @property
    def database(self) -> Database:
        """The archive's database."""
        return self.archive.database

    @property
    def clock(self) -> Callable[[], datetime]:
        """The archive's clock."""
        return self.archive.clock

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources by id."""
        return self.archive.sources


def register_sources(desk: Desk) -> None:
    """Give every source its row."""
    with desk.database.writing() as session:
        polling.register(session, registered(desk.sources), desk.clock())


def registered(sources: Mapping[str, Source]) -> dict[str, tuple[str, str]]:
    """Give what the archive keeps of each source: name and kind."""
    return {source.id: (source.name, source.kind) for source in sources.values()}


def due_sources(desk: Desk, limit: int) -> list[Source]:
    """Give the enabled sources whose next check has come."""
    with desk.database.reading() as session:
        enabled = enabled_sources(desk.sources, polling.states(session))
        return [desk.sources[s] for s in polling.due(session, enabled, desk.clock(), limit)]


def enabled_sources(sources: Mapping[str, Source], states: Mapping[str, SourceState]) -> list[str]:
    """Give the ids of the sources that are switched on, by their file or by hand."""
    return [
        source.id
        for source in sources.values()
        if (states[source.id].enabled if _by_hand(source, states) else source.enabled)
    ]


def _by_hand(source: Source, states: Mapping[str, SourceState]) -> bool:
    return source.id in states and states[source.id].enabled is not None


async def poll(
    desk: Desk, source: Source, plan: Plan, patience: timedelta = timedelta(0)
) -> SourceReport:
    """Crawl one source while holding it and its hosts, and record the outcome.

    Others who hold them are waited for as long as ``patience`` lasts; then the report says so.
    """
    async with desk.hosts.turn(source), desk.holder.hold(source, patience) as hold:
        if not hold.ours:
            report = SourceReport(source.id)
            report.error(source.homepage, hold.reason)
            if hold.free_at and not plan.urls:
                await asyncio.to_thread(_rest, desk, source, hold)
            return report
        newsroom = Watched(desk.archive)
        report = await crawl_source(source, newsroom, plan, desk.manner)
        if newsroom.fault:
            _tell(report, source, newsroom.fault)
        await asyncio.to_thread(_finish, desk, source, plan, report, newsroom.fault)
        hold.released = True
    return report


def _rest(desk: Desk, source: Source, hold: Hold) -> None:
    """Look at a source again when its host may be asked."""
    with desk.database.writing() as session:
        polling.not_before(session, source.id, hold.free_at or desk.clock())


def _tell(report: SourceReport, source: Source, fault: Exception) -> None:
    """Account for what the archive could not take; it stays pending there."""
    log.error("crawl of %s: the archive failed", source.id, exc_info=fault)
    lost = report.counts["discovered"] - report.counts["fetched"] - sum(report.skipped.values())
    report.skip("not_stored", lost)
    words = " ".join(str(fault).split())[:300]
    report.error(source.homepage, f"the archive failed: {type(fault).__name__}: {words}")


def _finish(
    desk: Desk, source: Source, plan: Plan, report: SourceReport, fault: Exception | None
) -> None:
    """Record a crawl and let go of its source and hosts, in one transaction."""
    now = desk.clock()
    pace = desk.budget.current(partial(_shares, desk, now), now)
    rests = {host: now + timedelta(seconds=pause) for host, pause in report.pauses.items()}
    with desk.database.writing() as session:
        if not plan.urls:
            failed = report.failed_wholly or fault is not None
            error = report.errors[-1]["error"] if failed else None
            _record(desk, session, source, report, error, pace)
        let_go(session, source, desk.owner, rests)


def _record(
    desk: Desk,
    session: Session,
    source: Source,
    report: SourceReport,
    error: str | None,
    pace: float,
) -> None:
    now = desk.clock()
    state = polling.state(session, source.id)
    state.trouble = trouble_after(state.trouble, (report.hope or OURS) if error else None)
    pause = next_look(source, state, report, pace, now, desk.chance)
    new = sum(report.counts[name] for name in NEWS)
    polling.checked(session, source.id, now, new=new, error=error, pause=pause)
    record_health(session, source, report, error, now)


def _shares(desk: Desk, now: datetime) -> list[Share]:
    with desk.database.reading() as session:
        states = polling.states(session)
        enabled = enabled_sources(desk.sources, states)
        return [share(desk.sources[s], states[s], now) for s in enabled if s in states]


def find_silent(desk: Desk) -> None:
    """Look for sources that have fallen silent while none of their polls was due."""
    with desk.database.writing() as session:
        enabled = enabled_sources(desk.sources, polling.states(session))
        look_for_silence(session, enabled, desk.clock())


def today(desk: Desk) -> datetime:
    """Give the moment as Vietnam's clocks show it."""
    return desk.clock().astimezone(VIETNAM)


def regular_plan(desk: Desk, source: Source) -> Plan:
    """Plan a routine poll: sitemaps only now and then where there are feeds."""
    kinds: set[EndpointKind] = {"feed", "sitemap", "listing"}
    if source.feeds and source.sitemaps:
        with desk.database.reading() as session:
            asked = [
                row.last_asked_at
                for row in candidates.endpoints(session, source.id)
                if row.kind == "sitemap" and row.last_asked_at and row.last_error is None
            ]
        if asked and desk.clock() - max(asked) < SITEMAP_PAUSE:
            kinds.discard("sitemap")
    return Plan(day=today(desk).date(), endpoints=frozenset(kinds))


def record_run(desk: Desk, started_at: datetime, report: Mapping[str, object]) -> str:
    """Keep a crawl's report; gives the run's id."""
    run = f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    seconds = (desk.clock() - started_at).total_seconds()
    with desk.database.writing() as session:
        runs.record(session, run, started_at, seconds, {"run": run, "seconds": seconds, **report})
    return run
