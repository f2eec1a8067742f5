"""The queue of a fleet: Procrastinate, with PostgreSQL as the only server.

Daemons put in what is due, all processes take out what they have places for. A job that waits or is
in a hand is not put in again, so a look made twice, or by two daemons, puts it in once; its name is
its ``queueing_lock``. What a dead process had in hand goes back into the queue after `DEAD_AFTER`.
The truth remains in the archive: dueness, leases on sources and hosts, claims of deliveries.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg.errors import RaiseException
from psycopg_pool import AsyncConnectionPool

from scheduler.faults import Faults
from scheduler.leases import take_over_from_the_dead
from scheduler.queues import ALERT_PLACES, places
from scheduler.work import KINDS, Line, Work, Workshop
from storage.dialects import connect_arguments

log = logging.getLogger(__name__)
# They tell of every job and every attempt to connect; what went wrong is told here, once.
for library in ("procrastinate", "psycopg.pool"):
    logging.getLogger(library).setLevel(logging.CRITICAL)

HEARTBEAT_SECONDS = 3.0
DEAD_AFTER = 12.0
# A fleet whose last sign of life is so old has nobody left who works.
GONE_AFTER = 60.0
# Also looked for without a notice: a lock that is let go of gives none.
LOOK_SECONDS = 1.0
MOST_WAITING = 200
# What is in hand at a stop gets this long before it is broken off and handed back.
GRACE_SECONDS = 0.5
# After the last try the job is dropped; what it was for is still due and is put in anew.
RETRY = RetryStrategy(max_attempts=4, wait=5, linear_wait=10)
# Books that are not written would leave the job in a living worker's hand for ever.
PAUSES_SECONDS = (0.2, 1.0, 5.0)
CONNECTIONS = 4
# A pool that tries on by itself pauses ever longer; asked anew, it connects as soon as it can.
CONNECT_SECONDS = 5.0
# Two who put in at the same moment must see each other's jobs.
_PUTTING = 0x6469656D62616F02

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(%s)"
_KNOWN = (
    "SELECT queueing_lock FROM procrastinate_jobs "
    "WHERE status IN ('todo', 'doing') AND queueing_lock = ANY(%s)"
)
_FILL = (
    "SELECT count(*) FILTER (WHERE status = 'todo') AS waiting, count(*) AS present "
    "FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name = %(line)s"
)
_ALIVE = (
    "SELECT count(*) AS alive FROM procrastinate_workers "
    "WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)"
)
_TAKE_UP = (
    "WITH lost AS MATERIALIZED (SELECT job.id FROM procrastinate_jobs job "
    "LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id "
    "WHERE job.status = 'doing' AND (worker.id IS NULL "
    "OR worker.last_heartbeat < now() - make_interval(secs => %(seconds)s)) "
    "FOR UPDATE OF job SKIP LOCKED) "
    "SELECT job.task_name, job.args, "
    "procrastinate_retry_job_v2(lost.id, now(), NULL, NULL, NULL) AS done "
    "FROM lost JOIN procrastinate_jobs job ON job.id = lost.id"
)


class PatientConnector(PsycopgConnector):
    """Writes again what could not be written, where a connection was lost on the way."""

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Run a statement that gives nothing."""
        for pause in PAUSES_SECONDS:
            try:
                await super().execute_query_async(query, **arguments)
            except ConnectorException as error:
                if isinstance(error.__cause__, RaiseException):
                    return  # the job is no longer ours: we were taken for dead
                await asyncio.sleep(pause)
            else:
                return
        await super().execute_query_async(query, **arguments)


@dataclass(slots=True)
class FleetQueue:
    """Puts work into the fleet's queue and, where it ``works``, does what it takes out of it."""

    shop: Workshop
    works: bool = True
    in_hand: set[Work] = field(default_factory=set)
    _app: App = field(init=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _faults: Faults = field(default_factory=Faults)
    _stopping: bool = False

    def __post_init__(self) -> None:
        url = self.shop.desk.database.engine.url.set(drivername="postgresql")
        pool: dict[str, Any] = {
            "conninfo": url.render_as_string(hide_password=False),
            "kwargs": connect_arguments(url.drivername),
            "min_size": 1,
            "max_size": CONNECTIONS,
            "timeout": CONNECT_SECONDS,
            "reconnect_timeout": CONNECT_SECONDS,
        }
        self._app = App(connector=PatientConnector(pool_factory=AsyncConnectionPool, **pool))
        for name, kind in KINDS.items():
            self._app.task(name=name, queue=kind.line, retry=RETRY)(self._doing(name))

    async def start(self) -> None:
        """Connect, and begin to work."""
        await self._app.open_async()
        going = [self._again("what others left", self._take_up, DEAD_AFTER / 4)]
        if self.works:
            going += [self._again(name, worker, LOOK_SECONDS) for name, worker in self._workers()]
        self._tasks = [asyncio.create_task(each) for each in going]

    async def room(self, line: Line) -> int:
        """Say how much due work to name to `put`, with what is in hand; 0 if there is no room."""
        fill = await self._app.connector.execute_query_one_async(_FILL, line=line)
        return MOST_WAITING + int(fill["present"]) if fill["waiting"] < MOST_WAITING else 0

    async def put(self, work: Sequence[Work]) -> int:
        """Put work in that neither waits nor is in a hand; gives how many pieces."""
        if self._stopping or not work:
            return 0
        pool = self._app.connector.pool  # type: ignore[attr-defined]
        async with pool.connection() as connection:
            await connection.execute(_ONE_AT_A_TIME, [_PUTTING])
            found = await connection.execute(_KNOWN, [[piece.key for piece in work]])
            known = {key for (key,) in await found.fetchall()}
            fresh = {piece.key: piece for piece in work if piece.key not in known}
            if fresh:
                jobs = [self._job(piece) for piece in fresh.values()]
                await self._app.job_manager.batch_defer_jobs_async(jobs, connection=connection)
        return len(fresh)

    async def workers(self) -> int:
        """Say how many workers are alive in the fleet."""
        found = await self._app.connector.execute_query_one_async(_ALIVE, seconds=GONE_AFTER)
        return int(found["alive"])

    async def stop(self) -> None:
        """Take out nothing more; what does not end by itself soon is handed back."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._app.close_async()

    def _job(self, piece: Work) -> Job:
        kind = KINDS[piece.kind]
        return Job(
            task_name=piece.kind,
            task_kwargs={"on": piece.on},
            queue=kind.line,
            priority=kind.priority,
            lock=kind.lock(self.shop.desk, piece),
            queueing_lock=piece.key,
        )

    def _doing(self, name: str) -> Callable[[str], Awaitable[None]]:
        async def do(on: str) -> None:
            piece = Work(name, on)
            self.in_hand.add(piece)
            try:
                await KINDS[name].run(self.shop, on)
            except Exception as error:
                self._faults.failed(piece.key, error)
                raise
            else:
                self._faults.went_well(piece.key)
            finally:
                self.in_hand.discard(piece)

        return do

    def _workers(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Give what works on the lines: alerts apart, and some crawls' places kept for news."""
        most = places(self.shop.desk.manner.concurrency)
        shares: list[tuple[list[Line], int]] = [
            (["alerts"], ALERT_PLACES),
            (["news", "history"], most["history"]),
            (["news"], most["news"] - most["history"]),
        ]
        return [
            (" and ".join(lines), self._worker(lines, count)) for lines, count in shares if count
        ]

    def _worker(self, lines: list[Line], count: int) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            await self._app.run_worker_async(
                queues=lines,
                concurrency=count,
                fetch_job_polling_interval=LOOK_SECONDS,
                shutdown_graceful_timeout=GRACE_SECONDS,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER,
            )
            raise ConnectionError("the notices or the heartbeat broke off")

        return work

    async def _take_up(self) -> None:
        """Put back what dead workers had in hand, and let go of what they held on this machine."""
        desk = self.shop.desk
        await asyncio.to_thread(take_over_from_the_dead, desk.database, desk.clock())
        lost = await self._app.connector.execute_query_all_async(_TAKE_UP, seconds=DEAD_AFTER)
        for job in lost:
            log.warning("%s %s: its worker is gone, taken up again",
                        job["task_name"], job["args"]["on"])  # fmt: skip

    async def _again(self, name: str, work: Callable[[], Awaitable[None]], pause: float) -> None:
        """Do something until we are stopped, whatever becomes of the database meanwhile."""
        while not self._stopping:
            try:
                await work()
            except Exception as error:
                self._faults.failed(f"queue, {name}", error.__cause__ or error)
            else:
                self._faults.went_well(f"queue, {name}")
            await asyncio.sleep(pause)
