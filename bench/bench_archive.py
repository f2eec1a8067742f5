"""Every question of daemon, commands and readers, asked of a large archive: time and plan.

``bench_archive.py [ARTICLES] [DATABASE_URL]``: without an address an archive is made on SQLite and
on a PostgreSQL of its own and thrown away; one that an address names is kept, and only filled when
it is empty. ``--plans`` prints the plan of each statement of PostgreSQL that reads much.

Each question is asked five times after one that fills the caches; the median counts. CPU is that of
this process and, for PostgreSQL, of the session's server.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

from archive_rows import NOW, Row, everything, packed
from bench_neighbours import BLOCK, block, cpu_of, fill, rows
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from analysis.fingerprints import fingerprint
from analysis.judgement import EntityTag, Judgement, Relevance, Span, TopicTag
from storage.arrivals import Arrival
from storage.articles import ingest
from storage.database import Database, open_database
from storage.waiting import write_waiting

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.servers import postgresql
from tests.storage.plans import explained, recorded
from tests.storage.questions import HOT, OTHERS, Sample

ARTICLES, ROUNDS, AT_ONCE, MUCH = 20_000, 5, 5_000, 2_000
STORED, TOGETHER = 400, 20
MODELS = {str(model.__tablename__): model for model in SQLModel.__subclasses__()}


@contextmanager
def bare(database: Database) -> Iterator[Any]:
    """Give the driver's connection, with foreign keys off while rows are poured in."""
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if database.engine.dialect.name == "sqlite":
            for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -500000"):
                raw.execute(f"PRAGMA {pragma}")
            raw.execute("BEGIN IMMEDIATE")
        else:
            raw.execute("SET session_replication_role = replica")
        yield raw
        raw.commit()
        connection.invalidate()


def pour(database: Database, articles: int) -> None:
    """Fill an empty archive."""
    sqlite = database.engine.dialect.name == "sqlite"
    waiting: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    shapes = {name: shape(name) for name in MODELS}
    with bare(database) as raw:

        def write(table: str) -> None:
            names = ", ".join(shapes[table])
            if sqlite:
                marks = ", ".join("?" * len(shapes[table]))
                insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
                raw.executemany(insert, waiting[table])
            else:
                with raw.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for each in waiting[table]:
                        copy.write_row(each)
            waiting[table].clear()

        for table, row in everything(articles):
            given = shapes[table]
            waiting[table].append(
                tuple(
                    packed(row.get(name, usual), for_sqlite=sqlite) for name, usual in given.items()
                )
            )
            if len(waiting[table]) >= AT_ONCE:
                write(table)
        for table in list(waiting):
            write(table)
    whole = articles // BLOCK * BLOCK
    for start in range(0, whole, 20 * BLOCK):
        fill(database, rows(start, min(start + 20 * BLOCK, whole)))
    settle(database)


def shape(table: str) -> Row:
    """Give a table's columns with what is usual in them, without a key that counts by itself."""
    model = MODELS[table]
    usual = {name: known.get_default(call_default_factory=True)
             for name, known in model.model_fields.items()}  # fmt: skip
    if table not in ("story", "article") and "id" in usual and usual["id"] is None:
        del usual["id"]
    return usual


def settle(database: Database) -> None:
    """Do what a database in long use has done: what triggers do, statistics, sequences, WAL."""
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if database.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        raw.execute(
            "INSERT INTO news_words SELECT id, diembao_words(search) FROM article "
            "WHERE status = 'new'"
        )
        for table in ("article", "story"):
            raw.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608
        raw.commit()
        raw.autocommit = True
        raw.execute("VACUUM ANALYZE")
        raw.autocommit = False


def sample(session: Session) -> Sample:
    """Choose what is asked about: the middle of what is new, the busiest outlet."""
    one = text(
        "SELECT id, canonical_url, source FROM article WHERE status = 'new' AND id >= "
        "(SELECT max(id) * 9 / 10 FROM article) ORDER BY id LIMIT 1"
    )
    article, address, _source = session.execute(one).one()
    delivery = session.scalar(text("SELECT id FROM delivery WHERE status = 'pending' LIMIT 1"))
    return Sample(
        now=NOW,
        source="outlet-000",
        sources=list(session.scalars(text("SELECT id FROM source"))),
        article=article,
        address=address,
        key=f"outlet-000:{article}",
        subscription="sub-00011",
        delivery=str(delivery),
        event=session.scalar(text("SELECT max(id) FROM event")) or 0,
        topic="du-lieu",
        entity="Sở 499",
        common="kho dữ liệu",
        rare=f"số {article}",
        hashes=tuple(block(1_000_000)[2].tolist()),
    )


def ask(database: Database, name: str, question: Callable[[Session, Sample], Any]) -> None:
    """Ask a question and print what it took and, if wanted, how the database went about it."""
    with database.reading() as session:
        given = sample(session)
    clocks, cpus = [], []
    statements: list[tuple[str, Any]] = []
    for number in range(ROUNDS + 1):
        with database.reading() as session:
            cpu = cpu_of(session)
            with recorded(database.engine) as kept:
                before, spent = time.perf_counter(), cpu()
                question(session, given)
                write_waiting(session)
                session.flush()
                if number:
                    cpus.append(cpu() - spent)
                    clocks.append((time.perf_counter() - before) * 1000)
            statements = kept
            session.rollback()
        if number == 1 and clocks[0] > MUCH:
            break  # once is enough
    print(
        f"{name:40} {statistics.median(clocks):9.2f} ms  CPU {statistics.median(cpus):9.2f}",
        flush=True,
    )
    if PLANS:
        with database.reading() as session:
            for statement, values in statements:
                if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                    show(explained(session, statement, values, analyze=True))
                session.rollback()


PLANS = False


def show(plan: Any) -> None:
    """Print a plan, a line a step."""
    if isinstance(plan[0], str):
        print(*(f"      {line}" for line in plan), sep="\n")
        return
    print(
        f"      planning {plan[0]['Planning Time']:.2f} ms,"
        f" executing {plan[0]['Execution Time']:.2f} ms"
    )
    steps(plan[0]["Plan"], 8)


def steps(step: Row, depth: int) -> None:
    where = step.get("Index Name") or step.get("Relation Name") or ""
    hit, read = step.get("Shared Hit Blocks", 0), step.get("Shared Read Blocks", 0)
    by = step.get("Index Cond") or step.get("Recheck Cond") or ""
    print(
        f"{' ' * depth}{step['Node Type']} {where}: {step['Actual Rows']} rows"
        f" x {step['Actual Loops']} (planned {step['Plan Rows']}),"
        f" {step['Actual Total Time']:.2f} ms, {hit}+{read} buffers {by[:90]}",
        f"filter {step['Filter'][:90]}" if "Filter" in step else "",
    )
    for part in step.get("Plans", ()):
        steps(part, depth + 2)


class UndoneError(Exception):
    """What was stored is not to be kept."""


def store(database: Database, articles: int) -> None:
    """Print what storing a judged article takes, twenty in a transaction, without its commit.

    The texts are of paragraphs that no other has, so no exact comparison is in it, and no story.
    """
    took = []
    for start in range(0, STORED, TOGETHER):
        arrivals = [arrival(articles + start + place) for place in range(TOGETHER)]
        with suppress(UndoneError), database.writing() as session:
            cpu = cpu_of(session)
            spent = cpu()
            for fresh, judgement in arrivals:
                ingest(session, fresh, judgement, ())
            write_waiting(session)
            took.append((cpu() - spent) / TOGETHER)
            raise UndoneError
    print(
        f"storing an article {statistics.median(took):.2f} ms of CPU, its transaction's end aside"
    )


def arrival(number: int) -> tuple[Arrival, Judgement]:
    """Invent an article that is not in the archive; one in seven is news with three tags."""
    chance = Random(number)  # noqa: S311 - chance that is to repeat itself
    words = [f"từ{int(chance.random() * 3_000)}" for _ in range(700)]
    text, news = " ".join(words), number % 7 == 0
    url = f"https://outlet-000.example/moi-{number}.html"
    fresh = Arrival("outlet-000", url, url, f"Bài mới số {number}", NOW, text=text,
                    published_at=NOW, article_key=f"outlet-000:moi{number}")  # fmt: skip
    spans = tuple(Span("chuyển đổi số", 40 * n, 40 * n + 13) for n in range(8 if news else 2))
    judgement = Judgement(
        rules="2025-11",
        language="vi",
        fingerprint=fingerprint(text),
        relevance=Relevance(0.9 if news else 0.1, news, spans),
        topics=(TopicTag("du-lieu", "Dữ liệu", 0.8, spans),) if news else (),
        entities=tuple(EntityTag(f"entity-{n:03}", f"Sở {n}", "government", spans)
                       for n in range(2 if news else 1)),
        search=f" bai moi so {number} |  | {text} ",
    )  # fmt: skip
    return fresh, judgement


def size(database: Database, articles: int) -> None:
    """Print what each table and index takes."""
    with database.reading() as session:
        if database.engine.dialect.name == "postgresql":
            found = session.execute(text(
                "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC"
            )).all()  # fmt: skip
            indexes = session.execute(text(
                "SELECT relname, pg_relation_size(oid), 0 FROM pg_class WHERE relkind = 'i' "
                "AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 25"
            )).all()  # fmt: skip
            found = [*found, *indexes]
        else:
            query = "SELECT name, sum(pgsize), 0 FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 40"
            found = session.execute(text(query)).all()
    for name, table, index in found:
        if table + index > 100 * articles // 10:
            print(
                f"   {name:35} {table / articles:8.0f} + {index / articles:6.0f} bytes an article"
            )


def measure(database: Database, articles: int, only: str) -> None:
    with database.reading() as session:
        empty = session.scalar(text("SELECT count(*) FROM source")) == 0
    if empty:
        started = time.perf_counter()
        pour(database, articles)
        print(
            f"filled with {articles} articles in {time.perf_counter() - started:.0f} s", flush=True
        )
    print(f"== {database.engine.dialect.name}, {articles} articles")
    for name, question in {**HOT, **OTHERS}.items():
        if only in name:
            ask(database, name, question)
    if not only:
        store(database, articles)
        size(database, articles)


def main() -> None:
    global PLANS  # noqa: PLW0603 - asked for once
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", nargs="?", type=int, default=ARTICLES)
    parser.add_argument("database", nargs="?")
    parser.add_argument("--plans", action="store_true")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    PLANS = given.plans
    with ExitStack() as stack:
        if given.database:
            addresses = [given.database]
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            addresses = [f"sqlite:///{folder}/diembao.db"]
            if postgresql.available():  # type: ignore[no-untyped-call]
                addresses.append(stack.enter_context(postgresql.server()))
        for address in addresses:
            database = open_database(address)
            stack.callback(database.close)
            measure(database, given.articles, given.only)


if __name__ == "__main__":
    main()
