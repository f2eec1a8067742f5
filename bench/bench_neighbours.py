"""Looking for copies among a million articles, and adding more; the greatest number may be given.

The articles are invented as their sampled hashes, with what was counted on Vietnamese news: on
average 32 hashes (log-normal, as lengths are); half of them are words many use, drawn from 200,000
phrases by a flat power law, so that at 60,000 articles some 1,300 phrases stand in more than 50 of
them; one article in twenty copies an earlier one, two in twenty share a third with one. They have
no texts, so what is timed is all of a look-up but the exact comparison, which is timed by itself.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import text
from sqlmodel import Session

from analysis.copies import Piece, compare_pieces
from analysis.fingerprints import SAMPLING, Fingerprint, fingerprint
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED
from storage import neighbours
from storage.database import Database, open_database
from storage.tables import Article, Story

SIZES = (50_000, 200_000, 500_000, 1_000_000)
LOOK_UPS, ADDED, TOGETHER = 1_000, 1_000, 20
BLOCK = 10_000
MEAN, SPREAD, LONGEST = 32, 0.75, 300
COMMON_WORDS, COMMON_PHRASES, FLATNESS = 0.5, 200_000, 0.7
COPIES, FOLLOW_UPS = 0.05, 0.1
_RANKS = np.arange(1, COMMON_PHRASES + 1, dtype=float) ** -FLATNESS
_CUMULATED = np.cumsum(_RANKS) / _RANKS.sum()
NOW = datetime(2025, 11, 28, 2, tzinfo=UTC)


def block(number: int) -> list["np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    """Invent ten thousand articles, the same ones for the same number."""
    chance = np.random.default_rng(number)
    made: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    sizes = chance.lognormal(np.log(MEAN) - SPREAD**2 / 2, SPREAD, BLOCK)
    for size in np.clip(sizes, 2, LONGEST).astype(int):
        own = chance.integers(0, 2**44, size) * SAMPLING
        common = chance.random(size) < COMMON_WORDS
        ranks = np.searchsorted(_CUMULATED, chance.random(int(common.sum())))
        own[common] = (ranks * 0x9E3779B1) % 2**44 * SAMPLING
        kind = chance.random()
        if made and kind < COPIES + FOLLOW_UPS:
            share = 0.9 if kind < COPIES else 0.33
            other = made[int(chance.integers(len(made)))]
            taken = other[chance.random(len(other)) < share]
            own = taken if kind < COPIES else np.concatenate([own, taken])
        made.append(np.unique(own))
    return made


def piece(hashes: Sequence[int]) -> Piece:
    """Give an article of so many sampled hashes; sixteen times as many stand for its length."""
    return Piece(Fingerprint("", tuple(hashes), len(hashes) * SAMPLING))


def rows(first: int, last: int) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """Give (hash, article) of the articles from one to another, sorted as the table is."""
    hashes, articles = [], []
    for number in range(first // BLOCK, last // BLOCK):
        for place, known in enumerate(block(number)):
            hashes.append(known)
            articles.append(np.full(len(known), number * BLOCK + place + 1, np.int64))
    table = np.stack([np.concatenate(hashes), np.concatenate(articles)], axis=1)
    return table[np.lexsort((table[:, 1], table[:, 0]))]


def fill(database: Database, table: "np.ndarray[tuple[int, int], np.dtype[np.int64]]") -> None:
    """Put rows into the table in its order, which is the fastest way."""
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        if raw is None:
            raise SystemExit("the connection has no driver")
        if database.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute("BEGIN IMMEDIATE")
            for start in range(0, len(table), 100_000):
                part = table[start : start + 100_000].tolist()
                raw.executemany("INSERT OR IGNORE INTO shingle VALUES (?, ?)", part)
            raw.execute("COMMIT")
            raw.execute("PRAGMA foreign_keys = ON")
        else:
            raw.execute("SET session_replication_role = replica")
            with raw.cursor().copy("COPY shingle (hash, article_id) FROM STDIN") as copy:
                for start in range(0, len(table), 100_000):
                    part = table[start : start + 100_000].tolist()
                    copy.write("".join(f"{value}\t{article}\n" for value, article in part))
            raw.execute("SET session_replication_role = DEFAULT")
            raw.commit()
            raw.autocommit = True
            raw.execute("VACUUM ANALYZE shingle")
            raw.autocommit = False


def look_up(database: Database, size: int) -> tuple[list[float], list[float]]:
    """Give the milliseconds of each look-up, by the clock and of CPU, the least first.

    Seven in ten are for new articles, three for copies. All are done four times; the first fills
    the caches, of the others the least counts, as the rest is other work of the machine.
    """
    fresh = block(1_000_000 + size)
    known = block(size // BLOCK // 2)
    chosen = [
        known[place][: max(2, len(known[place]) * 9 // 10)] if place % 10 < 3 else fresh[place]
        for place in range(LOOK_UPS)
    ]
    pieces = [piece(hashes.tolist()) for hashes in chosen]
    clocks: list[list[float]] = [[] for _ in pieces]
    cpus: list[list[float]] = [[] for _ in pieces]
    with database.reading() as session:
        cpu = cpu_of(session)
        for number in range(4):
            for wanted, clock, taken in zip(pieces, clocks, cpus, strict=True):
                started, spent = time.perf_counter(), cpu()
                neighbours.alike(session, wanted)
                if number:
                    taken.append(cpu() - spent)
                    clock.append((time.perf_counter() - started) * 1000)
    return sorted(map(min, clocks)), sorted(map(min, cpus))


def cpu_of(session: Session) -> Callable[[], float]:
    """Give a clock of the CPU milliseconds spent on a session: here and, if any, in its server."""
    server = None
    if session.connection().dialect.name == "postgresql":
        server = Path(f"/proc/{session.scalar(text('SELECT pg_backend_pid()'))}/schedstat")

    def spent() -> float:
        there = int(server.read_text("ascii").split()[0]) if server else 0
        return (time.thread_time_ns() + there) / 1_000_000

    return spent


def add(database: Database, first: int) -> tuple[float, float]:
    """Give how many articles a second get their rows, by the clock and by this process's CPU.

    Twenty share a transaction, as what arrives together does; the articles are there before.
    """
    fresh = block(2_000_000 + first)[:ADDED]
    with database.writing() as session:
        if session.get(Story, 1) is None:
            session.add(Story(id=1, last_seen_at=NOW))
            session.flush()
        session.add_all(article(-first - n) for n in range(1, ADDED + 1))
    clock, cpu = time.perf_counter(), time.process_time()
    for start in range(0, ADDED, TOGETHER):
        with database.writing() as session:
            for place in range(start, start + TOGETHER):
                known = piece(fresh[place].tolist())
                neighbours.index(session, -first - place - 1, known)
    return ADDED / (time.perf_counter() - clock), ADDED / (time.process_time() - cpu)


def article(key: int) -> Article:
    address = f"https://a.example/{key}"
    return Article(
        id=key,
        source="a",
        url=address,
        canonical_url=address,
        title="",
        first_seen_at=NOW,
        content_hash=str(key),
        status="new",
        story_id=1,
    )


def room(database: Database) -> int:
    """Give the bytes that the table takes, with its index."""
    with database.reading() as session:
        if database.engine.dialect.name == "postgresql":
            return int(session.scalar(text("SELECT pg_total_relation_size('shingle')")) or 0)
        pages = session.scalar(text("SELECT page_count FROM pragma_page_count")) or 0
        return int(pages * (session.scalar(text("SELECT page_size FROM pragma_page_size")) or 0))


def resident() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def comparing() -> float:
    """Give the milliseconds of CPU that comparing one candidate of 700 syllables takes."""
    articles = load_articles(SHIPPED).values()
    body = "\n\n".join("\n\n".join(known.wording.paragraphs) for known in articles)
    words = body.split()[:700]
    whole = " ".join(words)
    new = Piece(fingerprint(whole), "Kho dữ liệu dùng chung", whole)
    taken = []
    for _ in range(30):
        started = time.process_time()
        compare_pieces(new, Piece(fingerprint(whole + "."), "Kho dữ liệu", whole + " Hết."))
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken)


@contextmanager
def databases() -> Iterator[list[Database]]:
    """Open an empty archive on SQLite and, where the development packages are, on PostgreSQL."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.servers import postgresql  # noqa: PLC0415 - the one way to a server of our own

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        opened = [open_database(f"sqlite:///{folder}/diembao.db")]
        if postgresql.available():  # type: ignore[no-untyped-call]
            opened.append(open_database(stack.enter_context(postgresql.server())))
        for database in opened:
            stack.callback(database.close)
        yield opened


def measure(database: Database, size: int, count: int, empty: int) -> None:
    kept = (room(database) - empty) / count
    clocks, cpus = look_up(database, size)
    added, cpu = add(database, size)
    print(
        f"neighbours: {database.engine.dialect.name} {size} articles, {count} rows of {kept:.1f} "
        f"bytes; look-up {told(clocks)} ms, of CPU {told(cpus)} ms (p50, p95, p99); adding "
        f"{added:.0f} articles/s ({cpu:.0f} by CPU here); {resident():.0f} MB held",
        flush=True,
    )


def told(taken: Sequence[float]) -> str:
    return " / ".join(f"{taken[int(len(taken) * part)]:.2f}" for part in (0.5, 0.95, 0.99))


def main() -> None:
    greatest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    sizes = [size for size in SIZES if size < greatest] + [max(BLOCK, greatest // BLOCK * BLOCK)]
    print(f"neighbours: comparing one candidate exactly {comparing():.2f} ms of CPU")
    with databases() as opened:
        empty = [room(database) for database in opened]
        before, count = 0, 0
        for size in sizes:
            table = rows(before, size)
            for database in opened:
                fill(database, table)
            before, count = size, count + len(table)
            del table
            for database, least in zip(opened, empty, strict=True):
                measure(database, size, count, least)


if __name__ == "__main__":
    main()
