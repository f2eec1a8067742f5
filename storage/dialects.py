"""Where SQLite and PostgreSQL differ."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine, Executable, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

# One writer at a time everywhere: event ids must become visible in the order they were given,
# and two copies that arrive together must see each other.
_WRITERS_LOCK = 0x6469656D62616F
BUSY_TIMEOUT_MS = 30_000

SQLITE_PRAGMAS = (
    # FULL: a power cut must not take back a delivery that is in the books as done.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    # Each connection has a cache of its own, and a process has several.
    "PRAGMA cache_size = -16384",
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


def insert_unless_known(session: Session, table: type[SQLModel]) -> Executable:
    """Give the statement that inserts rows and leaves those whose key is known as they are."""
    if session.connection().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def look_up_each(session: Session, hashes: Sequence[int], limit: int) -> Iterator[tuple[int, int]]:
    """Give (hash, article) from the shingle table, for each hash so many rows at the most.

    The cut must come with each hash: some stand in a large part of all articles.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        given = {"hashes": list(hashes), "limit": limit}
        for value, article in connection.execute(_LOOK_UP_EACH, given):
            yield value, article
        return
    # SQLite has no LATERAL. One statement a hash, through the driver: the statement is compiled
    # once, and what SQLAlchemy does around each would cost more than the search.
    cursor = connection.connection.cursor()
    for value in hashes:
        for row in cursor.execute(_LOOK_UP_ONE, (value, limit)):
            yield value, row[0]
    cursor.close()


_LOOK_UP_ONE = "SELECT article_id FROM shingle WHERE hash = ? LIMIT ?"
_LOOK_UP_EACH = text(
    "SELECT wanted.hash, found.article_id FROM unnest(CAST(:hashes AS bigint[])) AS wanted(hash) "
    "CROSS JOIN LATERAL (SELECT article_id FROM shingle WHERE shingle.hash = wanted.hash "
    "LIMIT :limit) AS found"
)


def connect_arguments(url: str) -> dict[str, Any]:
    """Give the driver's arguments for a database address."""
    if url.startswith("sqlite"):
        return {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    return {"connect_timeout": 10}
