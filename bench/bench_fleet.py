"""What the fleet's queue costs: pieces of work that do nothing, on a real PostgreSQL of its own.

CPU is of this process, which puts in and takes out, and of the database's processes for it. So as
many as are put in stand for outlets of as many hosts; at most `MOST_WAITING` wait at a time.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' PostgreSQL

from alerts.matching import Sender
from alerts.sending import Post
from alerts.transports.mail import FolderTransport
from alerts.transports.webhook import WebhookTransport
from crawler.crawl import Manner
from scheduler.clock import utc_now
from scheduler.fleet import FleetQueue
from scheduler.fleet_tables import bring_up_to_date
from scheduler.intake import Archive
from scheduler.poll import Desk
from scheduler.readers import Readers
from scheduler.work import KINDS, Kind, Work, Workshop
from storage.database import Database, open_database
from tests.conftest import new_database
from tests.servers import postgresql

PIECES, ALONE, IDLE_SECONDS = 1_000, 30, 15
KIND = "nothing"


@contextmanager
def archive() -> Iterator[Database]:
    with (
        postgresql.server() as server,
        new_database(server) as address,
        closing(open_database(address)) as database,
    ):
        bring_up_to_date(database)
        yield database


def workshop(database: Database) -> Workshop:
    post = Post(
        FolderTransport(Path("nowhere")), WebhookTransport(False, "bench"), "x@example.org",
        "bench/1", utc_now, lambda: 0.0,
    )  # fmt: skip
    desk = Desk(Archive(database, {}, [], 0.0, Readers()), Manner("bench", concurrency=8))
    return Workshop(desk, Sender("https://diembao.example", "khoa"), post)


def server_seconds(database: Database) -> float:
    """CPU of the processes that serve this database's connections."""
    with database.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        )
        stats = [Path(f"/proc/{pid}/stat").read_text() for (pid,) in rows]
    fields = [stat.rpartition(")")[2].split() for stat in stats]
    return sum(int(each[11]) + int(each[12]) for each in fields) / 100


async def measure(database: Database) -> None:
    done: list[float] = []
    news = asyncio.Event()

    async def nothing(_shop: Workshop, _on: str) -> None:
        done.append(time.monotonic())
        news.set()

    KINDS[KIND] = Kind(KIND, nothing, "news", 0, lambda _desk, work: f"host {work.on}")  # type: ignore[index]
    queue = FleetQueue(workshop(database))
    await queue.start()

    async def put(first: int, count: int) -> None:
        await queue.put([Work(KIND, str(number)) for number in range(first, first + count)])

    async def until(count: int) -> None:
        while len(done) < count:
            await news.wait()
            news.clear()

    waits = []
    for number in range(ALONE):
        begun = time.monotonic()
        await put(number, 1)
        await until(number + 1)
        waits.append(done[-1] - begun)
    print(f"one by one: {median(waits) * 1000:.0f} ms from being put in to the work")

    done.clear()
    begun, ours, theirs = time.monotonic(), time.process_time(), server_seconds(database)
    for first in range(0, PIECES, 100):
        await put(ALONE + first, 100)  # other names: the last one may still be in the books
        await until(first)
    await until(PIECES)
    ours, theirs = time.process_time() - ours, server_seconds(database) - theirs
    print(
        f"{PIECES} pieces: {PIECES / (time.monotonic() - begun):.0f} a second, "
        f"{ours * 1000 / PIECES:.1f} ms of CPU each, the database's {theirs * 1000 / PIECES:.1f}"
    )

    ours, theirs = time.process_time(), server_seconds(database)
    await asyncio.sleep(IDLE_SECONDS)
    ours, theirs = time.process_time() - ours, server_seconds(database) - theirs
    print(
        f"with nothing to do: {ours / IDLE_SECONDS:.1%} of a core, "
        f"the database's {theirs / IDLE_SECONDS:.1%}"
    )
    await queue.stop()
    await queue.shop.aclose()


def main() -> None:
    with archive() as database:
        asyncio.run(measure(database))


if __name__ == "__main__":
    main()
