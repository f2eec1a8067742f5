"""Seeing backfills through: by the fleet's workers or, where none is alive, in this process."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from scheduler.backfilling import polls_due, spell
from scheduler.poll import Desk
from scheduler.work import Work, backfill_work
from storage import backfills
from storage.backfill_tables import Backfill

LOOK_SECONDS = 0.5
# How long a poll that is due is given to come, and how often that is done for the same poll.
WAY_SECONDS = 2.5
WAY_AGAIN = timedelta(seconds=30)


class Fleet(Protocol):
    """The queue of a fleet, see `scheduler.fleet`."""

    async def workers(self) -> int:
        """Say how many workers are alive."""

    async def put(self, work: Sequence[Work]) -> int:
        """Take work, but for what is there already."""


@dataclass(slots=True)
class Way:
    """Lets polls go first that are due: a backfill's source is left alone for a moment.

    Where nobody polls, that is not done again and again for the same poll.
    """

    desk: Desk
    given: dict[str, datetime] = field(default_factory=dict)

    async def give(self, backfill_id: int) -> None:
        """Wait a little if a poll is due that needs one of the backfill's hosts."""
        now, waits = self.desk.clock(), False
        for near in await asyncio.to_thread(polls_due, self.desk, backfill_id):
            if near not in self.given or now - self.given[near] >= WAY_AGAIN:
                self.given[near], waits = now, True
        if waits:
            await asyncio.sleep(WAY_SECONDS)


async def see_through(
    desk: Desk, begun: Sequence[int], concurrency: int, fleet: Fleet | None = None
) -> None:
    """Have backfills done to their ends, ``concurrency`` of them at once where it is done here."""
    places, way = asyncio.Semaphore(concurrency), Way(desk)
    here: dict[int, asyncio.Task[None]] = {}
    try:
        while still := await asyncio.to_thread(_open, desk, begun):
            now = desk.clock()
            due = [each for each in still if each.next_at <= now]
            if fleet is not None and await fleet.workers():
                await fleet.put([backfill_work(each.source, each.id or 0) for each in due])
            else:
                for each in due:
                    key = each.id or 0
                    if key not in here:
                        here[key] = asyncio.create_task(_spell(desk, key, places, way))
            if here:
                ended = asyncio.FIRST_COMPLETED
                await asyncio.wait(here.values(), timeout=LOOK_SECONDS, return_when=ended)
            else:
                await asyncio.sleep(LOOK_SECONDS)
            for key, task in [(key, task) for key, task in here.items() if task.done()]:
                del here[key]
                task.result()
    finally:
        for task in here.values():
            task.cancel()
        await asyncio.gather(*here.values(), return_exceptions=True)


def _open(desk: Desk, begun: Sequence[int]) -> list[Backfill]:
    with desk.database.reading() as session:
        return [each for each in backfills.open_ones(session) if each.id in begun]


async def _spell(desk: Desk, backfill_id: int, places: asyncio.Semaphore, way: Way) -> None:
    async with places:
        step = await spell(desk, backfill_id)
    if not step.over:
        await way.give(backfill_id)
