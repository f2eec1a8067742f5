"""Rows that wait, so that all of a table that arrive in one transaction are written at once.

They are written before the session looks anything up and before the transaction ends. Only what is
asked past the session, on its connection, does not see them: who asks so must look at `waiting`.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, SessionTransaction
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel import Session

_WAITING = "waiting"


class WritingSession(Session):
    """A session whose look-ups see what waits, and whose steps take back what waited in them."""

    def begin_nested(self) -> SessionTransaction:
        """Begin a step that may be taken back alone; what waited before is no part of it."""
        write_waiting(self)
        return super().begin_nested()


@event.listens_for(WritingSession, "do_orm_execute")
def _written_before(looking: ORMExecuteState) -> None:
    write_waiting(cast("Session", looking.session))


@event.listens_for(WritingSession, "after_soft_rollback")
def _taken_back(session: Session, _ended: SessionTransaction) -> None:
    session.info.pop(_WAITING, None)


Statement = UpdateBase | Callable[[Session, Sequence[Any]], None]
"""What writes the rows: a statement, of rows by column, or a function."""


def later(session: Session, statement: Statement, *rows: Any) -> None:
    """Let rows wait for a statement; the statement that is first waited for is written first.

    Rows wait for the same statement only if it is the same object.
    """
    if rows:
        session.info.setdefault(_WAITING, {}).setdefault(statement, []).extend(rows)


def waiting(session: Session, statement: Statement) -> Sequence[Any]:
    """Give the rows that wait for a statement."""
    found: Sequence[Any] = session.info.get(_WAITING, {}).get(statement, ())
    return found


def write_waiting(session: Session) -> None:
    """Write what waits, after the session's own rows: they are older."""
    if _WAITING not in session.info:
        return
    session.flush()
    for statement, rows in session.info.pop(_WAITING, {}).items():
        if isinstance(statement, UpdateBase):
            session.connection().execute(statement, rows)
        else:
            statement(session, rows)
