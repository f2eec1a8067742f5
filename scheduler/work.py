"""Work that any process with a place for it can do, on this machine or another.

What is due stands in the database. Work put into a queue only says 'see to it': done twice, or by
two processes, it does the second time what is left to do.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from alerts.matching import Sender
from alerts.sending import Post
from alerts.waking import Pace
from messages.catalogue import N_
from scheduler.backfilling import spell
from scheduler.deliveries import Outgoing
from scheduler.digests import make_due
from scheduler.log_context import log_fields, log_run
from scheduler.meters import POLL_SECONDS, WORK, WORK_SECONDS
from scheduler.poll import Desk, due_plan, find_silent, is_due, poll, record_run
from scheduler.push import ask_hubs
from scheduler.reach import Reach
from storage.errors import UnknownThing, is_outage

log = logging.getLogger(__name__)

# So long calls are waited for at the end; then it is written that they were not answered.
SENDING_SECONDS = 4.0

Line = Literal["alerts", "news", "history"]
"""Where work waits; each line has places of its own, so that none holds up the one before it."""


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work: its kind's name, and what it is to be done on (a source's id, say)."""

    kind: str
    on: str = ""

    @property
    def key(self) -> str:
        """Name the work; of one name one piece waits at a time."""
        return f"{self.kind} {self.on}".rstrip()


@dataclass(slots=True)
class Workshop:
    """What work is done with."""

    desk: Desk
    sender: Sender
    post: Post
    pace: Pace = field(default_factory=Pace)
    outgoing: Outgoing = field(init=False)
    _endings: set[asyncio.Task[None]] = field(default_factory=set)
    _begun: dict[Work, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desk.reach = self.desk.reach or Reach()
        self.outgoing = self._sends_by(self.post)

    @contextmanager
    def at_work(self, piece: Work) -> Iterator[None]:
        """Know of a piece of work that it is being done."""
        self._begun[piece] = time.monotonic()
        try:
            yield
        finally:
            self._begun.pop(piece, None)

    def stuck(self) -> list[str]:
        """Name the work that has not ended for longer than it may take, in words."""
        now = time.monotonic()
        return [
            f"{piece.key}: begun {now - at:.0f} s ago"
            for piece, at in self._begun.items()
            if now - at > 60 * KINDS[piece.kind].stuck_minutes
        ]

    def send_by(self, post: Post) -> None:
        """Send by other transports from now on; what has begun ends by those it began with."""
        ending = asyncio.create_task(_end_sending(self.outgoing))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        self.post, self.outgoing = post, self._sends_by(post)

    def _sends_by(self, post: Post) -> Outgoing:
        return Outgoing(self.desk.database, post, due_only=True, keeps=True)

    async def aclose(self) -> None:
        """End or hand back what is being sent, and close the connections."""
        await asyncio.gather(_end_sending(self.outgoing), *self._endings)


async def _end_sending(outgoing: Outgoing) -> None:
    try:
        await outgoing.stop(SENDING_SECONDS)
    finally:
        # Only now: a call that failed by that would be recorded as failed.
        await outgoing.post.aclose()


async def _deliver(shop: Workshop, _on: str) -> None:
    """Line up what waits; it is sent beside, as what hangs would keep the place."""
    await shop.outgoing.look()


async def _make_digests(shop: Workshop, _on: str) -> None:
    desk = shop.desk
    if await asyncio.to_thread(make_due, desk.database, shop.sender, desk.clock, shop.pace):
        await shop.outgoing.look()


async def _poll(shop: Workshop, source_id: str) -> None:
    """Crawl a source if it is still due."""
    desk, started = shop.desk, shop.desk.clock()
    source = desk.sources.get(source_id)
    if source is None:
        # Tried again, perhaps by one who has it.
        raise UnknownThing(N_("no source {source} on this machine"), source=source_id)
    if desk.recess.goes_on or not await asyncio.to_thread(is_due, desk, source):
        return
    try:
        report = await poll(desk, source, await asyncio.to_thread(due_plan, desk, source))
    except Exception as error:
        if is_outage(error):  # told by the desk's recess, once for all outlets
            return
        raise
    POLL_SECONDS.observe(report.seconds)
    if report.counts["fetched"] or report.failed:
        document = {"sources": [report.as_json()]}
        await asyncio.to_thread(record_run, desk, started, document, log_fields()["run"])
        log.info(
            "%s: %d new, %d fetched, %d failed in %.1f s",
            source.id, report.counts["new"], report.counts["fetched"], report.failed,
            report.seconds,
        )  # fmt: skip


async def _ask_hubs(shop: Workshop, _on: str) -> None:
    await ask_hubs(shop.desk, shop.sender.public_url)


async def _find_silent(shop: Workshop, _on: str) -> None:
    await asyncio.to_thread(find_silent, shop.desk)


def _alone(_desk: Desk, work: Work) -> str:
    """One of its kind at a time."""
    return work.kind


def _by_host(desk: Desk, work: Work) -> str:
    """One at a time for an outlet's host; leases and rests of hosts hold beside."""
    source = desk.sources.get(work.on.partition(" ")[0])
    return f"host {min(source.hosts)}" if source and source.hosts else f"source {work.on}"


async def _fill(shop: Workshop, on: str) -> None:
    await spell(shop.desk, int(on.rpartition(" ")[2]))


def backfill_work(source_id: str, backfill_id: int) -> Work:
    """Name the work of a spell at a source's backfill."""
    return Work("backfill", f"{source_id} {backfill_id}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What work of a kind does: where it waits, what goes first there, what excludes it.

    ``lock`` names what only one piece of work in the whole fleet may hold. What has not ended after
    ``stuck_minutes`` never will.
    """

    name: str
    act: Callable[[Workshop, str], Awaitable[None]]
    line: Line = "news"
    priority: int = 0
    lock: Callable[[Desk, Work], str | None] = _alone
    stuck_minutes: int = 20

    async def run(self, shop: Workshop, on: str) -> None:
        """Do a piece of work; it is a run of its own in the log, and counted."""
        outcome, begun = "failed", time.monotonic()
        try:
            with shop.at_work(Work(self.name, on)), log_run(f"{self.name} {on}".rstrip()):
                await self.act(shop, on)
            outcome = "ok"
        except asyncio.CancelledError:
            outcome = "broken_off"
            raise
        finally:
            WORK.labels(self.name, outcome).inc()
            WORK_SECONDS.labels(self.name).observe(time.monotonic() - begun)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        # Claims keep deliveries apart: every process may send.
        Kind("deliver", _deliver, "alerts", 2, lambda _desk, _work: None),
        Kind("digests", _make_digests, "alerts", 1),
        # An hour is what a crawl's requests may take; what was read then is still to be stored.
        Kind("poll", _poll, "news", 1, _by_host, 3 * 60),
        Kind("hubs", _ask_hubs),
        Kind("silence", _find_silent),
        Kind("backfill", _fill, "history", 0, _by_host, 6 * 60),
    )
}
