"""The daemon: APScheduler says 'look now', the due times in the database say what is to be done."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from scheduler.digests import is_any_due
from scheduler.jobs import FIRST_AFTER, RULES, Job
from scheduler.outbox_books import is_any_waiting
from scheduler.poll import Desk, due_sources
from scheduler.pulse import Pulse
from scheduler.push import is_reachable
from scheduler.queues import WorkQueue
from scheduler.reloading import Reload, reload_when_asked
from scheduler.supervisor import Supervisor
from scheduler.work import Work, Workshop

log = logging.getLogger(__name__)

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


@dataclass(slots=True)
class Daemon:
    """Puts into the queue what is due (polls, digests, deliveries), until told to stop.

    ``housekeeping`` are further jobs by their names in `scheduler.jobs.RULES`; each is called in a
    thread, looks whether it is due and does its work in short transactions. ``reload`` reads anew
    what may be changed and puts it into the daemon; without it SIGHUP is not looked at.
    """

    shop: Workshop
    queue: WorkQueue
    housekeeping: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    supervisor: Supervisor = field(default_factory=Supervisor)
    reload: Reload | None = None  # at SIGHUP
    jobs: dict[str, Job] = field(init=False, default_factory=dict)
    looks: set[asyncio.Task[Any]] = field(default_factory=set)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    rereads: asyncio.Event = field(default_factory=asyncio.Event)
    scheduler: AsyncIOScheduler = field(
        init=False, default_factory=lambda: AsyncIOScheduler(timezone="UTC")
    )

    @property
    def desk(self) -> Desk:
        """The desk that sources are crawled at."""
        return self.shop.desk

    async def run(self, serve: Callable[[], Awaitable[None]] | None = None) -> None:
        """Work until SIGTERM, SIGINT or `stop`; ``serve`` is run beside (the web server)."""
        with self._signals():  # before the queue, which may begin to work as soon as it is started
            await self.queue.start()
            self.jobs = self._jobs(hubs=serve is not None)
            self._schedule()
            pulse = Pulse(self.supervisor, self.stuck, self._status)
            beside = [
                asyncio.create_task(pulse.go_on(partial(after_a_jump, self.scheduler))),
                asyncio.create_task(reload_when_asked(self.reload, self.rereads, self.supervisor)),
            ]
            server = asyncio.ensure_future(serve()) if serve else None
            if server:
                server.add_done_callback(lambda _: self.stop())
            log.info("daemon started: %d sources", len(self.desk.sources))
            self.supervisor.ready()
            try:
                await self.stopping.wait()
            finally:
                self.supervisor.stopping()
                await self._end(server)
                for task in beside:
                    task.cancel()
                # Only now: it cancels what is still looking.
                self.scheduler.shutdown(wait=False)
        log.info("daemon stopped")
        if server and server.done() and not server.cancelled():
            server.result()

    def stop(self) -> None:
        """Ask the daemon to end."""
        self.stopping.set()

    def stuck(self) -> list[str]:
        """Name the jobs and the work that make no progress, in words."""
        now = time.monotonic()
        return self.shop.stuck() + [
            f"{name}: no look has ended for {now - job.ended:.0f} s"
            for name, job in self.jobs.items()
            if job.is_stuck(now)
        ]

    def _jobs(self, *, hubs: bool) -> dict[str, Job]:
        looks: dict[str, Callable[[], Awaitable[None]]] = {
            "polls": self.look_for_polls,
            "digests": self.look_for_digests,
            "deliveries": self.look_for_deliveries,
            "silence": self.look_for_silence,
        }
        if hubs:
            looks["hubs"] = self.look_for_hubs
        for name in self.housekeeping:
            looks[name] = partial(self.keep_house, name)
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

    @contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        answers = {signal.SIGTERM: self.stop, signal.SIGINT: self.stop}
        if self.reload:
            answers[signal.SIGHUP] = self.rereads.set
        for number, answer in answers.items():
            loop.add_signal_handler(number, answer)
        try:
            yield
        finally:
            for number in answers:
                loop.remove_signal_handler(number)

    def _status(self) -> str:
        return (
            f"{len(self.desk.sources)} sources, {self.shop.outgoing.sending} deliveries on the way"
        )

    async def look_for_polls(self) -> None:
        """Have the sources crawled that are due, as many as find room."""
        if not self.desk.recess.goes_on and (room := await self.queue.room("news")):
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
        """Have the hubs asked to call us that feeds name, if they could."""
        private = self.desk.manner.allow_private
        if is_reachable(self.shop.sender.public_url, allow_private=private):
            await self.queue.put([Work("hubs")])

    async def look_for_silence(self) -> None:
        """Have the sources found that should have had news by now."""
        await self.queue.put([Work("silence")])

    async def keep_house(self, name: str) -> None:
        """Do one of the further jobs, as it is now."""
        await asyncio.to_thread(self.housekeeping[name])

    async def _end(self, server: asyncio.Future[None] | None) -> None:
        ending = [asyncio.ensure_future(part) for part in (self.queue.stop(), self.shop.aclose())]
        tasks: list[asyncio.Future[Any]] = [*self.looks, *ending]
        if server:
            tasks.append(server)
        await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for part in ending:
            part.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
