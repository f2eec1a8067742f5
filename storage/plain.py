"""Rows and questions straight to the driver, where SQLAlchemy's way takes longer than the work.

Values are given as the driver takes them: no type of a column looks at them. Errors are still
SQLAlchemy's.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy.engine import Connection
from sqlmodel import Session, SQLModel

from storage.dialects import columns_of


def insert_plainly(
    session: Session, table: type[SQLModel], rows: Sequence[tuple[int | str | datetime | None, ...]]
) -> None:
    """Insert whole rows, their values in the order of the columns and as the driver takes them.

    For many rows of a few plain values: making these ready would take longer than the insert.
    """
    connection = session.connection()
    connection.exec_driver_sql(_plain_insert(connection.dialect.name, table), rows)


@cache
def _plain_insert(dialect: str, table: type[SQLModel]) -> str:
    columns = columns_of(table)
    marks = ", ".join(["%s" if dialect == "postgresql" else "?"] * len(columns))
    return f"INSERT INTO {table.__tablename__} ({', '.join(columns.keys())}) VALUES ({marks})"  # noqa: S608 - names of ours


def insert_together(
    session: Session, table: type[SQLModel], rows: Sequence[tuple[int | str, ...]]
) -> None:
    """Insert whole rows as `insert_plainly` does, where there may be hundreds of them.

    PostgreSQL takes each column as one array: half the time of a statement a row.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.exec_driver_sql(_insert_arrays(table), tuple(columns))
    elif rows:
        insert_plainly(session, table, rows)


@cache
def _insert_arrays(table: type[SQLModel]) -> str:
    columns = columns_of(table)
    arrays = ", ".join(f"%s::{column.type.compile()}[]" for column in columns)
    names = ", ".join(columns.keys())
    return f"INSERT INTO {table.__tablename__} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - names of ours


def plain_moment(session: Session, moment: datetime) -> str | datetime:
    """Give a time as the driver takes it: SQLite keeps text, in UTC."""
    if session.connection().dialect.name == "postgresql":
        return moment
    return _as_text(moment)


def _as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def read_moment(moment: str | datetime) -> datetime:
    """Give a time that the driver gave."""
    if isinstance(moment, str):
        return datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return moment


def insert_row(session: Session, table: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Insert a row with a key of its own and give the key; lists and objects become JSON."""
    connection = session.connection()
    on_postgresql = connection.dialect.name == "postgresql"
    ready = [_plain(value, on_postgresql=on_postgresql) for value in values.values()]
    done = connection.exec_driver_sql(
        _row_insert(connection.dialect.name, table, tuple(values)), tuple(ready)
    )
    return int(done.scalar_one() if on_postgresql else done.lastrowid)


def asked_plainly(connection: Connection, question: str, given: Sequence[Any]) -> Sequence[Any]:
    """Ask with question marks for values; gives the rows."""
    if connection.dialect.name == "postgresql":
        question = question.replace("?", "%s")
    return connection.exec_driver_sql(question, tuple(given)).fetchall()


@cache
def _row_insert(dialect: str, table: type[SQLModel], names: tuple[str, ...]) -> str:
    mark, key = ("%s", " RETURNING id") if dialect == "postgresql" else ("?", "")
    marks = ", ".join([mark] * len(names))
    return f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({marks}){key}"  # noqa: S608 - names of ours


def _plain(value: Any, *, on_postgresql: bool) -> Any:
    """Give a value as the driver takes it, as most are."""
    if value is None or isinstance(value, str | float | int):
        return value
    if isinstance(value, datetime):
        return value if on_postgresql else _as_text(value)
    return json.dumps(value) if isinstance(value, list | tuple | dict) else value
