"""Writing what analysis says of an article onto its rows: verdict, tags, evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from analysis.copies import Piece
from analysis.judgement import Judgement, Span
from storage import neighbours
from storage.dialects import insert_unless_known
from storage.tables import Article, ArticleEntity, ArticleTopic, Entity
from storage.waiting import later


def judged(article: Article, judgement: Judgement) -> None:
    """Put a judgement's verdict on an article's row."""
    for name, value in verdict(judgement).items():
        setattr(article, name, value)
    article.language = article.language or judgement.language


def verdict(judgement: Judgement) -> dict[str, Any]:
    """Give the columns that a judgement fills."""
    return {
        "content_hash": judgement.fingerprint.content_hash,
        "syllables": judgement.fingerprint.syllables,
        "rules": judgement.rules,
        "relevance": judgement.relevance.score,
        "city": judgement.relevance.city,
        "theme": judgement.relevance.theme,
        "evidence": spans(judgement.relevance.evidence),
        "search": judgement.search,
    }


def spans(evidence: Sequence[Span]) -> list[dict[str, Any]]:
    """Give evidence as it is stored and shown: ``field`` only where it is not the text."""
    return [_shown(span) for span in evidence]


def _shown(span: Span) -> dict[str, Any]:
    shown = {"text": span.text, "start": span.start, "end": span.end}
    if span.field != "text":
        shown["field"] = span.field
    if span.says:
        shown["says"] = span.says
    return shown


# Made once, as rows wait for the same statement.
_TOPICS, _ENTITIES = insert(ArticleTopic), insert(ArticleEntity)


def tag(session: Session, article_id: int, judgement: Judgement) -> None:
    """Write an article's tags."""
    topics = (
        {
            "article_id": article_id,
            "slug": topic.slug,
            "score": topic.score,
            "evidence": spans(topic.evidence),
        }
        for topic in judgement.topics
    )
    named = ({"id": tag.id, "name": tag.name, "type": tag.type} for tag in judgement.entities)
    entities = (
        {"article_id": article_id, "entity_id": tag.id, "mentions": spans(tag.mentions)}
        for tag in judgement.entities
    )
    later(session, _TOPICS, *topics)
    later(session, insert_unless_known(session, Entity), *named)
    later(session, _ENTITIES, *entities)


def tag_anew(session: Session, known: Article, judgement: Judgement, before: Piece) -> None:
    """Replace the tags and shingles of an article that read so before."""
    assert known.id is not None, "a stored row has its key"  # noqa: S101 - narrows the type
    for table in (ArticleTopic, ArticleEntity):
        session.exec(delete(table).where(col(table.article_id) == known.id))
    tag(session, known.id, judgement)
    fresh = replace(neighbours.piece(known), fingerprint=judgement.fingerprint)
    neighbours.forget(session, known.id, before)
    neighbours.index(session, known.id, fresh)


def tags_of(session: Session, article_id: int) -> tuple[set[str], set[str]]:
    """Give an article's topics and entities by their ids."""
    topics = select(ArticleTopic.slug).where(ArticleTopic.article_id == article_id)
    entities = select(ArticleEntity.entity_id).where(ArticleEntity.article_id == article_id)
    return set(session.exec(topics)), set(session.exec(entities))
