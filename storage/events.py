"""Events: the hinge between news and alerts, written in the transaction that makes them true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from storage.tables import Event
from storage.waiting import later


class Subject(Protocol):
    """What an event may be about: an article by its key and its source."""

    @property
    def id(self) -> int | None:
        """The article's key."""

    @property
    def source(self) -> str:
        """The source's id."""

    @property
    def backfill_id(self) -> int | None:
        """The backfill that brought it."""


@dataclass(frozen=True, slots=True)
class About:
    """An article that is stored, by its key, its source, and the backfill that brought it."""

    id: int | None
    source: str
    backfill_id: int | None = None


_INSERT = insert(Event)


def publish(
    session: Session,
    type_: str,
    now: datetime,
    *,
    article: Subject | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write an event; the caller holds the writers' lock, so ids are in the order of commits.

    Of what a backfill brought nothing is ever told: then there is none.
    """
    if article is not None and article.backfill_id is not None:
        return
    row = {
        "type": type_,
        "article_id": article.id if article else None,
        "source": article.source if article else (data or {}).get("source"),
        "data": data or {},
        "created_at": now,
    }
    later(session, _INSERT, row)


def last_id(session: Session) -> int:
    """Give the id of the newest event, 0 if there is none."""
    return session.exec(select(func.max(Event.id))).one() or 0


def after(session: Session, position: int, limit: int) -> Sequence[Event]:
    """Give the events past a position, oldest first."""
    return session.exec(
        select(Event).where(col(Event.id) > position).order_by(col(Event.id)).limit(limit)
    ).all()


def before_date(session: Session, since: datetime) -> int:
    """Give the id of the last event older than a moment: the position to hear all since then."""
    return session.exec(select(func.max(Event.id)).where(Event.created_at < since)).one() or 0
