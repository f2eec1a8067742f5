"""The daemon: APScheduler says 'look now', the due times in the database say what is to be done."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from scheduler.deliveries import is_any_waiting
from scheduler.digests import is_any_due
from scheduler.jobs import FIRST_AFTER, RULES, Job
from scheduler.poll import Desk, due_sources
from scheduler.push import is_reachable
from scheduler.queues import WorkQueue
from scheduler.work import Work, Workshop

log = logging.getLogger(__name__)

PULSE_SECONDS = 1.0
# A clock that is set back by less is waited for.
CLOCK_SLACK = timedelta(seconds=5)
# What is in hand gets this long to end; what does not stays pending and is taken up at next start.
STOP_SECONDS = 6.0


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires a pause after the last time it could, not after the last time it should have.

    APScheduler's own interval makes up each run missed, one by one: for a clock that is set when
    the machine finds the network, years of seconds.
    """

    def __init__(self, pause: timedelta) -> None:
        self.pause = pause

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Give the next time."""
        return now + self.pause


def after_a_jump(scheduler: AsyncIOScheduler) -> None:
    """Run at once what a clock set back would keep waiting until it has caught up."""
    now = datetime.now(UTC)
    for job in scheduler.get_jobs():
        if job.next_run_time > now + job.trigger.pause + CLOCK_SLACK:
            log.warning("the clock was set back: %s runs now", job.id)
            job.modify(next_run_time=now)


async def _in_a_thread(work: Callable[[], object]) -> None:
    await asyncio.to_thread(work)


@dataclass(slots=True)
class Daemon:
    """Puts into the queue what is due (polls, digests, deliveries), until told to stop.

    ``housekeeping`` are further jobs by their names in `scheduler.jobs.RULES`; each is called in a
    thread, looks whether it is due and does its work in short transactions.
    """

    shop: Workshop
    queue: WorkQueue
    housekeeping: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(init=False, default_factory=dict)
    looks: set[asyncio.Task[Any]] = field(default_factory=set)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    scheduler: AsyncIOScheduler = field(
        init=False, default_factory=lambda: AsyncIOScheduler(timezone="UTC")
    )

    @property
    def desk(self) -> Desk:
        """The desk that sources are crawled at."""
        return self.shop.desk

    async def run(self, serve: Callable[[], Awaitable[None]] | None = None) -> None:
        """Work until SIGTERM, SIGINT or `stop`; ``serve`` is run beside (the web server)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        await self.queue.start()
        self.jobs = self._jobs(hubs=serve is not None)
        self._schedule()
        pulse = asyncio.create_task(self._pulse())
        server = asyncio.ensure_future(serve()) if serve else None
        if server:
            server.add_done_callback(lambda _: self.stop())
        log.info("daemon started: %d sources", len(self.desk.sources))
        try:
            await self.stopping.wait()
        finally:
            await self._end(server)
            pulse.cancel()
            # Only now: it cancels what is still looking.
            self.scheduler.shutdown(wait=False)
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
        log.info("daemon stopped")
        if server and server.done() and not server.cancelled():
            server.result()

    def stop(self) -> None:
        """Ask the daemon to end."""
        self.stopping.set()

    def _jobs(self, *, hubs: bool) -> dict[str, Job]:
        looks: dict[str, Callable[[], Awaitable[None]]] = {
            "polls": self.look_for_polls,
            "digests": self.look_for_digests,
            "deliveries": self.look_for_deliveries,
            "silence": self.look_for_silence,
        }
        private = self.desk.manner.allow_private
        if hubs and is_reachable(self.shop.sender.public_url, allow_private=private):
            looks["hubs"] = self.look_for_hubs
        for name, work in self.housekeeping.items():
            looks[name] = partial(_in_a_thread, work)
        return {name: Job(RULES[name], look) for name, look in looks.items()}

    def _schedule(self) -> None:
        now = datetime.now(UTC)
        for name, job in self.jobs.items():
            rule = job.rule
            late = rule.late.total_seconds() if rule.late else None
            self.scheduler.add_job(
                self._look, Every(rule.every), args=[job], id=name,
                next_run_time=now + min(rule.every, FIRST_AFTER),
                coalesce=rule.merge, misfire_grace_time=late, max_instances=rule.at_once,
            )  # fmt: skip
        self.scheduler.start()

    async def _look(self, job: Job) -> None:
        task = asyncio.current_task()
        if self.stopping.is_set() or task is None:
            return
        self.looks.add(task)
        try:
            await job.run()
        except asyncio.CancelledError:
            if not self.stopping.is_set():
                raise
        finally:
            self.looks.discard(task)

    async def _pulse(self) -> None:
        """Once a second: keep the jobs going whatever the clock does."""
        while True:
            after_a_jump(self.scheduler)
            await asyncio.sleep(PULSE_SECONDS)

    async def look_for_polls(self) -> None:
        """Have the sources crawled that are due, as many as find room."""
        if room := await self.queue.room("news"):
            due = await asyncio.to_thread(due_sources, self.desk, room)
            await self.queue.put([Work("poll", source.id) for source in due])

    async def look_for_digests(self) -> None:
        """Have the digests made that are due."""
        if await asyncio.to_thread(is_any_due, self.desk.database, self.desk.clock()):
            await self.queue.put([Work("digests")])

    async def look_for_deliveries(self) -> None:
        """Have sent what waits."""
        if await asyncio.to_thread(is_any_waiting, self.desk.database, self.desk.clock()):
            await self.queue.put([Work("deliver")])

    async def look_for_hubs(self) -> None:
        """Have the hubs asked to call us that feeds name."""
        await self.queue.put([Work("hubs")])

    async def look_for_silence(self) -> None:
        """Have the sources found that should have had news by now."""
        await self.queue.put([Work("silence")])

    async def _end(self, server: asyncio.Future[None] | None) -> None:
        ending = [asyncio.ensure_future(part) for part in (self.queue.stop(), self.shop.aclose())]
        tasks: list[asyncio.Future[Any]] = [*self.looks, *ending]
        if server:
            tasks.append(server)
        await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for part in ending:
            part.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
