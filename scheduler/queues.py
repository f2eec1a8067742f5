"""Where jobs go: into this process's own places, or to a fleet's queue (`scheduler.fleet`)."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from scheduler.jobs import TASKS, Job, Line, Workshop

log = logging.getLogger(__name__)

ALERT_PLACES = 2


def places(concurrency: int) -> Mapping[Line, int]:
    """Give how many jobs of each line a process does at once, with so many crawls.

    History is crawled with three of four of these at most, so that what is due finds a place.
    """
    history = max(concurrency - max(concurrency // 4, 1), 1)
    return {"alerts": ALERT_PLACES, "news": concurrency, "history": history}


class JobQueue(Protocol):
    """Takes jobs and sees to it that they are done, each once at a time."""

    async def start(self) -> None:
        """Begin to work."""

    async def room(self, line: Line) -> int:
        """Say how many due jobs to name to `put`, those in hand among them; 0 if it is full."""

    async def put(self, jobs: Sequence[Job]) -> int:
        """Take jobs, but for those there already and those without a place; gives how many."""

    async def stop(self) -> None:
        """Begin nothing more, and end or hand back what is in hand; to be called in time."""


@dataclass(slots=True)
class LocalQueue:
    """Does jobs in this process; keeps none waiting, as what is due stays due in the database."""

    shop: Workshop
    in_hand: dict[Job, asyncio.Task[None]] = field(default_factory=dict)
    _stopping: bool = False

    async def start(self) -> None:
        """Nothing is to be begun."""

    async def room(self, line: Line) -> int:
        """Say how many due jobs to name to `put`, those in hand among them; 0 if it is full."""
        most = places(self.shop.desk.manner.concurrency)[line]
        return most if self._busy(line) < most else 0

    async def put(self, jobs: Sequence[Job]) -> int:
        """Begin jobs that are not in hand while there are places."""
        begun = 0
        for job in jobs:
            if not self._stopping and job not in self.in_hand and await self._has_place(job):
                task = asyncio.create_task(self._do(job), name=job.key)
                self.in_hand[job] = task
                task.add_done_callback(partial(self._ended, job))
                begun += 1
        return begun

    async def idle(self) -> None:
        """Wait until what is in hand has ended."""
        await asyncio.gather(*self.in_hand.values(), return_exceptions=True)

    async def stop(self) -> None:
        """Break off what is in hand; it stays due."""
        self._stopping = True
        for task in self.in_hand.values():
            task.cancel()
        await self.idle()

    async def _has_place(self, job: Job) -> bool:
        return await self.room(TASKS[job.task].line) > 0

    def _busy(self, line: Line) -> int:
        return sum(TASKS[job.task].line == line for job in self.in_hand)

    async def _do(self, job: Job) -> None:
        try:
            await TASKS[job.task].run(self.shop, job.on)
        except Exception:
            log.exception("%s failed", job.key)

    def _ended(self, job: Job, _task: asyncio.Task[None]) -> None:
        self.in_hand.pop(job, None)
