"""Whether one article fits a filter, told in memory: the same answer as `storage.filters` in SQL.

For a fresh article and many subscriptions; a list of articles is asked of the database.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from analysis.entity_names import entity_ids
from analysis.searching import BORDER
from storage.filters import Filter
from storage.queries import Either, Every, Expression, Not, Since, Tag, Words, parse
from storage.tables import Article, ArticleEntity, ArticleTopic, Entity, SourceState

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters ask of an article: of its topics the slugs, of its entities ids and names."""

    article_id: int
    source: str
    kind: str | None
    topics: frozenset[str]
    entities: frozenset[str]
    names: frozenset[str]
    relevance: float
    moment: datetime
    search: str
    title: str  # the part of ``search`` that is the title


Test = Callable[[Facts], bool]


def facts_of(session: Session, ids: Iterable[int]) -> Iterator[Facts]:
    """Give the facts of those of some articles that are news, oldest first."""
    keys = sorted(set(ids))
    for start in range(0, len(keys), MOST_AT_ONCE):
        yield from _read(session, keys[start : start + MOST_AT_ONCE])


def _read(session: Session, ids: list[int]) -> Iterator[Facts]:
    topics: dict[int, set[str]] = {id_: set() for id_ in ids}
    entities: dict[int, set[str]] = {id_: set() for id_ in ids}
    names: dict[int, set[str]] = {id_: set() for id_ in ids}
    for article_id, slug in session.exec(
        select(ArticleTopic.article_id, ArticleTopic.slug).where(
            col(ArticleTopic.article_id).in_(ids)
        )
    ):
        topics[article_id].add(slug)
    for article_id, entity_id, name in session.exec(
        select(ArticleEntity.article_id, Entity.id, Entity.name)
        .join(Entity, col(Entity.id) == ArticleEntity.entity_id)
        .where(col(ArticleEntity.article_id).in_(ids))
    ):
        entities[article_id].add(entity_id)
        names[article_id].add(name)
    for article, kind in session.exec(
        select(Article, SourceState.kind)
        .join(SourceState, col(SourceState.id) == Article.source, isouter=True)
        .where(col(Article.id).in_(ids), Article.status == "new")
        .order_by(col(Article.id))
    ):
        key = article.id or 0
        moment = article.published_at or article.first_seen_at
        yield Facts(
            article_id=key,
            source=article.source,
            kind=kind,
            topics=frozenset(topics[key]),
            entities=frozenset(entities[key]),
            names=frozenset(names[key]),
            relevance=article.relevance,
            moment=moment,
            search=article.search,
            title=article.search.partition(BORDER)[0],
        )


def fits(wanted: Filter, facts: Facts) -> bool:
    """Tell whether an article is what a filter asks for; raises QueryError."""
    if wanted.about or (wanted.topics and facts.topics.isdisjoint(wanted.topics)):
        return False
    if wanted.sources and facts.source not in wanted.sources:
        return False
    if wanted.kinds and facts.kind not in wanted.kinds:
        return False
    if wanted.min_relevance is not None and facts.relevance < wanted.min_relevance:
        return False
    if wanted.entities and not any(_names(facts, name) for name in wanted.entities):
        return False
    asked = _test(wanted.query)
    return asked is None or asked(facts)


def _names(facts: Facts, name: str) -> bool:
    return name in facts.names or not facts.entities.isdisjoint(_ids(name))


@lru_cache(maxsize=16_384)
def _ids(name: str) -> frozenset[str]:
    return entity_ids(name)


@lru_cache(maxsize=16_384)  # one a subscription, and each article is held against all
def _test(query: str) -> Test | None:
    expression = parse(query)
    return None if expression is None else _holding(expression)


def _holding(expression: Expression) -> Test:
    match expression:
        case Words(words, in_title):
            return _said(f" {words} ", in_title)
        case Tag(kind, value):
            return _tagged(kind, value)
        case Since(since, before):
            return lambda facts: (facts.moment < since) == before
        case Not(part):
            test = _holding(part)
            return lambda facts: not test(facts)
        case Every(parts):
            return _every(tuple(map(_holding, parts)))
        case Either(parts):
            return _either(tuple(map(_holding, parts)))


def _every(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts) -> bool:
        for each in tests:  # noqa: SIM110 - a generator would take twice as long
            if not each(facts):
                return False
        return True

    return test


def _either(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts) -> bool:
        for each in tests:  # noqa: SIM110 - as above
            if each(facts):
                return True
        return False

    return test


def _said(words: str, in_title: bool) -> Test:
    if in_title:
        return lambda facts: words in facts.title
    return lambda facts: words in facts.search


def _tagged(kind: str, value: str) -> Test:
    match kind:
        case "topic":
            return lambda facts: value in facts.topics
        case "entity":
            return lambda facts: _names(facts, value)
        case "kind":
            return lambda facts: facts.kind == value
    return lambda facts: facts.source == value
