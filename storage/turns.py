"""Jobs that one process of a fleet does at a time, for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import xxhash
from sqlalchemy import text

from storage.database import Database


@contextmanager
def turn(database: Database, job: str) -> Iterator[bool]:
    """Tell whether a job is ours now, on PostgreSQL; it is nobody else's until this ends.

    The lock ends with its connection, so with its process. An SQLite archive has one daemon only.
    """
    if database.engine.dialect.name != "postgresql":
        yield True
        return
    key = {"key": xxhash.xxh64_intdigest(f"diembao {job}".encode()) - 2**63}
    alone = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        ours = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one())
        try:
            yield ours
        finally:
            if ours:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
