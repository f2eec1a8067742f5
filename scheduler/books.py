"""Writing what arrives together in one transaction: the disk is waited for once."""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlmodel import Session

from storage.database import Database
from storage.errors import is_outage

T = TypeVar("T")

MOST_AT_ONCE = 32
# A transaction costs as much as storing a page, so pages wait for others: nobody goes on by them.
GATHERING_SECONDS = 0.05


@dataclass(slots=True)
class Books:
    """One writer for all crawls of a process.

    Each piece of work is stored when its `write` returns, or raises what it raised; pieces that
    wait for the writer at the same time share a transaction.
    """

    database: Database
    _waiting: list[tuple[Callable[[Session], Any], asyncio.Future[Any]]] = field(
        default_factory=list
    )
    _writer: asyncio.Task[None] | None = None
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)  # begin, do not wait for more

    async def write(self, work: Callable[[Session], T], *, at_once: bool = True) -> T:
        """Run a piece of work in a transaction; it may be run twice, so it makes its rows itself.

        Without ``at_once`` it waits a little for others to come. Cancelled, the work is still
        done: a crawl that is stopped leaves nothing half known.
        """
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        context = copy_context()  # what it logs belongs to who asked for it, not to the writer
        self._waiting.append((lambda session: context.run(work, session), done))
        if at_once or len(self._waiting) >= MOST_AT_ONCE:
            self._hurry.set()
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return cast("T", await asyncio.shield(done))

    async def _write_all(self) -> None:
        while self._waiting:
            batch: list[tuple[Callable[[Session], Any], asyncio.Future[Any]]] = []
            try:
                await self._gather()
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                outcomes = await asyncio.to_thread(self._write, [work for work, _ in batch])
            except asyncio.CancelledError:
                self._give_up(batch)
                raise
            for (_, done), outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                    done.exception()  # nobody may be waiting any more
                else:
                    done.set_result(outcome)

    async def _gather(self) -> None:
        """Wait a little for more work, unless some is there whose turn it is now."""
        try:
            if not self._hurry.is_set() and len(self._waiting) < MOST_AT_ONCE:
                async with asyncio.timeout(GATHERING_SECONDS):
                    await self._hurry.wait()
        except TimeoutError:
            pass
        finally:
            # A new one, as it belongs to the loop that waited for it. What is left is late already.
            self._hurry = asyncio.Event()
            if len(self._waiting) > MOST_AT_ONCE:
                self._hurry.set()

    def _give_up(self, batch: list[tuple[Callable[[Session], Any], asyncio.Future[Any]]]) -> None:
        """The loop ends: nobody waits any more for what is in hand or still to come."""
        for _, done in (*batch, *self._waiting):
            done.cancel()
        self._waiting = []

    def _write(self, works: Sequence[Callable[[Session], Any]]) -> list[Any]:
        """Give each work's result or exception; where one fails, each gets its own transaction."""
        try:
            with self.database.writing() as session:
                return [_alone(session, work) for work in works]
        except Exception as error:
            # Where the database fails, each by itself would only wait as long again.
            if len(works) == 1 or is_outage(error):
                return [error for _ in works]
        return [outcome for work in works for outcome in self._write([work])]


def _alone(session: Session, work: Callable[[Session], T]) -> T:
    """Do one piece of work as if the session were its own: no rows of another's in it."""
    done = work(session)
    session.flush()
    session.expunge_all()
    return done
