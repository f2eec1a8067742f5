"""Where work goes: into this process's own places, or to a fleet's queue (`scheduler.fleet`)."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from scheduler.faults import Faults
from scheduler.work import KINDS, Line, Work, Workshop

ALERT_PLACES = 2


def places(concurrency: int) -> Mapping[Line, int]:
    """Give how many pieces of work of each line a process does at once, with so many crawls.

    History is crawled with three of four of these at most, so that what is due finds a place.
    """
    history = max(concurrency - max(concurrency // 4, 1), 1)
    return {"alerts": ALERT_PLACES, "news": concurrency, "history": history}


class WorkQueue(Protocol):
    """Takes work and sees to it that it is done, each piece once at a time."""

    @property
    def in_hand(self) -> Collection[Work]:
        """What this process is doing."""

    async def start(self) -> None:
        """Begin to work."""

    async def room(self, line: Line) -> int:
        """Say how much due work to name to `put`, with what is in hand; 0 if there is no room."""

    async def put(self, work: Sequence[Work]) -> int:
        """Take work, but for what is there already or has no place; gives how many pieces."""

    async def stop(self) -> None:
        """Begin nothing more, and end or hand back what is in hand; to be called in time."""


@dataclass(slots=True)
class LocalQueue:
    """Does work in this process; keeps none waiting, as what is due stays due in the database."""

    shop: Workshop
    in_hand: dict[Work, asyncio.Task[None]] = field(default_factory=dict)
    _stopping: bool = False
    _faults: Faults = field(default_factory=Faults)

    async def start(self) -> None:
        """Nothing is to be begun."""

    async def room(self, line: Line) -> int:
        """Say how much due work to name to `put`, with what is in hand; 0 if there is no room."""
        return self._most(line) if self._has_place(line) else 0

    async def put(self, work: Sequence[Work]) -> int:
        """Begin what is not in hand while there are places."""
        begun = 0
        for piece in work:
            if piece not in self.in_hand and self._has_place(KINDS[piece.kind].line):
                task = asyncio.create_task(self._do(piece), name=piece.key)
                self.in_hand[piece] = task
                task.add_done_callback(partial(self._ended, piece))
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

    def _most(self, line: Line) -> int:
        return places(self.shop.desk.manner.concurrency)[line]

    def _has_place(self, line: Line) -> bool:
        busy = sum(KINDS[piece.kind].line == line for piece in self.in_hand)
        return not self._stopping and busy < self._most(line)

    async def _do(self, piece: Work) -> None:
        try:
            await KINDS[piece.kind].run(self.shop, piece.on)
        except Exception as error:
            self._faults.failed(piece.key, error)
        else:
            self._faults.went_well(piece.key)

    def _ended(self, piece: Work, _task: asyncio.Task[None]) -> None:
        self.in_hand.pop(piece, None)
