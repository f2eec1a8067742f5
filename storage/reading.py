"""Articles as readers see them: rows with their tags, in one shape for all who give them out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from analysis.topics import topics
from storage.filters import Filter, Window, condition, moment
from storage.news_words import news_with
from storage.tables import Article, ArticleEntity, ArticleTopic, Entity

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class TaggedArticle:
    """An article with its topics ``(slug, score, evidence)`` and entities with their mentions."""

    article: Article
    topics: tuple[tuple[str, float, list[Any]], ...] = ()
    entities: tuple[tuple[Entity, list[Any]], ...] = field(default=())


def find(
    session: Session, wanted: Filter, window: Window, limit: int | None = None
) -> list[TaggedArticle]:
    """Give the articles that a filter and a window name, newest first."""
    return tagged(session, session.exec(_asked(session, wanted, window, limit)).all())


def each(
    session: Session, wanted: Filter, window: Window, limit: int | None = None
) -> Iterator[TaggedArticle]:
    """Give what `find` gives, but hold some hundred at a time: it may be the whole archive."""
    query = _asked(session, wanted, window, limit).execution_options(yield_per=AT_ONCE)
    parts = session.exec(query).partitions()
    return (item for part in parts for item in tagged(session, part))


def _asked(
    session: Session, wanted: Filter, window: Window, limit: int | None
) -> SelectOfScalar[Article]:
    query = (
        select(Article)
        .where(condition(wanted), window.condition(), _by_words(session, wanted, window))
        .order_by(moment().desc(), col(Article.id).desc())
        .options(defer(cast("Any", Article.search)))
    )
    return query.limit(limit) if limit else query


def count(session: Session, wanted: Filter, window: Window) -> int:
    """Count the articles that a filter and a window name."""
    query = select(func.count()).select_from(Article).where(condition(wanted), window.condition())
    return session.exec(query.where(_by_words(session, wanted, window))).one()


def _by_words(session: Session, wanted: Filter, window: Window) -> ColumnElement[bool]:
    """Give a condition that holds for all that a query means, and finds what is rare at once."""
    few = None if window.everything else news_with(session, wanted.query)
    return true() if few is None else col(Article.id).in_(few)


def tagged(session: Session, articles: Sequence[Article]) -> list[TaggedArticle]:
    """Join articles with their tags; the order stays."""
    topics: dict[int, list[tuple[str, float, list[Any]]]] = defaultdict(list)
    entities: dict[int, list[tuple[Entity, list[Any]]]] = defaultdict(list)
    ids = [article.id for article in articles if article.id is not None]
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        for tag in session.exec(select(ArticleTopic).where(col(ArticleTopic.article_id).in_(part))):
            topics[tag.article_id].append((tag.slug, tag.score, tag.evidence))
        pairs = select(ArticleEntity, Entity).join(
            Entity, col(Entity.id) == ArticleEntity.entity_id
        )
        for named, entity in session.exec(pairs.where(col(ArticleEntity.article_id).in_(part))):
            entities[named.article_id].append((entity, named.mentions))
    return [
        TaggedArticle(
            article,
            tuple(sorted(topics[article.id or 0], key=lambda tag: -tag[1])),
            tuple(sorted(entities[article.id or 0], key=lambda tag: (-len(tag[1]), tag[0].id))),
        )
        for article in articles
    ]


def story_articles(session: Session, stories: Sequence[int]) -> dict[int, list[Article]]:
    """Give the articles of stories, first stored first."""
    found: dict[int, list[Article]] = defaultdict(list)
    for article in session.exec(
        select(Article).where(col(Article.story_id).in_(stories)).order_by(col(Article.id))
    ):
        found[article.story_id].append(article)
    return found


def topic_name(slug: str, language: str) -> str:
    """Give a topic's name; a tag whose topic is no more keeps its slug."""
    topic = topics().get(slug)
    return topic.name(language) if topic else slug


def matching(session: Session, wanted: Filter, ids: Iterable[int]) -> list[TaggedArticle]:
    """Give those of some articles that are news and fit a filter, oldest first."""
    keys = sorted(ids)
    found: list[Article] = []
    for start in range(0, len(keys), 500):
        found += session.exec(
            select(Article)
            .where(col(Article.id).in_(keys[start : start + 500]))
            .where(col(Article.status) == "new", condition(wanted))
            .order_by(col(Article.id))
        )
    return tagged(session, found)
