"""Whether the database is sound, and whether its clock and what it holds agree with ours."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session, col, func, select

from storage import events
from storage.database import Database
from storage.tables import Event, Host, SourceState

_INSTRUCTIONS = 100_000
"""SQLite's machine instructions between two looks at the time."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """What a quick check found: ``fault`` in the database's words, or that it took too long."""

    fault: str = ""
    finished: bool = True


def quick_check(database: Database, seconds: float) -> Soundness:
    """Look for damage, no longer than so many seconds.

    SQLite reads all pages; PostgreSQL says whether it has met pages whose checksum is wrong.
    """
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            failures = connection.execute(text(
                "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database "
                "WHERE datname = current_database()"
            )).scalar_one()  # fmt: skip
            return Soundness(f"{failures} pages with a wrong checksum" if failures else "")
        with _no_longer_than(connection.connection.driver_connection, seconds):
            try:
                said = str(connection.execute(text("PRAGMA quick_check(1)")).scalar_one())
            except OperationalError as error:
                if "interrupted" in str(error.orig):
                    return Soundness(finished=False)
                raise
            except DatabaseError as error:
                return Soundness(str(error.orig))
    return Soundness("" if said == "ok" else said)


@contextmanager
def _no_longer_than(connection: Any, seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _INSTRUCTIONS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def server_time(session: Session) -> datetime | None:
    """Give the time of the database's machine; None where it is this one."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment


def latest_moment(session: Session) -> datetime | None:
    """Give the latest moment at which something was stored, as far as is quickly known."""
    checked = session.exec(select(func.max(SourceState.last_checked_at))).one()
    last = session.get(Event, events.last_id(session))
    found = [moment for moment in (checked, last.created_at if last else None) if moment]
    return max(found, default=None)


def holders(session: Session) -> dict[str, datetime]:
    """Give who holds sources or hosts, and until when at the latest."""
    held: dict[str, datetime] = {}
    for table in (SourceState, Host):
        owner, until = col(table.lease_by), col(table.lease_until)
        rows = session.execute(
            select(owner, func.max(until))
            .where(owner.is_not(None), until.is_not(None))
            .group_by(owner)
        )
        for name, moment in rows:
            held[str(name)] = max(held.get(str(name), moment), moment)
    return held
