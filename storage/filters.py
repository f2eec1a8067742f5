"""One filter for every list: what is asked for, and the SQL that gives it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_
from sqlmodel import col, func, or_, select

from analysis.entity_names import entity_ids
from analysis.searching import BORDER
from storage.queries import Either, Every, Expression, Not, Since, Tag, Words, parse
from storage.tables import (
    GREATEST_KEY,
    Article,
    ArticleEntity,
    ArticleTopic,
    Entity,
    SourceState,
    Story,
)

LISTS = ("topics", "entities", "sources", "kinds")
OUTLETS = "outlets"
"""What a subscription may be about instead of articles: how the outlets fare."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscriber or reader wants: lists are 'any of', the parts together 'all of'.

    ``entities`` are ids or names in any spelling, ``query`` is as `storage.queries` has it.
    ``about`` is empty for articles, `OUTLETS` for what operators want to know; no article fits it.
    """

    topics: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    min_relevance: float | None = None
    query: str = ""
    about: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the filter as it is stored: only what it asks for."""
        return {key: value for key, value in asdict(self).items() if value}


def from_json(stored: dict[str, Any]) -> Filter:
    """Read a stored filter."""
    lists = {key: tuple(stored.get(key, ())) for key in LISTS}
    return Filter(
        **lists,
        min_relevance=stored.get("min_relevance"),
        query=stored.get("query", ""),
        about=stored.get("about", ""),
    )


@lru_cache(maxsize=16_384)
def from_text(stored: str) -> Filter:
    """Read a filter as the database holds it, of which there may be one a subscription."""
    return from_json(json.loads(stored))


def condition(wanted: Filter) -> ColumnElement[bool]:
    """Give the SQL condition on articles that a filter means; raises QueryError."""
    if wanted.about:
        return false()
    parts: list[ColumnElement[bool]] = []
    if wanted.topics:
        parts.append(_on_topics(wanted.topics))
    if wanted.entities:
        parts.append(_naming(wanted.entities))
    if wanted.sources:
        parts.append(col(Article.source).in_(wanted.sources))
    if wanted.kinds:
        parts.append(_of_kinds(wanted.kinds))
    if wanted.min_relevance is not None:
        parts.append(col(Article.relevance) >= wanted.min_relevance)
    if (asked := parse(wanted.query)) is not None:
        parts.append(_meant(asked))
    return and_(True, *parts)


def _meant(expression: Expression) -> ColumnElement[bool]:
    match expression:
        case Words(words, in_title):
            # Nothing but words and borders is in `search`: no wildcard needs to be escaped.
            pattern = f"% {words} %{BORDER}%{BORDER}%" if in_title else f"% {words} %"
            # PostgreSQL would take such a pattern for one in a million, and read and sort all news;
            # of a function it thinks that half may hold, and begins with the newest.
            return func.coalesce(col(Article.search).like(pattern), false())
        case Tag(kind, value):
            return _tagged(kind, value)
        case Since(since, before):
            return moment() < since if before else moment() >= since
        case Not(part):
            return not_(_meant(part))
        case Every(parts):
            return and_(*map(_meant, parts))
        case Either(parts):
            return or_(*map(_meant, parts))


def _tagged(kind: str, value: str) -> ColumnElement[bool]:
    match kind:
        case "topic":
            return _on_topics((value,))
        case "entity":
            return _naming((value,))
        case "kind":
            return _of_kinds((value,))
    return col(Article.source) == value


def _on_topics(slugs: Sequence[str]) -> ColumnElement[bool]:
    return col(Article.id).in_(
        select(ArticleTopic.article_id).where(col(ArticleTopic.slug).in_(slugs))
    )


def _naming(names: Sequence[str]) -> ColumnElement[bool]:
    ids = frozenset().union(*map(entity_ids, names))
    # Not joined: SQLite would go through all tags there are.
    meant = select(Entity.id).where(or_(col(Entity.id).in_(ids), col(Entity.name).in_(names)))
    return col(Article.id).in_(
        select(ArticleEntity.article_id).where(col(ArticleEntity.entity_id).in_(meant))
    )


def _of_kinds(kinds: Sequence[str]) -> ColumnElement[bool]:
    return col(Article.source).in_(select(SourceState.id).where(col(SourceState.kind).in_(kinds)))


def moment() -> ColumnElement[datetime]:
    """Give the time by which articles are ordered and chosen: published, else first seen."""
    return func.coalesce(Article.published_at, Article.first_seen_at)


@dataclass(frozen=True, slots=True)
class Window:
    """Which stretch of the archive a list is about; ``everything`` adds off-topic and copies."""

    since: datetime | None = None
    until: datetime | None = None
    story: int | None = None
    everything: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Give the SQL condition on articles that the window means."""
        parts: list[ColumnElement[bool]] = []
        if not self.everything:
            parts.append(col(Article.status) == "new")
        if self.since:
            parts.append(moment() >= self.since)
        if self.until:
            parts.append(moment() < self.until)
        if self.story is not None:
            asked = min(self.story, GREATEST_KEY)
            holder = select(Story.merged_into).where(col(Story.id) == asked).scalar_subquery()
            parts.append(col(Article.story_id) == func.coalesce(holder, asked))
        return and_(True, *parts)
