"""Looks at known articles: what the crawler is asked to look at again, and what came of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from crawler.documents import Candidate
from storage import candidates, looking
from storage.tables import Article, CandidateRow


def candidate_of(row: CandidateRow) -> Candidate:
    """Give a candidate as its row has it."""
    return Candidate(
        source=row.source,
        url=row.url,
        canonical_url=row.canonical_url,
        via=row.via,
        title=row.title,
        lead=row.lead,
        published_at=row.published_at,
        updated_at=row.updated_at,
    )


def with_what_is_known(session: Session, found: Sequence[Candidate]) -> list[Candidate]:
    """Give candidates with their pages' validators where they are articles already."""
    known = looking.validators(session, [candidate.canonical_url for candidate in found])
    return [
        _known(candidate, *known[candidate.canonical_url])
        if candidate.canonical_url in known
        else candidate
        for candidate in found
    ]


def due_looks(session: Session, source: str, now: datetime, limit: int) -> list[Candidate]:
    """Give the articles of a source that are to be looked at again."""
    return [
        _known(as_it_was_found(session, article), article.etag, article.last_modified)
        for article in looking.due(session, source, now, limit)
    ]


def as_it_was_found(session: Session, article: Article) -> Candidate:
    """Give the candidate that an article was, with what feeds said of it."""
    row = session.get(CandidateRow, article.canonical_url)
    if row is not None:
        return candidate_of(row)
    return Candidate(
        source=article.source,
        url=article.url,
        canonical_url=article.canonical_url,
        # Where the page does not say it, what was believed before is believed again.
        title=article.title,
        lead=article.lead,
        published_at=article.published_at,
    )


def _known(candidate: Candidate, etag: str | None, last_modified: str | None) -> Candidate:
    return replace(candidate, known=True, etag=etag, last_modified=last_modified)


def unchanged(session: Session, candidate: Candidate, now: datetime) -> None:
    """Note that an article's page is the one it was."""
    article = looking.article_at(session, candidate.canonical_url)
    if article is not None and article.id is not None:
        looking.looked(session, article, now)
        candidates.fetched(session, candidate.canonical_url, article.id)


def gone(
    session: Session, candidate: Candidate, reason: str, now: datetime, *, for_good: bool = False
) -> None:
    """Note that an article's page is not there, or holds another story."""
    article = looking.article_at(session, candidate.canonical_url)
    if article is None or article.id is None:
        return
    looking.missed(article, reason, now, for_good=for_good)
    if article.gone_at is None:
        candidates.fetched(session, candidate.canonical_url, article.id)
    else:
        candidates.refused(session, candidate.canonical_url, reason)


def given_up(session: Session, candidate: Candidate) -> None:
    """Look no more at an article whose page may not be asked for."""
    article = looking.article_at(session, candidate.canonical_url)
    if article is not None:
        article.next_look_at = None


def postponed(session: Session, candidate: Candidate, now: datetime) -> None:
    """Look later at an article whose page could not be had."""
    article = looking.article_at(session, candidate.canonical_url)
    if article is not None:
        looking.postponed(article, now)
