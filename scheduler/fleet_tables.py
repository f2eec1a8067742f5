"""The tables of the fleet's queue: Procrastinate's own, kept at the version that is installed.

They are no part of our migrations, as they change with the library and not with the archive. Which
of the library's changes are made stands beside them, as a comment on their first table.
"""

from contextlib import closing
from importlib import resources

from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.engine import Connection

from messages.catalogue import N_
from storage.database import Database
from storage.dialects import one_writer
from storage.errors import DatabaseError

_TABLE = "procrastinate_jobs"
# Not by to_regclass, which may answer from before the lock was waited for.
_STATE = text(
    "SELECT obj_description(oid, 'pg_class') FROM pg_class "
    "WHERE relname = :table AND pg_table_is_visible(oid)"
)
MARK = "diembao: "


def bring_up_to_date(database: Database, *, migrate: bool = True) -> None:
    """Make or change the queue's tables; with ``migrate`` false only look whether that is needed.

    Raises DatabaseError where it is needed and not asked for, or a newer program made them.
    """
    with database.engine.execution_options(writes=True).begin() as connection:
        made = _made(connection)
        newest = _changes()[-1]
        if made == newest:
            return
        if made is not None and made > newest:
            raise DatabaseError(
                N_("the queue's tables are at {made}, made by a newer program"), made=made
            )
        if not migrate:
            raise DatabaseError(
                N_("the queue's tables are not up to date: run 'diembao db upgrade'")
            )
        one_writer(connection)  # who comes second finds the work done
        _make(connection, _made(connection), newest)


def _changes() -> list[str]:
    folder = resources.files("procrastinate.sql") / "migrations"
    return sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))


def _made(connection: Connection) -> str | None:
    """Give the last change made, None where there are no tables."""
    there = connection.execute(_STATE, {"table": _TABLE}).first()
    if there is None:
        return None
    said = there[0] or ""
    if not said.startswith(MARK):
        raise DatabaseError(
            N_("{table}: another program keeps its queue in this database"), table=_TABLE
        )
    return str(said.removeprefix(MARK))


def _make(connection: Connection, made: str | None, newest: str) -> None:
    if made is None:
        statements = [SchemaManager.get_schema()]
    else:
        folder = resources.files("procrastinate.sql") / "migrations"
        statements = [(folder / name).read_text("utf-8") for name in _changes() if name > made]
    # Past SQLAlchemy: each text is many statements, with per cent signs of its own.
    with closing(connection.connection.cursor()) as cursor:
        for each in statements:
            cursor.execute(each)
        cursor.execute(f"COMMENT ON TABLE {_TABLE} IS '{MARK}{newest}'")
