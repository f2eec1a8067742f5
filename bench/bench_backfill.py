"""A backfill of 16 outlets by one worker and by two, and by two of which one is killed; runs given.

Pages answer after 300 ms, at two connections a host: waiting is the limit, not the processor. The
workers are processes on a real PostgreSQL, the newsroom is one of its own; its log shows who asked
whom and when. Times are those from the first piece's beginning to the last one's end.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import press
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from tests.servers import postgresql

RUNS = 3
OUTLETS, PAGES, AFTER = 16, 60, 0.3
PLACES = "4"
LIMIT_SECONDS = 900.0


@dataclass
class Newsroom:
    """Outlets under way, their log, and where the source files of the program are."""

    outlets: list[press.Outlet]
    log: Path
    sources: Path

    def asked(self, since: float) -> list[tuple[float, float, str, str]]:
        """Give what was asked since a moment: from, to, by whom, of whom; in order."""
        rows = [line.split(" ") for line in self.log.read_text("utf-8").splitlines()]
        found = [(float(a), float(b), agent, host) for a, b, agent, host, _ in rows]
        return sorted(row for row in found if row[0] >= since)


@dataclass
class Program:
    """The program on a database of its own."""

    folder: Path
    address: str
    engine: Engine
    sources: Path

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        own = {
            "DATABASE_URL": self.address, "SOURCES_DIR": self.sources, "USER_AGENT": name,
            "DATA_DIR": self.folder, "SECRET_KEY": "k" * 40, "ALLOW_PRIVATE_NETWORKS": "1",
        }  # fmt: skip
        environment = {**os.environ, **{f"DIEMBAO_{key}": str(own[key]) for key in own}}
        with (self.folder / f"{name}.log").open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "diembao", *arguments],
                env=environment, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def one(self, question: str) -> float:
        with self.engine.connect() as connection:
            found = connection.execute(text(question)).scalar()
        return float(found or 0)

    def names(self, question: str) -> set[str]:
        with self.engine.connect() as connection:
            return {name for (name,) in connection.execute(text(question))}

    def wait(self, question: str, least: float) -> None:
        until = time.monotonic() + LIMIT_SECONDS
        while self.one(question) < least:
            if time.monotonic() > until:
                raise SystemExit(f"did not come: {question}; see {self.folder}")
            time.sleep(0.2)


@contextmanager
def program(server: str, sources: Path) -> Iterator[Program]:
    """Make a database and a data folder for one run."""
    name = f"bench_{time.monotonic_ns()}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with tempfile.TemporaryDirectory() as folder, admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        own = url.set(database=name)
        engine = create_engine(own)
        address = own.set(drivername="postgresql").render_as_string(hide_password=False)
        yield Program(Path(folder), address, engine, sources)
        engine.dispose()
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    log, sources = folder / "asked.log", folder / "sources"
    sources.mkdir()
    with press.served(OUTLETS, PAGES, after=AFTER, log=log) as outlets:
        for outlet in outlets:
            file = outlet.source_file(selectors=True).replace("concurrency = 8", "concurrency = 2")
            # Nothing is polled here: the daemon is not what is measured.
            (sources / f"{outlet.name}.toml").write_text(file, "utf-8")
        yield Newsroom(outlets, log, sources)


ALIVE = "SELECT count(DISTINCT id) FROM procrastinate_workers"
STORED = "SELECT count(*) FROM article"
HELD_HOSTS = "SELECT name FROM host WHERE lease_by LIKE '%/{}'"
HELD = "SELECT count(*) FROM host WHERE lease_by LIKE '%/{}'"
OPEN = "SELECT count(*) FROM backfill WHERE status = 'open'"


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait(30)


def filled(server: str, room: Newsroom, workers: int, *, kill: bool = False) -> float:
    """Fill an empty archive by so many workers; gives the seconds it took."""
    with program(server, room.sources) as own, ExitStack() as stack:
        own.start("upgrade", "db", "upgrade").wait(120)
        began = time.time()
        hands = [
            own.start(f"worker-{n}", "worker", "--concurrency", PLACES) for n in range(workers)
        ]
        stack.callback(end, hands)
        # Each has a worker for alerts, one for news and history, one for news alone.
        own.wait(ALIVE, 3 * workers)
        today = datetime.now(UTC) + timedelta(days=1)
        days = ("--from", "2020-01-01", "--to", f"{today:%Y-%m-%d}")
        command = own.start("command", "backfill", *(o.name for o in room.outlets), *days)
        killed_at, in_hand = 0.0, set()
        if kill:
            own.wait(STORED, OUTLETS * PAGES * 0.3)
            own.wait(HELD.format(hands[0].pid), 1)
            in_hand = own.names(HELD_HOSTS.format(hands[0].pid))
            os.killpg(hands[0].pid, signal.SIGKILL)
            killed_at = time.time()
            del hands[0]
        command.wait(LIMIT_SECONDS)
        took = own.one("SELECT extract(epoch FROM max(ended_at) - min(begun_at)) FROM backfill")
        stored = own.one(STORED)
        if stored != OUTLETS * PAGES or own.one(OPEN):
            raise SystemExit(f"{stored:.0f} of {OUTLETS * PAGES} articles are stored")
        asked = room.asked(began)
        print(f"  {workers} worker(s): {took:.1f} s, {len(asked)} requests ({shares(asked)}), of "
              f"these {overlaps(asked)} of an outlet whom another worker was asking")  # fmt: skip
        if kill:
            print(f"  killed one, with {len(in_hand)} outlets in "
                  f"hand, asked again after {taken_up(asked, in_hand, killed_at)} s")  # fmt: skip
    return took


def shares(asked: Sequence[tuple[float, float, str, str]]) -> dict[str, int]:
    agents = [agent for _, _, agent, _ in asked]
    return {agent: agents.count(agent) for agent in sorted({*agents})}


def overlaps(asked: Sequence[tuple[float, float, str, str]]) -> int:
    """Count the requests of an outlet that began while another worker's had not ended."""
    found = 0
    for host in {row[3] for row in asked}:
        ended: dict[str, float] = {}
        for begin, finish, agent, _ in (row for row in asked if row[3] == host):
            found += any(begin < until for other, until in ended.items() if other != agent)
            ended[agent] = max(finish, ended.get(agent, 0.0))
    return found


def taken_up(
    asked: Sequence[tuple[float, float, str, str]], in_hand: set[str], killed_at: float
) -> str:
    """Say how long after a kill the hosts that the dead had in hand were asked again."""
    waits = sorted(
        min(row[0] for row in asked if row[3] == host and row[0] > killed_at) - killed_at
        for host in in_hand
        if any(row[3] == host and row[0] > killed_at for row in asked)
    )
    return ", ".join(f"{wait:.0f}" for wait in waits)


def measure() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        postgresql.server() as server,
        newsroom(Path(folder)) as room,
    ):
        ratios = []
        for _ in range(RUNS):
            one, two = filled(server, room, 1), filled(server, room, 2)
            ratios.append(two / one)
        ratio = sorted(ratios)[len(ratios) // 2]
        print(f"backfill of {OUTLETS} outlets: two workers take {ratio:.2f} of one's time "
              f"(median of {RUNS})")  # fmt: skip
        filled(server, room, 2, kill=True)


if __name__ == "__main__":
    RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    sys.exit(measure())
