"""Jobs: pieces of work that any process with a place for them can do, on this machine or another.

What is due stands in the database. A job only says 'see to it': done twice, or by two processes,
it does the second time what is left to do.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from alerts.matching import Sender
from alerts.sending import Post
from alerts.waking import Pace
from scheduler.deliveries import Outgoing
from scheduler.digests import make_due
from scheduler.poll import Desk, due_plan, find_silent, is_due, poll, record_run
from scheduler.push import ask_hubs

log = logging.getLogger(__name__)

Line = Literal["alerts", "news", "history"]
"""Where a job waits; each line has places of its own, so that none holds up the one before it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: a task's name, and what it is to be done on (a source's id, say)."""

    task: str
    on: str = ""

    @property
    def key(self) -> str:
        """Name the job; of one name one waits at a time."""
        return f"{self.task} {self.on}".rstrip()


@dataclass(slots=True)
class Workshop:
    """What jobs work with."""

    desk: Desk
    sender: Sender
    post: Post
    pace: Pace = field(default_factory=Pace)
    outgoing: Outgoing = field(init=False)

    def __post_init__(self) -> None:
        self.outgoing = Outgoing(self.desk.database, self.post, due_only=True)


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
    if source is None or not await asyncio.to_thread(is_due, desk, source):
        return
    report = await poll(desk, source, await asyncio.to_thread(due_plan, desk, source))
    if report.counts["fetched"] or report.failed:
        document = {"sources": [report.as_json()]}
        await asyncio.to_thread(record_run, desk, started, document)
        log.info(
            "%s: %d new, %d fetched, %d failed in %.1f s",
            source.id, report.counts["new"], report.counts["fetched"], report.failed,
            report.seconds,
        )  # fmt: skip


async def _ask_hubs(shop: Workshop, _on: str) -> None:
    await ask_hubs(shop.desk, shop.sender.public_url)


async def _find_silent(shop: Workshop, _on: str) -> None:
    await asyncio.to_thread(find_silent, shop.desk)


def _alone(_desk: Desk, job: Job) -> str:
    """One of its kind at a time."""
    return job.task


def _by_host(desk: Desk, job: Job) -> str:
    """One at a time for an outlet's host; leases and rests of hosts hold beside."""
    source = desk.sources.get(job.on)
    return f"host {min(source.hosts)}" if source and source.hosts else f"source {job.on}"


@dataclass(frozen=True, slots=True)
class Task:
    """What a job of a name does: where it waits, what goes first there, what excludes it.

    ``lock`` names what only one job in the whole fleet may hold.
    """

    run: Callable[[Workshop, str], Awaitable[None]]
    line: Line = "news"
    priority: int = 0
    lock: Callable[[Desk, Job], str | None] = _alone


TASKS: Mapping[str, Task] = {
    # Claims keep deliveries apart: every process may send.
    "deliver": Task(_deliver, "alerts", 2, lambda _desk, _job: None),
    "digests": Task(_make_digests, "alerts", 1),
    "poll": Task(_poll, "news", 1, _by_host),
    "hubs": Task(_ask_hubs),
    "silence": Task(_find_silent),
}
