"""Letting go of the text of an article that is off topic; its address, hash and verdict stay.

Copies that are equal word by word are found by the hash as before. The text's shingles go with it,
as near copies are compared by the text itself: what is almost an old off-topic text is judged anew.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select
from sqlmodel import Session, col

from analysis.searching import searchable
from storage import neighbours
from storage.tables import Article, Revision, Snapshot


def is_forgotten(article: Article) -> bool:
    """Tell whether an article had a text that is no longer kept."""
    return not article.text and article.syllables > 0


def is_remembered() -> ColumnElement[bool]:
    """Keep the articles whose text is there, if they ever had one."""
    return or_(col(Article.text) != "", col(Article.syllables) == 0)


def forget_texts(session: Session, keys: Sequence[int]) -> None:
    """Let go of the texts of articles and of their copies, with earlier texts and kept pages."""
    for article in _with_copies(session, keys):
        neighbours.forget(session, article.id or 0, neighbours.piece(article))
        article.text, article.captions = "", []
        article.search = searchable(article.title, article.lead, "")
        for table in (Revision, Snapshot):
            session.execute(delete(table).where(col(table.article_id) == article.id))


def _with_copies(session: Session, keys: Sequence[int]) -> Sequence[Article]:
    stories = select(col(Article.story_id)).where(col(Article.id).in_(keys))
    copies = (
        select(Article)
        .where(col(Article.story_id).in_(stories), col(Article.duplicate_of).in_(keys))
        .where(is_remembered())
    )
    own = select(Article).where(col(Article.id).in_(keys))
    return [*session.scalars(own), *session.scalars(copies)]
