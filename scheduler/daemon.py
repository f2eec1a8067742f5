"""The daemon: APScheduler says 'look now', the due times in the database say what is to be done."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from alerts.matching import Sender
from alerts.sending import Post
from alerts.waking import Pace
from crawler.sources import Source
from scheduler.deliveries import Outgoing
from scheduler.digests import make_due
from scheduler.poll import Desk, due_plan, due_sources, find_silent, poll, record_run
from scheduler.push import ask_hubs, is_reachable

log = logging.getLogger(__name__)

LOOK_SECONDS = 1
HUB_SECONDS = 10
SILENCE_MINUTES = 5
# What is in hand gets this long to end; what does not stays pending and is taken up at next start.
STOP_SECONDS = 6.0


@dataclass(slots=True)
class Daemon:
    """Polls due sources, makes due digests and sends what waits, until told to stop."""

    desk: Desk
    sender: Sender
    post: Post
    pace: Pace = field(default_factory=Pace)
    crawls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    looks: set[asyncio.Task[Any]] = field(default_factory=set)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    outgoing: Outgoing = field(init=False)

    def __post_init__(self) -> None:
        self.outgoing = Outgoing(self.desk.database, self.post, due_only=True)

    async def run(self, serve: Callable[[], Awaitable[None]] | None = None) -> None:
        """Work until SIGTERM, SIGINT or `stop`; ``serve`` is run beside (the web server)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        scheduler = self._scheduler(hubs=serve is not None)
        scheduler.start()
        server = asyncio.ensure_future(serve()) if serve else None
        if server:
            server.add_done_callback(lambda _: self.stop())
        log.info("daemon started: %d sources", len(self.desk.sources))
        try:
            await self.stopping.wait()
        finally:
            await self._end(server)
            # Only now: it cancels what is still looking.
            scheduler.shutdown(wait=False)
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
        log.info("daemon stopped")
        if server and server.done() and not server.cancelled():
            server.result()

    def stop(self) -> None:
        """Ask the daemon to end."""
        self.stopping.set()

    def _scheduler(self, *, hubs: bool) -> AsyncIOScheduler:
        # A look that is late is as good as one in time, two late ones are one, and no job overlaps
        # itself: what is due stays due in the database.
        scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for look in (self.look_for_polls, self.look_for_digests, self.look_for_deliveries):
            scheduler.add_job(
                self._look, "interval", seconds=LOOK_SECONDS, args=[look], id=look.__name__
            )
        private = self.desk.manner.allow_private
        if hubs and is_reachable(self.sender.public_url, allow_private=private):
            scheduler.add_job(
                self._look, "interval", seconds=HUB_SECONDS, args=[self.look_for_hubs],
                id="look_for_hubs",
            )  # fmt: skip
        scheduler.add_job(
            self._look, "interval", minutes=SILENCE_MINUTES, args=[self.look_for_silence],
            id="look_for_silence",
        )  # fmt: skip
        return scheduler

    async def _look(self, look: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.current_task()
        if self.stopping.is_set() or task is None:
            return
        self.looks.add(task)
        try:
            await look()
        except asyncio.CancelledError:
            if not self.stopping.is_set():
                raise
        finally:
            self.looks.discard(task)

    async def look_for_polls(self) -> None:
        """Start the crawls that are due and have a place."""
        free = self.desk.manner.concurrency - len(self.crawls)
        if free <= 0 or self.stopping.is_set():
            return
        for source in await asyncio.to_thread(due_sources, self.desk, free + len(self.crawls)):
            if source.id not in self.crawls and len(self.crawls) < self.desk.manner.concurrency:
                task = asyncio.create_task(self._crawl(source), name=f"crawl {source.id}")
                self.crawls[source.id] = task
                task.add_done_callback(partial(self._ended, source.id))

    def _ended(self, source: str, _task: asyncio.Task[None]) -> None:
        self.crawls.pop(source, None)

    async def _crawl(self, source: Source) -> None:
        started = self.desk.clock()
        try:
            report = await poll(self.desk, source, due_plan(self.desk, source))
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("poll of %s failed", source.id)
            return
        if report.counts["fetched"] or report.failed:
            document = {"sources": [report.as_json()]}
            await asyncio.to_thread(record_run, self.desk, started, document)
            log.info(
                "%s: %d new, %d fetched, %d failed in %.1f s",
                source.id, report.counts["new"], report.counts["fetched"], report.failed,
                report.seconds,
            )  # fmt: skip

    async def look_for_digests(self) -> None:
        """Make the digests that are due."""
        desk = self.desk
        await asyncio.to_thread(make_due, desk.database, self.sender, desk.clock, self.pace)

    async def look_for_deliveries(self) -> None:
        """Line up what waits; it is sent beside, so that the next look need not wait for it."""
        await self.outgoing.look()

    async def look_for_hubs(self) -> None:
        """Ask the hubs that feeds name to call us."""
        await ask_hubs(self.desk, self.sender.public_url)

    async def look_for_silence(self) -> None:
        """Find the sources that should have had news by now."""
        await asyncio.to_thread(find_silent, self.desk)

    async def _end(self, server: asyncio.Future[None] | None) -> None:
        for task in self.crawls.values():
            task.cancel()
        sending = asyncio.ensure_future(self.outgoing.stop())
        tasks: list[asyncio.Future[Any]] = [*self.crawls.values(), *self.looks, sending]
        if server:
            tasks.append(server)
        await asyncio.wait(tasks, timeout=STOP_SECONDS)
        # Before the connections are closed: a call that failed by that would be recorded as failed.
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await self.post.aclose()
