"""Holding a source and its hosts while work on them goes on, against all other processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from sqlmodel import Session

from crawler.sources import Source
from scheduler.faults import Faults
from storage import hosts, polling

T = TypeVar("T")

# A machine that dies keeps its sources and hosts from others for no more than a minute.
LEASE = timedelta(seconds=45)
# A pause no longer than this is waited for; a host that wants more is left for a later poll.
SHORT_REST = timedelta(seconds=10)
LOOK_AGAIN_SECONDS = 0.5


class Writer(Protocol):
    """Does some work in a transaction, together with what others want written."""

    async def __call__(self, work: Callable[[Session], T]) -> T:
        """Give what the work gives, once it is stored."""


@dataclass(slots=True)
class Hold:
    """A source and its hosts, ours or not; ``reason`` says why not, ``free_at`` when it may be."""

    ours: bool
    reason: str = ""
    free_at: datetime | None = None
    released: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds sources and hosts, by which clock; ``write`` does work in a transaction."""

    write: Writer
    owner: str
    clock: Callable[[], datetime]
    faults: Faults = field(default_factory=Faults)

    @asynccontextmanager
    async def hold(self, source: Source, patience: timedelta) -> AsyncIterator[Hold]:
        """Hold a source and all its hosts; wait ``patience`` for others to let go of them."""
        hold = await self._claim_patiently(source, patience)
        if not hold.ours:
            yield hold
            return
        try:
            async with self._renewed(source):
                yield hold
        finally:
            if not hold.released:
                await asyncio.shield(self._release(source))

    async def _claim_patiently(self, source: Source, patience: timedelta) -> Hold:
        deadline = time.monotonic() + patience.total_seconds()
        now = self.clock()
        while True:
            hold = await self._claim_whole(source, now)
            if hold.ours:
                return hold
            left = hold.free_at - now if hold.free_at else None
            if left is not None and left <= SHORT_REST:
                await asyncio.sleep(left.total_seconds())
                now = max(self.clock(), now + left)
                continue
            if left is not None or time.monotonic() >= deadline:
                return hold
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            now = self.clock()

    async def _claim_whole(self, source: Source, now: datetime) -> Hold:
        """Claim; if we are stopped in the middle of it, what was claimed is given back."""
        claiming = asyncio.ensure_future(self.write(partial(self._claim, source, now)))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            if (await claiming).ours:
                await self._release(source)
            raise

    def _claim(self, source: Source, now: datetime, session: Session) -> Hold:
        if not polling.claim(session, source.id, self.owner, now, LEASE):
            return Hold(False, "another process is crawling this source right now")
        turn = hosts.claim(session, source.hosts, self.owner, now, LEASE)
        if turn.ours:
            return Hold(ours=True)
        polling.release(session, source.id, self.owner)
        if turn.free_at is None:
            return Hold(False, "another process is asking this source's host right now")
        return Hold(False, turn.reason or "its host is being left alone", turn.free_at)

    async def _release(self, source: Source) -> None:
        await self.write(lambda session: let_go(session, source, self.owner, {}))

    @asynccontextmanager
    async def _renewed(self, source: Source) -> AsyncIterator[None]:
        """Renew the leases now and then."""

        def renew(session: Session) -> None:
            now = self.clock()
            polling.claim(session, source.id, self.owner, now, LEASE)
            hosts.renew(session, source.hosts, self.owner, now + LEASE)

        async def beat() -> None:
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                try:
                    await self.write(renew)
                except Exception as error:
                    self.faults.failed("renewing leases", error)
                else:
                    self.faults.went_well("renewing leases")

        heartbeat = asyncio.create_task(beat())
        try:
            yield
        finally:
            heartbeat.cancel()
            with suppress(asyncio.CancelledError):
                await heartbeat


def let_go(session: Session, source: Source, owner: str, rests: dict[str, datetime]) -> None:
    """Give a source and its hosts back; hosts in ``rests`` are left alone until then."""
    polling.release(session, source.id, owner)
    hosts.release(session, source.hosts, owner, rests)
