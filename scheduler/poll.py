"""Polling: take a source, crawl it, record what came of it and when it is due again."""

import asyncio
import logging
import random
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
from scheduler.log_context import log_about, new_run_id
from scheduler.next_look import next_look, share
from scheduler.reach import ASK_AGAIN, Reach
from scheduler.recess import Recess
from scheduler.recording import look_for_silence, record_health, record_looks
from scheduler.watching import Watched
from storage import candidates, looking, polling, push, runs
from storage.database import Database
from storage.errors import is_outage
from storage.tables import SourceState

log = logging.getLogger(__name__)

# Looks ride on the polls; one that finds none within this time gets a poll that asks nothing else.
LOOK_PATIENCE = timedelta(minutes=5)
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
    recess: Recess = field(default_factory=Recess)
    reach: Reach | None = None  # without it, who does not answer is to blame

    @property
    def holder(self) -> Holder:
        """Who holds what this desk crawls."""
        return Holder(self.archive.written, self.owner, self.clock, self.recess.faults)

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
    """Give the enabled sources whose next check has come, then those with a look overdue."""
    now = desk.clock()
    with desk.database.reading() as session:
        enabled = enabled_sources(desk.sources, polling.states(session))
        found = list(polling.due(session, enabled, now, limit, desk.owner))
        if len(found) < limit:
            overdue = now - LOOK_PATIENCE
            found += looking.due_sources(session, set(enabled) - set(found), now, overdue, limit)
        return [desk.sources[source] for source in found[:limit]]


def is_due(desk: Desk, source: Source) -> bool:
    """Tell whether `due_sources` would give a source."""
    now = desk.clock()
    with desk.database.reading() as session:
        states = {source.id: polling.state(session, source.id)}
        enabled = enabled_sources({source.id: source}, states)
        return bool(
            polling.due(session, enabled, now, 1, desk.owner)
            or looking.due_sources(session, set(enabled), now, now - LOOK_PATIENCE, 1)
        )


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
    with log_about(source=source.id):
        try:
            return await _poll(desk, source, plan, patience)
        except Exception as error:
            desk.recess.failed(error)
            raise


async def _poll(desk: Desk, source: Source, plan: Plan, patience: timedelta) -> SourceReport:
    async with desk.hosts.turn(source), desk.holder.hold(source, patience) as hold:
        if not hold.ours:
            report = SourceReport(source.id)
            report.error(source.homepage, hold.reason)
            if not plan.urls:
                await asyncio.to_thread(_rest, desk, source, plan, hold)
            return report
        since = desk.clock()
        newsroom = Watched(desk.archive)
        report = await crawl_source(source, newsroom, plan, desk.manner)
        fault = newsroom.fault
        if fault:
            _tell(report, source, fault)
        again = _again(desk, source, report, fault)
        now = desk.clock()
        pace = await asyncio.to_thread(desk.budget.current, partial(_shares, desk, now), now)
        ending = _Ending(desk, source, plan, since, report, fault, pace, again)
        await desk.archive.written(ending.write)
        hold.released = True
    if not fault:
        desk.recess.went_well()
    return report


def _again(
    desk: Desk, source: Source, report: SourceReport, fault: Exception | None
) -> timedelta | None:
    """When to ask again where the failure was none of the outlet's, as far as is known."""
    if fault:
        return timedelta(seconds=desk.recess.seconds) if desk.recess.failed(fault) else None
    return ASK_AGAIN if _is_unheard(desk, source, report) else None


def _is_unheard(desk: Desk, source: Source, report: SourceReport) -> bool:
    """Whether nothing was heard of an outlet, and it is not yet known whose fault that is."""
    reach = desk.reach
    if reach is None or not report.counts["requests"]:
        return False
    if report.counts["bytes"]:
        reach.heard(source.id)
        return False
    enabled = sum(source.enabled for source in desk.sources.values())
    return not reach.is_to_blame(source.id, enabled - 1)


def _rest(desk: Desk, source: Source, plan: Plan, hold: Hold) -> None:
    """Look at a source again when its host may be asked."""
    now = desk.clock()
    with desk.database.writing() as session:
        if not plan.endpoints:
            looking.rest(session, source.id, now, hold.free_at or now + LOOK_PATIENCE)
        elif hold.free_at:
            polling.not_before(session, source.id, hold.free_at)


def _tell(report: SourceReport, source: Source, fault: Exception) -> None:
    """Account for what the archive could not take; it stays pending there."""
    if not is_outage(fault):  # that is told once for all outlets
        log.error("crawl of %s: the archive failed", source.id, exc_info=fault)
    lost = report.counts["discovered"] - report.counts["fetched"] - sum(report.skipped.values())
    report.skip("not_stored", lost)
    words = " ".join(str(fault).split())[:300]
    report.error(source.homepage, f"the archive failed: {type(fault).__name__}: {words}")


@dataclass(frozen=True, slots=True)
class _Ending:
    """A crawl that is over: what came of it, and the pace at which polls go.

    Where it failed by what is ours (archive, network), the outlet is only asked ``again`` soon.
    """

    desk: Desk
    source: Source
    plan: Plan
    since: datetime
    report: SourceReport
    fault: Exception | None
    pace: float
    again: timedelta | None

    def write(self, session: Session) -> None:
        """Record the crawl and let go of its source and hosts, in one transaction."""
        now, report = self.desk.clock(), self.report
        # A poll for looks alone says nothing of the source's pace.
        if self.again and not self.plan.urls:
            self._ask_again(session, now, now + self.again)
        elif not self.plan.urls and self.plan.endpoints:
            failed = report.failed_wholly or self.fault is not None
            self._record(session, report.errors[-1]["error"] if failed else None, now)
        elif not self.plan.urls:
            record_looks(session, self.source, report, now)
        rests = {host: now + timedelta(seconds=pause) for host, pause in report.pauses.items()}
        let_go(session, self.source, self.desk.owner, rests)

    def _ask_again(self, session: Session, now: datetime, moment: datetime) -> None:
        if self.plan.endpoints:
            polling.ask_again(session, self.source.id, moment)
        else:
            looking.rest(session, self.source.id, now, moment)

    def _record(self, session: Session, error: str | None, now: datetime) -> None:
        source, report = self.source, self.report
        state = polling.state(session, source.id)
        if state.last_success_at is None:
            report.ages.clear()  # what an outlet had before we knew of it
        state.trouble = trouble_after(state.trouble, (report.hope or OURS) if error else None)
        pause = next_look(source, state, report, self.pace, now, self.desk.chance)
        new = sum(report.counts[name] for name in NEWS)
        polling.checked(session, source.id, now, new=new, error=error, pause=pause)
        if push.called_since(session, source.id, self.since):  # the feed may have been read before
            polling.wake(session, source.id, now, push.CALL_PAUSE)
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


def due_plan(desk: Desk, source: Source) -> Plan:
    """Plan the poll of a source that `due_sources` gave: where only looks are due, only these."""
    with desk.database.reading() as session:
        is_due = polling.states(session)[source.id].next_check_at <= desk.clock()
    if is_due:
        return regular_plan(desk, source)
    return Plan(day=today(desk).date(), endpoints=frozenset())


def record_run(
    desk: Desk, started_at: datetime, report: Mapping[str, object], run: str | None = None
) -> str:
    """Keep a crawl's report; gives the run's id, one made for it if it has none yet."""
    run = run or new_run_id(started_at)
    seconds = (desk.clock() - started_at).total_seconds()
    with desk.database.writing() as session:
        runs.record(session, run, started_at, seconds, {"run": run, "seconds": seconds, **report})
    return run
