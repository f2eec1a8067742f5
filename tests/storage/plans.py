"""How a database goes about a statement: what it says when asked to explain it."""

import json
from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def recorded(engine):
    """Give the statements, with their values, that are executed on an engine meanwhile."""
    kept = []

    def keep(_connection, _cursor, statement, parameters, _context, executemany):
        kept.append((statement, parameters[0] if executemany else parameters))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield kept
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def explained(session, statement, parameters, *, analyze=False):
    """Give the plan of a statement in the database's own words, a line a step."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in rows]
    options = "ANALYZE, BUFFERS, " if analyze else ""
    words = f"EXPLAIN ({options}FORMAT JSON) {statement}"
    found = connection.exec_driver_sql(words, parameters).scalar()
    return json.loads(found) if isinstance(found, str) else found
