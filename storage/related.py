"""Links between articles that share much text and are no copies: versions, issues, follow-ups."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlmodel import Session, col, or_, select

from storage.neighbours import Neighbour
from storage.tables import Article, Related


def relate(session: Session, article_id: int, found: Sequence[Neighbour]) -> None:
    """Keep what a new article was found to be like."""
    if not found:
        return
    rows = [
        {
            "article_id": article_id,
            "other_id": near.article.id,
            "kind": kind(near),
            "similarity": near.comparison.similarity,
            "own_share": near.comparison.own_share,
        }
        for near in found
    ]
    session.connection().execute(insert(Related), rows)


def kind(near: Neighbour) -> str:
    """Give how the two are related: version, issue or related."""
    return "issue" if near.comparison.reason == "issue" else near.comparison.verdict


def of_article(session: Session, article_id: int) -> list[tuple[Related, Article]]:
    """Give an article's links with the article at their other end, earlier ones first."""
    links = session.exec(
        select(Related).where(
            or_(col(Related.article_id) == article_id, col(Related.other_id) == article_id)
        )
    )
    pairs = [
        (link, link.other_id if link.article_id == article_id else link.article_id)
        for link in links
    ]
    found = [(link, article) for link, key in pairs if (article := session.get(Article, key))]
    return sorted(found, key=lambda pair: pair[1].id or 0)
