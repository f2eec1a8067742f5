"""Work for other processes, handed over several pieces at once where much of it waits.

A hand-over wakes four threads, and a page is read in a few milliseconds.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from traceback import format_exc
from typing import Any, TypeVar, cast

T = TypeVar("T")

MOST_AT_ONCE = 4

_Piece = tuple[Callable[[], Any], asyncio.Future[Any]]


@dataclass(slots=True, eq=False)
class Handfuls:
    """What one event loop gives a pool of so many processes.

    A piece comes back when its handful is done: what finds a free process goes alone.
    """

    pool: Executor
    processes: int
    loop: asyncio.AbstractEventLoop
    _waiting: deque[_Piece] = field(default_factory=deque)
    _in_hand: int = 0

    async def done(self, work: Callable[[], T]) -> T:
        """Do a piece of work in another process; raises what it raises, or BrokenProcessPool."""
        done: asyncio.Future[Any] = self.loop.create_future()
        self._waiting.append((work, done))
        # One more than can be done at once, so that no process waits for this one.
        if self._in_hand <= self.processes:
            self._give()
        return cast("T", await done)

    def give_all(self) -> None:
        """Hand over all that waits: the pool takes nothing after this."""
        while self._waiting:
            self._give()

    def cancel(self) -> None:
        """Let go of what waits: the pool is closed."""
        for _, done in self._waiting:
            done.cancel()
        self._waiting.clear()

    def _give(self) -> None:
        share = max(1, min(MOST_AT_ONCE, len(self._waiting) // self.processes))
        pieces = [self._waiting.popleft() for _ in range(share)]
        handful = [(work, done) for work, done in pieces if not done.done()]
        if not handful:
            return
        try:
            given = self.pool.submit(_all_done, [work for work, _ in handful])
        except BrokenProcessPool as error:
            _answer(handful, [error] * len(handful))
            return
        self._in_hand += 1
        asyncio.wrap_future(given, loop=self.loop).add_done_callback(partial(self._back, handful))

    def _back(self, handful: Sequence[_Piece], given: asyncio.Future[list[Any]]) -> None:
        self._in_hand -= 1
        if given.cancelled():
            for _, done in handful:
                done.cancel()
            return
        error = given.exception()
        _answer(handful, [error] * len(handful) if error else given.result())
        while self._waiting and self._in_hand <= self.processes:
            self._give()


def _answer(handful: Sequence[_Piece], outcomes: Sequence[Any]) -> None:
    for (_, done), outcome in zip(handful, outcomes, strict=True):
        if done.done():  # who asked has been cancelled
            continue
        if isinstance(outcome, BaseException):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)


def _all_done(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Give each piece's result, or the exception that it raised."""
    return [_result(work) for work in works]


def _result(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:
        error.add_note(format_exc())  # on the way to another process the traceback is lost
        return error
