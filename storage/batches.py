"""Going through the archive from its first article to its last, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select

from storage.filters import moment
from storage.forgetting import is_remembered
from storage.tables import Article, Snapshot


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the archive: of these sources (none: all), published since then."""

    sources: tuple[str, ...] = ()
    since: datetime | None = None


def articles_after(
    session: Session, position: int, part: Part, limit: int
) -> Sequence[tuple[Article, None]]:
    """Give the next articles by their ids; without its text none can be judged."""
    query = select(Article).where(_is_next(position, part), is_remembered())
    query = query.order_by(col(Article.id))
    return [(article, None) for article in session.exec(query.limit(limit))]


def snapshots_after(
    session: Session, position: int, part: Part, limit: int
) -> Sequence[tuple[Article, Snapshot]]:
    """Give the next articles that have a snapshot, by their ids."""
    query = select(Article, Snapshot).join(Snapshot, col(Snapshot.article_id) == col(Article.id))
    query = query.where(_is_next(position, part)).order_by(col(Article.id))
    return session.exec(query.limit(limit)).all()


def _is_next(position: int, part: Part) -> ColumnElement[bool]:
    conditions = [col(Article.id) > position]
    if part.sources:
        conditions.append(col(Article.source).in_(part.sources))
    if part.since:
        conditions.append(moment() >= part.since)
    return and_(*conditions)
