"""The daemon through many polls: memory, tasks, open files and connections at intervals.

    python bench/soak.py [POLLS [NEWSROOMS]]

Sample newsrooms (five outlets each, asked every second) are served by this process, the daemon
runs in another. Twice a second an article somewhere is put out, taken off or revised, so that pages
are read to the end.
"""

import asyncio
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from diembao.demo.newsroom.site import Newsroom
from diembao.newsdesk import open_desk
from diembao.postroom import open_post, pace, sender
from diembao.settings import Settings
from scheduler.daemon import Daemon
from scheduler.queues import LocalQueue
from scheduler.work import Workshop

POLLS, NEWSROOMS, SAMPLES = 10_000, 8, 20
NEWS_SECONDS, LOOK_SECONDS = 0.5, 1.0
POLLED = "SELECT total(counts ->> 'polls'), total(counts ->> 'fetched') FROM source_day"


@dataclass(frozen=True)
class Held:
    """What the daemon holds after so many polls, in megabytes and numbers."""

    polls: int
    pages: int
    daemon: float
    readers: float
    tasks: int
    files: int
    connections: int

    def line(self) -> str:
        return (
            f"soak: {self.polls} polls, {self.pages} pages: daemon {self.daemon:.0f} MB, its "
            f"readers {self.readers:.0f} MB, {self.tasks} tasks, {self.files} files, "
            f"{self.connections} connections"
        )


def daemon(folder: Path) -> None:
    """Run the daemon; each line on standard input is answered with its number of tasks."""
    settings = Settings(
        data_dir=folder, sources_dir=folder / "sources", allow_private_networks=True, concurrency=32
    )
    with open_desk(settings) as (desk, _faults):
        shop = Workshop(desk, sender(settings), open_post(settings), pace(settings))
        asyncio.run(Daemon(shop, LocalQueue(shop)).run(_tell))


async def _tell() -> None:
    asked = asyncio.StreamReader()
    protocol = partial(asyncio.StreamReaderProtocol, asked)
    await asyncio.get_running_loop().connect_read_pipe(protocol, sys.stdin)
    while await asked.readline():
        print(len(asyncio.all_tasks()), flush=True)


@asynccontextmanager
async def newsrooms(number: int, folder: Path) -> AsyncIterator[list[Newsroom]]:
    """Serve so many newsrooms, their source files in a folder."""
    async with AsyncExitStack() as stack:
        rooms = []
        for n in range(number):
            rooms.append(await stack.enter_async_context(Newsroom(datetime.now(UTC))))
            rooms[-1].write_sources(folder / "one")
            for path in (folder / "one").iterdir():
                path.rename(folder / f"{path.stem}{n}.toml")
        (folder / "one").rmdir()
        yield rooms


async def news(rooms: list[Newsroom]) -> None:
    """Change something again and again."""
    chance, withdrawn = random.Random(1), dict[int, str]()  # noqa: S311 - makes news
    for number, room in enumerate(rooms):
        withdrawn[number] = chance.choice(sorted(room.articles))
        room.withdraw(withdrawn[number])
    while True:
        number = chance.randrange(len(rooms))
        room = rooms[number]
        room.requests.clear()
        room.publish(withdrawn[number])
        withdrawn[number] = chance.choice(sorted(room.articles))
        room.withdraw(withdrawn[number])
        room.revise(chance.choice([a.id for a in room.articles.values() if a.revised]))
        await asyncio.sleep(NEWS_SECONDS)


def _kilobytes(pid: int, file: str, name: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text("ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0


def _under(pid: int) -> list[int]:
    try:
        own = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [process for child in map(int, own) for process in (child, *_under(child))]


def _readers(pid: int) -> float:
    """Megabytes of all processes below; what they share counts once."""
    held = 0
    for process in _under(pid):
        try:
            held += _kilobytes(process, "smaps_rollup", "Pss:")
        except OSError:
            continue  # it has just ended
    return held / 1024


def _open(pid: int) -> tuple[int, int]:
    """Open files and, of these, sockets."""
    targets = []
    for file in Path(f"/proc/{pid}/fd").iterdir():
        try:
            targets.append(str(file.readlink()))
        except OSError:
            continue  # it has just been closed
    return len(targets), sum(target.startswith("socket:") for target in targets)


async def held(process: asyncio.subprocess.Process, archive: Path) -> Held:
    """Look at the daemon."""
    assert process.stdin, process.stdout  # noqa: S101 - narrows the types
    process.stdin.write(b"\n")
    tasks = json.loads(await process.stdout.readline())
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as books:
        polls, pages = books.execute(POLLED).fetchone()
    memory = _kilobytes(process.pid, "status", "VmRSS:") / 1024
    return Held(int(polls), int(pages), memory, _readers(process.pid), tasks, *_open(process.pid))


def has_begun(archive: Path) -> bool:
    """Whether the daemon has polled."""
    if not archive.exists():
        return False
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as books:
        try:
            return books.execute(POLLED).fetchone()[0] > 0
        except sqlite3.OperationalError:  # the tables are being made
            return False


async def measure(polls: int, number: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        async with newsrooms(number, (folder := Path(name)) / "sources") as rooms:
            command = [sys.executable, __file__, "daemon", name]
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
            changing = asyncio.create_task(news(rooms))
            seen, started = [], time.perf_counter()
            while not seen or seen[-1].polls < polls:
                await asyncio.sleep(LOOK_SECONDS)
                if process.returncode is not None:
                    raise SystemExit("the daemon has ended")
                if not has_begun(folder / "diembao.db"):
                    continue
                now = await held(process, folder / "diembao.db")
                if not seen or now.polls >= seen[-1].polls + polls / SAMPLES:
                    seen.append(now)
                    print(now.line(), flush=True)
            minutes = (time.perf_counter() - started) / 60
            changing.cancel()
            process.terminate()
            await process.wait()
    half = seen[len(seen) // 2]
    print(f"soak: {seen[-1].polls} polls in {minutes:.1f} minutes")
    print(f"soak: daemon's second half grows by {seen[-1].daemon / half.daemon - 1:+.1%}")
    print(f"soak: readers' second half grows by {seen[-1].readers / half.readers - 1:+.1%}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["daemon"]:
        daemon(Path(sys.argv[2]))
    else:
        given = [int(word) for word in sys.argv[1:]]
        asyncio.run(measure(*(given or [POLLS]), *([NEWSROOMS] if len(given) < 2 else [])))
