"""Rows that wait, so that all of a table that arrive in one transaction are written at once.

They are written before the session looks anything up and before the transaction ends. Only what is
asked past the session, on its connection, does not see them: what is found that way must not wait.
"""

from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import Session

_WAITING = "waiting"


class WritingSession(Session):
    """A session whose look-ups see what waits."""


@event.listens_for(WritingSession, "do_orm_execute")
def _written_before(looking: ORMExecuteState) -> None:
    write_waiting(cast("Session", looking.session))


def later(session: Session, statement: UpdateBase, *rows: dict[str, Any]) -> None:
    """Let rows wait for a statement; the statement that is first waited for is written first.

    Rows wait for the same statement only if it is the same object.
    """
    if rows:
        session.info.setdefault(_WAITING, {}).setdefault(statement, []).extend(rows)


def write_waiting(session: Session) -> None:
    """Write what waits, after the session's own rows: they are older."""
    if _WAITING not in session.info:
        return
    session.flush()
    for statement, rows in session.info.pop(_WAITING, {}).items():
        session.connection().execute(statement, rows)
