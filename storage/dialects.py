"""Where SQLite and PostgreSQL differ."""

import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import Session, SQLModel

# One writer at a time everywhere: event ids must become visible in the order they were given,
# and two copies that arrive together must see each other. PostgreSQL's trigger on events takes the
# same lock (migration 0007), so that a writer that knows nothing of it cannot break the order.
_WRITERS_LOCK = 0x6469656D62616F
BUSY_TIMEOUT_MS = 30_000
APPLICATION = "diembao"
"""By which our connections are known on PostgreSQL."""
_INSERT: Mapping[str, Callable[..., Any]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}

SQLITE_PRAGMAS = (
    # FULL: a power cut must not take back a delivery that is in the books as done.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    # Each connection has a cache of its own, and a process has several.
    "PRAGMA cache_size = -16384",
    # 32 MB: a shingle is on a page of its own, and of more of them more are neighbours in the file.
    "PRAGMA wal_autocheckpoint = 8000",
)


def prepare(engine: Engine) -> None:
    """Set an engine up so that transactions mean the same on both databases."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_sqlite)


def _set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late for reads and too weak for writes: we say it ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    _use_wal(cursor)
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _use_wal(cursor: DBAPICursor) -> None:
    """Switch the file to WAL; SQLite waits for every lock but the one this takes."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A read that turns into a write fails at once in WAL mode; a writer asks for its lock first.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def one_writer(connection: Connection) -> None:
    """Hold the writers' lock until the transaction ends (SQLite's BEGIN IMMEDIATE is one)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS_LOCK})


def one_state(engine: Engine) -> Engine:
    """Give the engine for transactions that see one state throughout, as SQLite's always do."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def insert_unless_known(session: Session, table: type[SQLModel]) -> UpdateBase:
    """Give the statement that inserts rows and leaves those whose key is known as they are."""
    return _insert_unless_known(session.connection().dialect.name, table)


@cache
def _insert_unless_known(dialect: str, table: type[SQLModel]) -> UpdateBase:
    statement: UpdateBase = _INSERT[dialect](table).on_conflict_do_nothing()
    return statement


def insert_or_replace(session: Session, table: type[SQLModel]) -> UpdateBase:
    """Give the statement that inserts rows and writes over those whose key is known."""
    return _insert_or_replace(session.connection().dialect.name, table)


@cache
def _insert_or_replace(dialect: str, table: type[SQLModel]) -> UpdateBase:
    columns = columns_of(table)
    fresh = _INSERT[dialect](table)
    statement: UpdateBase = fresh.on_conflict_do_update(
        index_elements=[column for column in columns if column.primary_key],
        set_={column.name: fresh.excluded[column.name] for column in columns},
    )
    return statement


def columns_of(table: type[SQLModel]) -> ReadOnlyColumnCollection[str, Column[Any]]:
    """Give a table's columns by name, in their order."""
    return table.metadata.tables[str(table.__tablename__)].columns


def articles_sharing(
    session: Session,
    hashes: Sequence[int],
    unwritten: Sequence[tuple[int, int]] = (),
    *,
    common: int,
    most: int,
) -> list[tuple[int, int, int]]:
    """Give (article, shared hashes, syllables) of the articles that share most, most first.

    A hash that more than ``common`` articles have does not count, and is read no further: some
    stand in a large part of all articles. ``unwritten`` are rows (hash, article) to come.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        given = {"hashes": list(hashes), "common": common, "most": most}
        if unwritten:
            given["new_hashes"], given["new_articles"] = map(list, zip(*unwritten, strict=True))
        # Past SQLAlchemy's own statements: they took a fifth of the time on this side.
        found = connection.exec_driver_sql(_SHARING_ALL if unwritten else _SHARING, given)
        return [(row[0], row[1], row[2]) for row in found.fetchall()]
    # SQLite has no LATERAL. One statement a hash, through the driver: the statement is compiled
    # once, and what SQLAlchemy does around each would cost more than the search.
    cursor = connection.connection.cursor()
    more: dict[tuple[int], list[tuple[int]]] = defaultdict(list)
    for value, article in unwritten:
        more[(value,)].append((article,))
    shared = _shared(cursor, _HAVING, [(value,) for value in hashes], common, more)
    lengths = [
        (article, count, cursor.execute(_LENGTH, (article,)).fetchone())
        for (article,), count in shared.most_common(most)
    ]
    cursor.close()
    return [(article, count, length[0]) for article, count, length in lengths if length]


def articles_with_words(
    session: Session, words: Sequence[str], days: tuple[int, int], *, common: int
) -> list[tuple[int, int]]:
    """Give (article, shared words) of the articles of some days looked up by the same words.

    A word that more than ``common`` of them have does not count, and is read no further.
    """
    connection = session.connection()
    since, until = days
    if connection.dialect.name == "postgresql":
        given = {"words": list(words), "since": since, "until": until, "common": common}
        return [(row[0], row[1]) for row in connection.execute(_TOLD_ALIKE, given)]
    cursor = connection.connection.cursor()
    shared = _shared(cursor, _TOLD_WITH, [(word, since, until) for word in words], common)
    cursor.close()
    return [(article, count) for (article,), count in shared.items()]


def _shared(
    cursor: DBAPICursor,
    statement: str,
    wanted: Sequence[tuple[Any, ...]],
    common: int,
    more: Mapping[tuple[int], Sequence[tuple[int]]] = MappingProxyType({}),
) -> Counter[tuple[int]]:
    """Count, on SQLite, how often each article is found by what not too many are found by.

    ``more`` is what is found besides.
    """
    shared: Counter[tuple[int]] = Counter()
    for given in wanted:
        found = cursor.execute(statement, (*given, common + 1)).fetchall()
        found += more.get(given, ())
        if len(found) <= common:
            shared.update(found)
    return shared


_TOLD_WITH = "SELECT article_id FROM story_word WHERE word = ? AND day BETWEEN ? AND ? LIMIT ?"
_TOLD_ALIKE = text(
    "WITH held AS MATERIALIZED (SELECT ARRAY("
    "SELECT article_id FROM story_word WHERE story_word.word = wanted.word "
    "AND day BETWEEN :since AND :until LIMIT :common + 1) AS ids "
    "FROM unnest(CAST(:words AS text[])) AS wanted(word)) "
    "SELECT id, count(*) FROM held, unnest(ids) AS id "
    "WHERE cardinality(ids) <= :common GROUP BY id"
)
_HAVING = "SELECT article_id FROM shingle WHERE hash = ? LIMIT ?"
_LENGTH = "SELECT syllables FROM article WHERE id = ?"
_SHARING_WORDS = (
    "WITH held AS MATERIALIZED (SELECT ARRAY("
    "SELECT article_id FROM shingle WHERE shingle.hash = wanted.hash {more} "
    "LIMIT %(common)s + 1) AS ids FROM unnest(%(hashes)s::bigint[]) AS wanted(hash)), "
    "likely AS (SELECT id, count(*) AS shared FROM held, unnest(ids) AS id "
    "WHERE cardinality(ids) <= %(common)s GROUP BY id ORDER BY shared DESC, id LIMIT %(most)s) "
    "SELECT likely.id, likely.shared, article.syllables FROM likely "
    "JOIN article ON article.id = likely.id ORDER BY likely.shared DESC, likely.id"
)
_UNWRITTEN = (
    "UNION ALL SELECT article FROM unnest(%(new_hashes)s::bigint[], "
    "%(new_articles)s::int[]) AS fresh(hash, article) WHERE fresh.hash = wanted.hash"
)
_SHARING = _SHARING_WORDS.format(more="")
_SHARING_ALL = _SHARING_WORDS.format(more=_UNWRITTEN)


# A server that vanishes without a word is noticed within a minute: seconds, then milliseconds.
_SILENT_SERVER = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def connect_arguments(url: str) -> dict[str, Any]:
    """Give the driver's arguments for a database address."""
    if url.startswith("sqlite"):
        return {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    return {"connect_timeout": 10, "application_name": APPLICATION} | _SILENT_SERVER
