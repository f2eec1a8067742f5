"""Sending what waits in the outbox: the same for the daemon and for a command."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.errors import TransportError
from alerts.sending import LEASE, Post, Sent, try_once
from scheduler.faults import Faults
from scheduler.lines import Lines, Places
from scheduler.log_context import log_about, log_run
from scheduler.meters import ARRIVAL, ATTEMPT_SECONDS, ATTEMPTS
from scheduler.outbox_books import due, give_back, named, renew, settle_and_claim
from storage.claims import Claimed, Waiting
from storage.database import Database

PLACES = {
    "mail": Places(begun=8),
    "webhook": Places(begun=32, slow=256, each=4),
    "chat": Places(begun=4),
}
# After so long a call that has no answer yet makes room for the next.
PATIENCE_SECONDS = 0.25
HUNG = timedelta(seconds=5)
# So many times the places are claimed: what is sent, and what follows while books are written.
IN_HAND = 4
# Outcomes and claims of so long share a transaction, which takes longer than a send: less where
# places would be idle otherwise. What is in no book yet is sent again after a kill.
GATHER_SECONDS = 0.1
IN_NEED_SECONDS = 0.02
# While the database fails, it is tried again after so long.
REST_SECONDS = 2.0
STOPPING_REST_SECONDS = 0.5


@dataclass(slots=True)
class Outgoing:
    """What is on its way: keeps the places filled and the books written, until nothing is left.

    ``due_only`` leaves what a receiver has asked to have later. ``outcomes`` counts what became of
    all: done, retrying, dead, taken (somebody else has it), failed (it could not be recorded).
    While the database fails, one that ``keeps`` outcomes tries to record them until it can, and
    sends nothing new: what is in no book would be sent again.
    """

    database: Database
    post: Post
    due_only: bool = False
    keeps: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)
    lines: dict[str, Lines] = field(default_factory=dict)
    _ready: dict[str, deque[Claimed]] = field(default_factory=dict)
    _tries: set[asyncio.Task[None]] = field(default_factory=set)
    _sent: list[Sent] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _planned: asyncio.TimerHandle | None = None
    _clerk: asyncio.Task[None] | None = None
    _held: set[str] = field(default_factory=set)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _faults: Faults = field(default_factory=Faults)

    async def look(self) -> None:
        """Line up what is due now; it is sent while others go on with theirs."""
        if not self._stopping.is_set():
            self.put(await asyncio.to_thread(due, self.database, self.post.clock()))

    def put(self, deliveries: Iterable[Waiting]) -> None:
        """Line up these deliveries instead of what still stands in line."""
        by_way: dict[str, list[Waiting]] = {way: [] for way in self.lines}
        for each in deliveries:
            if each.id not in self._held:  # to a clock that jumps, our own leases may seem over
                by_way.setdefault(each.way, []).append(each)
        for way, those in by_way.items():
            if way not in self.lines:
                self.lines[way] = Lines(PLACES[way])
                self._ready[way] = deque()
            self.lines[way].put(those)
        self._news.set()
        if any(by_way.values()) and (self._clerk is None or self._clerk.done()):
            self._clerk = asyncio.create_task(self._keep_books())

    @property
    def sending(self) -> int:
        """How many are being sent right now."""
        return len(self._tries)

    async def idle(self) -> None:
        """Wait until nothing is in line or in hand; cancelled, what is in hand is let go."""
        try:
            if self._clerk is not None:
                await self._clerk
        finally:
            for task in self._tries:
                task.cancel()

    async def stop(self, patience: float | None = None) -> None:
        """Begin nothing more, and wait until what has begun has ended and is recorded.

        After ``patience`` seconds what has no answer yet counts as failed and is tried again later:
        whoever received it all the same knows it by its id.
        """
        self._stopping.set()
        for lines in self.lines.values():
            lines.put(())
        untried = [each for ready in self._ready.values() for each in ready]
        for ready in self._ready.values():
            ready.clear()
        for each in untried:
            self._way_of(each).over(each.subscription_id)
        self._held -= {each.id for each in untried}
        self._news.set()
        try:
            await asyncio.to_thread(give_back, self.database, untried)
        except Exception as error:  # their leases end by themselves
            self._faults.failed("giving deliveries back", error)
        if self._tries and patience is not None:
            await asyncio.wait(self._tries, timeout=patience)
            for task in self._tries:
                task.cancel()
        await self.idle()

    async def _keep_books(self) -> None:
        """Write what has ended and claim what comes next, in one transaction, again and again."""
        with log_run("send"):
            heartbeat = asyncio.create_task(self._renew())
            try:
                await self._keep_them()
            finally:
                heartbeat.cancel()

    async def _keep_them(self) -> None:
        while True:
            self._news.clear()
            sent, self._sent = self._sent, []
            wanted = self._wanted()
            if self._planned is not None:
                self._planned.cancel()
                self._planned = None
            if sent or wanted:
                await self._write(sent, wanted)
            elif not self._tries:
                self._begin()  # tries that broke off have begun none of those that stood ready
                if not self._tries:
                    return
            if self._tries:
                await self._news.wait()

    async def _renew(self) -> None:
        """Renew the leases of what is in hand now and then: a slow server may keep many waiting."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            until = self.post.clock() + LEASE
            held = (self.database, list(self._held), self.post.owner, until)
            try:
                await asyncio.to_thread(renew, *held)
            except Exception as error:
                self._faults.failed("renewing the leases of deliveries", error)

    def _wanted(self) -> dict[str, tuple[str, Lines]]:
        """Choose what to claim: enough for the free places, and those to follow them."""
        wanted: dict[str, tuple[str, Lines]] = {}
        for way, lines in self.lines.items():
            room = IN_HAND * lines.places.begun - lines.begun - len(self._ready[way])
            for delivery_id, receiver in lines.next(room).items():
                wanted[delivery_id] = (receiver, lines)
        return wanted

    async def _write(self, sent: Sequence[Sent], wanted: dict[str, tuple[str, Lines]]) -> None:
        work = asyncio.to_thread(
            settle_and_claim, self.database, self.post, sent, list(wanted), self.due_only
        )
        try:
            outcomes, found = await asyncio.shield(work)
        except Exception as error:
            await self._database_failed(error, sent, wanted)
            return
        self._faults.went_well("writing to the outbox")
        _count(sent, outcomes)
        claimed = found or []
        self.outcomes.update(outcomes)
        self._held -= {each.claimed.id for each in sent}
        for each in claimed:
            del wanted[each.id]
        if self._stopping.is_set():
            await asyncio.to_thread(give_back, self.database, claimed)
            wanted |= {e.id: (e.subscription_id, self._way_of(e)) for e in claimed}
            claimed = []
        if wanted:  # others may be had instead
            self._news.set()
        for receiver, lines in wanted.values():
            lines.over(receiver)
            self.outcomes["failed" if found is None else "taken"] += 1
        self._held |= {each.id for each in claimed}
        for each in claimed:
            self._ready[each.way].append(each)
        self._begin()

    async def _database_failed(
        self, error: Exception, sent: Sequence[Sent], wanted: dict[str, tuple[str, Lines]]
    ) -> None:
        self._faults.failed("writing to the outbox", error)
        self._news.set()
        for receiver, lines in wanted.values():
            lines.over(receiver)
        if self.keeps:
            self._sent = [*sent, *self._sent]
            await self._rest()
        else:
            self._held -= {each.claimed.id for each in sent}
            self.outcomes["failed"] += len(sent) + len(wanted)

    async def _rest(self) -> None:
        if self._stopping.is_set():
            await asyncio.sleep(STOPPING_REST_SECONDS)
        else:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), REST_SECONDS)

    def _begin(self) -> None:
        for way, ready in self._ready.items():
            lines = self.lines[way]
            while ready and lines.begun < lines.places.begun:
                lines.begun += 1
                task = asyncio.create_task(self._try(ready.popleft(), lines))
                self._tries.add(task)
                task.add_done_callback(self._ended)

    async def _try(self, claimed: Claimed, lines: Lines) -> None:
        slow = False
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle

        def make_room() -> None:
            nonlocal slow, timer
            slow = lines.makes_room()
            if slow:
                self._begin()
                self._write_within(IN_NEED_SECONDS)
            else:
                timer = loop.call_later(PATIENCE_SECONDS, make_room)

        timer = loop.call_later(PATIENCE_SECONDS, make_room)
        began = self.post.clock()
        try:
            with log_about(delivery=claimed.id):
                sent = await try_once(claimed, self.post)
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                # Nobody knows what came of it: it is taken up again when its lease has run out.
                self._held.discard(claimed.id)
                lines.over(claimed.subscription_id)
                raise
            failure = TransportError("stopped before an answer came")
            sent = Sent(claimed, began, self.post.clock(), str(failure), failure)
        finally:
            timer.cancel()
            lines.leaves(was_slow=slow)
        took = sent.finished_at - sent.started_at
        lines.over(claimed.subscription_id, good=sent.failure is None, hung=took > HUNG)
        self._sent.append(sent)
        self._begin()
        self._write_within(IN_NEED_SECONDS if self._is_in_need() else GATHER_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tries.discard(task)
        if not self._tries:  # also where it broke off and put nothing down
            self._news.set()

    def _is_in_need(self) -> bool:
        """Say whether places will soon be free for which nothing is claimed."""
        return any(
            lines.waiting and len(self._ready[way]) < lines.places.begun
            for way, lines in self.lines.items()
        )

    def _write_within(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        when = loop.time() + seconds
        if self._planned is None or when < self._planned.when():
            if self._planned is not None:
                self._planned.cancel()
            self._planned = loop.call_at(when, self._news.set)

    def _way_of(self, claimed: Claimed) -> Lines:
        return self.lines[claimed.way]


async def send_due(database: Database, post: Post, clock: Callable[[], datetime]) -> Counter[str]:
    """Send the deliveries whose time has come, and wait for them; counts what became of them."""
    found = await asyncio.to_thread(due, database, clock())
    return await _send(Outgoing(database, post, due_only=True), found)


async def send(database: Database, post: Post, wanted: Sequence[str]) -> Counter[str]:
    """Send these deliveries, due or not, and wait for them; counts what became of them."""
    found = await asyncio.to_thread(named, database, wanted)
    outcomes = await _send(Outgoing(database, post), found)
    outcomes["taken"] += len(set(wanted)) - len(found)
    return +outcomes


async def _send(outgoing: Outgoing, deliveries: Iterable[Waiting]) -> Counter[str]:
    outgoing.put(deliveries)
    await outgoing.idle()
    return +outgoing.outcomes


def _count(sent: Sequence[Sent], outcomes: Sequence[str]) -> None:
    for each, outcome in zip(sent, outcomes, strict=True):
        way = each.claimed.way
        ATTEMPTS.labels(way, outcome).inc()
        ATTEMPT_SECONDS.labels(way).observe((each.finished_at - each.started_at).total_seconds())
        if outcome == "done":
            waited = each.finished_at - each.claimed.created_at
            ARRIVAL.labels(way).observe(waited.total_seconds())
