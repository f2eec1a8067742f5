"""Copying an archive's rows from one database to another, whichever kinds the two are."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Column, Connection, Integer, Row, Table, func, insert, select, text
from sqlmodel import SQLModel

import storage.backfill_tables
import storage.runs
import storage.signups
import storage.story_tables
import storage.tables  # noqa: F401 - all of them for the register of tables
from messages.catalogue import N_
from storage.errors import DatabaseError

BATCH = 500
"""Rows held in memory at once: a batch of the largest, snapshots, is some 15 MB."""
# What only a used archive has: sources and seeds are mirrored from files at every start.
USED = ("article", "candidate", "subscription", "event")
Tell = Callable[[str, int], None]


def quiet(_what: str, _count: int) -> None:
    """Tell nobody."""


def tables() -> Sequence[Table]:
    """Give all tables, those that others refer to first."""
    return SQLModel.metadata.sorted_tables


def is_used(connection: Connection) -> bool:
    """Tell whether an archive holds anything that its files would not bring back."""
    known = SQLModel.metadata.tables
    return any(connection.execute(select(known[name]).limit(1)).first() for name in USED)


def copy_rows(source: Connection, target: Connection, tell: Tell = quiet) -> Mapping[str, int]:
    """Put all rows of one archive in the place of another's; gives the rows of each table.

    Both are at this program's version, and each connection is in a transaction of its own: one
    state is read, and all is written or nothing. ``tell`` hears of each table and batch: name and
    rows so far. Raises DatabaseError where the copy has another number of rows than were read.
    """
    _clear(target)
    copied = {}
    for table in tables():
        copied[table.name] = 0
        tell(table.name, 0)
        for rows in batches(source, table):
            _load(target, table, rows)
            copied[table.name] += len(rows)
            tell(table.name, copied[table.name])
        found = target.execute(select(func.count()).select_from(table)).scalar_one()
        if found != copied[table.name]:
            raise DatabaseError(
                N_("table {name}: {read} rows read, {found} kept"),
                name=table.name,
                read=copied[table.name],
                found=found,
            )
    _go_on_counting(source, target)
    return copied


def _clear(target: Connection) -> None:
    if target.dialect.name == "postgresql":
        target.execute(text(f"TRUNCATE {', '.join(table.name for table in tables())}"))
    else:
        for table in reversed(tables()):
            target.execute(table.delete())


def batches(source: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """Give the rows of a table, so many at a time that little is held in memory."""
    # In the order of keys, as rows refer to earlier ones of their own table.
    query = select(table).order_by(*table.primary_key)
    yield from source.execution_options(yield_per=BATCH).execute(query).partitions()


def _load(target: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    if target.dialect.name != "postgresql":
        target.execute(insert(table), [dict(row._mapping) for row in rows])  # noqa: SLF001 - its public name
        return
    try:
        _pour(target, table, rows)
    except target.dialect.loaded_dbapi.Error as error:  # past SQLAlchemy, which would wrap it
        raise DatabaseError(
            N_("table {name}: {error}"), name=table.name, error=str(error).strip()
        ) from error


def _pour(target: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    names = ", ".join(table.columns.keys())
    packed = [isinstance(column.type, JSON) for column in table.columns]
    driver: Any = target.connection.driver_connection  # psycopg's own: it knows COPY
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(
                [
                    json.dumps(value) if is_json else value
                    for value, is_json in zip(row, packed, strict=True)
                ]
            )


def _go_on_counting(source: Connection, target: Connection) -> None:
    """Let new keys follow the last ones ever given out: positions may point past what is gone."""
    for table in tables():
        key = table.autoincrement_column
        if key is None or not isinstance(key.type, Integer):
            continue
        last = max(_last_given(source, table, key), _highest(target, key))
        if not last:
            continue
        if target.dialect.name == "postgresql":
            target.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)"),
                {"table": table.name, "key": key.name, "last": last},
            )
        elif table.dialect_options["sqlite"]["autoincrement"]:
            counted = {"table": table.name, "last": last}
            target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), counted)
            target.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), counted)


def _highest(target: Connection, key: Column[Any]) -> int:
    return int(target.execute(select(func.max(key))).scalar() or 0)


def _last_given(source: Connection, table: Table, key: Column[Any]) -> int:
    if source.dialect.name == "postgresql":
        query = text(
            "SELECT last_value FROM pg_sequences "
            "WHERE schemaname || '.' || sequencename = pg_get_serial_sequence(:table, :key)"
        )
        return int(source.execute(query, {"table": table.name, "key": key.name}).scalar() or 0)
    if not table.dialect_options["sqlite"]["autoincrement"]:
        return 0
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    return int(source.execute(query, {"table": table.name}).scalar() or 0)
