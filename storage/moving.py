"""Moving an archive to another database: all rows in one transaction, and proof that they came."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import xxhash
from sqlalchemy import Connection, Table

from messages.catalogue import N_
from storage.backups import file_of
from storage.copying import Tell, batches, copy_rows, is_used, quiet, tables
from storage.database import open_database
from storage.dialects import one_state, one_writer
from storage.errors import ArchiveInUse, DatabaseError
from storage.one_daemon import only_daemon
from storage.restoring import refuse_beside_others


@dataclass(slots=True)
class Digest:
    """The rows of a table: how many, and the sum of their hashes; their order does not count."""

    rows: int = 0
    sum: int = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take more rows in, as SQLAlchemy reads them: alike on both databases."""
        for row in rows:
            self.rows += 1
            self.sum += xxhash.xxh3_128_intdigest(repr(tuple(row)).encode("utf-8", "surrogatepass"))
        self.sum %= 2**128

    def __str__(self) -> str:
        """Give the sum as 32 hexadecimal digits."""
        return f"{self.sum:032x}"


def move(source_url: str, target_url: str, tell: Tell = quiet) -> Mapping[str, Digest]:
    """Copy a whole archive into an empty one; gives what each table holds, the same in both.

    Until all is copied and compared nothing of it is there. Raises DatabaseError where a table's
    rows are not the same, ArchiveInUse where the target holds something, HeldError where a daemon,
    worker or command is at work on either.
    """
    file = file_of(source_url)
    if file is not None and not file.is_file():
        raise DatabaseError(N_("{file}: no such database"), file=file)
    with (
        only_daemon(source_url),
        only_daemon(target_url),
        closing(open_database(source_url, migrate=False)) as source,
        closing(open_database(target_url)) as target,
        one_state(source.engine).connect() as read,
        target.engine.execution_options(writes=True).begin() as written,
    ):
        for connection in (read, written):
            if connection.dialect.name == "postgresql":
                refuse_beside_others(connection)
        if is_used(written):
            raise ArchiveInUse(N_("the archive holds something"))
        one_writer(written)
        copy_rows(read, written, tell)
        return {table.name: _compared(read, written, table, tell) for table in tables()}


def _compared(read: Connection, written: Connection, table: Table, tell: Tell) -> Digest:
    tell(f"{table.name} =", 0)
    wanted, found = (digest(connection, table) for connection in (read, written))
    if wanted != found:
        raise DatabaseError(
            N_("table {name}: what was written is not what was read"), name=table.name
        )
    return found


def digest(connection: Connection, table: Table) -> Digest:
    """Sum up the rows of a table."""
    summed = Digest()
    for rows in batches(connection, table):
        summed.add(rows)
    return summed
