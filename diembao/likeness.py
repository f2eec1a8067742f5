"""Why a text counts as a copy, or how it stands to another, in words."""

from collections.abc import Sequence
from typing import Any

from analysis.copies import COPY, Comparison
from messages.catalogue import _
from storage.tables import Article, Related


def of_copy(article: Article, known: Article | None) -> str | None:
    """Give why a stored article is a copy; ``known`` is what it copies, None for a seed."""
    if article.seed is None and known is None:
        return None
    what = article.seed if known is None else quoted(known)
    similarity = article.similarity or 0.0
    if article.status == "near_duplicate" and similarity < COPY:
        return _("headline and day are those of {what}; too short to compare").format(what=what)
    return _of_words(similarity, what or "", equal=article.status == "exact_duplicate")


def of_comparison(comparison: Comparison, what: str, *, equal: bool) -> str:
    """Give how a text stands to a known one; ``equal`` if they agree word by word."""
    if comparison.verdict == "copy":
        if comparison.reason == "title":
            return _("headline and day are those of {what}; too short to compare").format(what=what)
        return _of_words(comparison.similarity, what, equal=equal)
    kind = comparison.reason if comparison.reason == "issue" else comparison.verdict
    return _of_relation(kind, what, comparison.similarity, comparison.own_share)


def _of_words(similarity: float, what: str, *, equal: bool) -> str:
    if equal:
        return _("the text is word for word that of {what}").format(what=what)
    return _("{share} of the text is that of {what}").format(share=percent(similarity), what=what)


def _of_relation(kind: str, what: str, similarity: float, own_share: float) -> str:
    share, own = percent(similarity), percent(own_share)
    if kind == "version":
        said = _("holds {share} of {what} and {own} of its own")
    elif kind == "issue":
        said = _("has the form of {what} ({share} the same) and other numbers")
    elif kind == "related":
        said = _("shares {share} with {what}, has {own} of its own")
    else:
        said = _("shares only {share} with {what}")
    return said.format(share=share, own=own, what=what)


def links(article_id: int, found: Sequence[tuple[Related, Article]]) -> list[dict[str, Any]]:
    """Give an article's links as ``articles show`` prints them."""
    return [
        {
            "article": str(other.id),
            "title": other.title,
            "source": other.source,
            "kind": link.kind,
            "came_first": link.article_id == article_id,
            "similarity": round(link.similarity, 4),
            "own_share": round(link.own_share, 4),
            "reason": _of_link(link, other, is_later=link.article_id == article_id),
        }
        for link, other in found
    ]


def _of_link(link: Related, other: Article, *, is_later: bool) -> str:
    if is_later:
        return _of_relation(link.kind, quoted(other), link.similarity, link.own_share)
    return _("taken up later by {what}: {share} the same, {own} new").format(
        what=quoted(other), share=percent(link.similarity), own=percent(link.own_share)
    )


def told(link: dict[str, Any]) -> str:
    """Give a link for people."""
    return str(link["reason"])


def quoted(article: Article) -> str:
    """Name an article: headline, outlet, number."""
    return f"«{article.title}» ({article.source}, {article.id})"


def percent(share: float) -> str:
    """Give a share in whole per cent, rounded down: 100 % is said of nothing less."""
    return f"{int(share * 100 + 1e-9)}%"
