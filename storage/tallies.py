"""How many stories there were on each topic and name: what a digest's figures are held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from storage.filters import Filter, condition
from storage.tables import Article, ArticleEntity, ArticleTopic


@dataclass(frozen=True, slots=True)
class Tally:
    """Stories of a stretch of time: in all, by topic and by entity."""

    stories: int
    topics: Mapping[str, int]
    entities: Mapping[str, int]


def tally(session: Session, wanted: Filter, since: datetime, until: datetime) -> Tally | None:
    """Count the stories with news that fit a filter and were first seen in a stretch of time.

    What backfills brought was no news then. None where the archive was not there yet when it began:
    that is no reason to speak of a rise. Raises QueryError.
    """
    polled = select(Article.first_seen_at).where(col(Article.backfill_id).is_(None))
    began = session.exec(polled.order_by(col(Article.id)).limit(1)).first()
    if began is None or began > since:
        return None
    here = and_(
        col(Article.status) == "new",
        col(Article.backfill_id).is_(None),
        col(Article.first_seen_at) >= since,
        col(Article.first_seen_at) < until,
        condition(wanted),
    )
    stories = func.count(func.distinct(Article.story_id))
    return Tally(
        session.exec(select(stories).where(here)).one(),
        _by(session, here, ArticleTopic.slug, ArticleTopic.article_id),
        _by(session, here, ArticleEntity.entity_id, ArticleEntity.article_id),
    )


def _by(session: Session, here: ColumnElement[bool], key: str, article: int) -> dict[str, int]:
    stories = func.count(func.distinct(Article.story_id))
    query = select(key, stories).join(Article, col(Article.id) == article).where(here)
    return dict(session.exec(query.group_by(col(key))).all())
