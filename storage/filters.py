"""One filter for every list: what is asked for, and the SQL that gives it."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, func, or_, select

from analysis.text import search_fold
from storage.errors import StorageError
from storage.tables import GREATEST_KEY, Article, ArticleEntity, ArticleTopic, Entity, SourceState

LISTS = ("topics", "entities", "sources", "kinds")
MAX_QUERY = 500
_TERM = re.compile(r'"([^"]*)"|(\S+)')


class FilterError(StorageError):
    """A filter asks for something that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a subscriber or reader wants: lists are 'any of', the parts together 'all of'.

    ``entities`` are ids or names, ``query`` words and "phrases" that all occur, accents optional.
    """

    topics: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    min_relevance: float | None = None
    query: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the filter as it is stored: only what it asks for."""
        return {key: value for key, value in asdict(self).items() if value}


def from_json(stored: dict[str, Any]) -> Filter:
    """Read a stored filter."""
    lists = {key: tuple(stored.get(key, ())) for key in LISTS}
    return Filter(**lists, min_relevance=stored.get("min_relevance"), query=stored.get("query", ""))


def terms(query: str) -> tuple[str, ...]:
    """Give the folded words and phrases of a query; raises FilterError for what is not allowed."""
    if len(query) > MAX_QUERY:
        raise FilterError(f"query: longer than {MAX_QUERY} characters")
    if query.count('"') % 2:
        raise FilterError(f"query: a quotation mark is not closed: {query}")
    if "\0" in query:  # PostgreSQL has no such character
        raise FilterError(f"query: holds a NUL character: {query!a}")
    found = _TERM.findall(query)
    if any(word in ("AND", "OR", "NOT") for _, word in found):
        raise FilterError(f'query: only words and "phrases" that must all occur: {query}')
    folded = (" ".join(search_fold(phrase or word).split()) for phrase, word in found)
    return tuple(term for term in folded if term)


def condition(wanted: Filter) -> ColumnElement[bool]:
    """Give the SQL condition on articles that a filter means."""
    parts: list[ColumnElement[bool]] = []
    if wanted.topics:
        tagged = select(ArticleTopic.article_id).where(col(ArticleTopic.slug).in_(wanted.topics))
        parts.append(col(Article.id).in_(tagged))
    if wanted.entities:
        named = (
            select(ArticleEntity.article_id)
            .join(Entity, col(Entity.id) == ArticleEntity.entity_id)
            .where(
                or_(
                    col(Entity.id).in_(wanted.entities),
                    col(Entity.name).in_(wanted.entities),
                )
            )
        )
        parts.append(col(Article.id).in_(named))
    if wanted.sources:
        parts.append(col(Article.source).in_(wanted.sources))
    if wanted.kinds:
        of_kind = select(SourceState.id).where(col(SourceState.kind).in_(wanted.kinds))
        parts.append(col(Article.source).in_(of_kind))
    if wanted.min_relevance is not None:
        parts.append(col(Article.relevance) >= wanted.min_relevance)
    parts += [col(Article.search).contains(term, autoescape=True) for term in terms(wanted.query)]
    return and_(True, *parts)


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
            parts.append(col(Article.story_id) == min(self.story, GREATEST_KEY))
        return and_(True, *parts)
