"""Real faults of a database, for as long as a context lasts."""

from contextlib import contextmanager

from sqlalchemy import event, text


@contextmanager
def full(database):
    """The disk has no room for another page (SQLite)."""
    with database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    with _each_connection(database, f"PRAGMA max_page_count = {pages}"):
        yield


@contextmanager
def read_only(database):
    """The file, or the server, takes no changes."""
    sqlite = database.engine.dialect.name == "sqlite"
    statement = "PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on"
    with _each_connection(database, statement):
        yield


@contextmanager
def _each_connection(database, statement):
    def say(connection, _record):
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if database.engine.dialect.name == "postgresql":
            connection.commit()

    event.listen(database.engine, "connect", say)
    database.engine.dispose()
    try:
        yield
    finally:
        event.remove(database.engine, "connect", say)
        database.engine.dispose()
