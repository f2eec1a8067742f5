"""The daemon: APScheduler says 'look now', the due times in the database say what is to be done."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.deliveries import is_any_waiting
from scheduler.digests import is_any_due
from scheduler.jobs import Job, Workshop
from scheduler.poll import Desk, due_sources
from scheduler.push import is_reachable
from scheduler.queues import JobQueue

log = logging.getLogger(__name__)

LOOK_SECONDS = 1
HUB_SECONDS = 10
SILENCE_MINUTES = 5
# What is in hand gets this long to end; what does not stays pending and is taken up at next start.
STOP_SECONDS = 6.0


@dataclass(slots=True)
class Daemon:
    """Puts into the queue what is due: polls, digests, deliveries, until told to stop."""

    shop: Workshop
    queue: JobQueue
    looks: set[asyncio.Task[Any]] = field(default_factory=set)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def desk(self) -> Desk:
        """The desk that jobs crawl at."""
        return self.shop.desk

    async def run(self, serve: Callable[[], Awaitable[None]] | None = None) -> None:
        """Work until SIGTERM, SIGINT or `stop`; ``serve`` is run beside (the web server)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        await self.queue.start()
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
        if hubs and is_reachable(self.shop.sender.public_url, allow_private=private):
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
        """Have the sources crawled that are due, as many as find room."""
        if room := await self.queue.room("news"):
            due = await asyncio.to_thread(due_sources, self.desk, room)
            await self.queue.put([Job("poll", source.id) for source in due])

    async def look_for_digests(self) -> None:
        """Have the digests made that are due."""
        if await asyncio.to_thread(is_any_due, self.desk.database, self.desk.clock()):
            await self.queue.put([Job("digests")])

    async def look_for_deliveries(self) -> None:
        """Have sent what waits."""
        if await asyncio.to_thread(is_any_waiting, self.desk.database, self.desk.clock()):
            await self.queue.put([Job("deliver")])

    async def look_for_hubs(self) -> None:
        """Have the hubs asked to call us that feeds name."""
        await self.queue.put([Job("hubs")])

    async def look_for_silence(self) -> None:
        """Have the sources found that should have had news by now."""
        await self.queue.put([Job("silence")])

    async def _end(self, server: asyncio.Future[None] | None) -> None:
        ending = [
            asyncio.ensure_future(part) for part in (self.queue.stop(), self.shop.outgoing.stop())
        ]
        tasks: list[asyncio.Future[Any]] = [*self.looks, *ending]
        if server:
            tasks.append(server)
        await asyncio.wait(tasks, timeout=STOP_SECONDS)
        # Before the connections are closed: a call that failed by that would be recorded as failed.
        for part in ending:
            part.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self.shop.post.aclose()
