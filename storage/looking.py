"""Looking again at articles: when, and what becomes of those that are not there any more.

`Article.next_look_at` is the truth; polls take along what is due.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select, update

from storage.polling import named
from storage.revisions import last_in_substance
from storage.tables import Article, CandidateRow, SourceState

# Ages at which an article is looked at again while it is news, counted from its publication, and
# anew, from the second on, from its last change in substance.
AGES = (
    timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6),
    timedelta(days=1), timedelta(days=3), timedelta(days=7),
)  # fmt: skip
AGES_ANEW = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
# A look that has just been made stands for one that would be due so soon.
SOONEST = timedelta(minutes=10)
# A page may be missing for a moment: only the second time in a row counts.
SECOND_LOOK = timedelta(hours=1)
MOST_IN_ONE_QUERY = 500
PAUSE_AFTER_FAILURE = timedelta(hours=2)


def next_look(born: datetime, changed: datetime | None, now: datetime) -> datetime | None:
    """Give the moment of the next look; None when an article is no news any more.

    ``born`` is its publication, ``changed`` its last change in substance.
    """
    moments = [born + age for age in AGES]
    if changed is not None:
        moments += [changed + age for age in AGES_ANEW]
    return min((moment for moment in moments if moment >= now + SOONEST), default=None)


def first_look(status: str, published_at: datetime | None, now: datetime) -> datetime | None:
    """Give the moment of the first look at an article that has just come in with a status."""
    return next_look(published_at or now, None, now) if status == "new" else None


def begin(article: Article, now: datetime) -> None:
    """Set the next look at an article that has become news, or is none any more."""
    status = article.status if article.gone_at is None else "gone"
    article.next_look_at = first_look(status, article.published_at or article.first_seen_at, now)


def looked(session: Session, article: Article, now: datetime) -> None:
    """Note that an article's page was there, changed or not, and set the next look."""
    article.looks += 1
    article.gone_at = article.gone_reason = None
    article.next_look_at = None
    if article.status == "new" and article.id is not None:
        changed = last_in_substance(session, article.id)
        article.next_look_at = next_look(_born(article), changed, now)


def missed(article: Article, reason: str, now: datetime, *, for_good: bool) -> None:
    """Note that an article's page is not there; it counts as gone the second time, or for good."""
    article.looks += 1
    if for_good or article.gone_reason:
        article.gone_at, article.next_look_at = article.gone_at or now, None
    else:
        article.next_look_at = now + SECOND_LOOK
    article.gone_reason = reason


def postponed(article: Article, now: datetime) -> None:
    """Set the next look after one that came to nothing, unless the article is too old for it."""
    if article.next_look_at is not None:
        later = next_look(_born(article), None, now)
        article.next_look_at = min(later, now + PAUSE_AFTER_FAILURE) if later else None


def rest(session: Session, source: str, now: datetime, until: datetime) -> None:
    """Put off what is due at a source that may not be asked until then."""
    session.exec(
        update(Article)
        .where(col(Article.next_look_at) <= now, col(Article.source) == source)
        .values(next_look_at=until)
    )


# Made once, as every poll asks it.
_DUE = (
    select(Article)
    .where(col(Article.next_look_at) <= bindparam("now"))
    .where(col(Article.source) == bindparam("of_source"))
    .order_by(col(Article.next_look_at))
    .limit(bindparam("most"))
)


def due(session: Session, source: str, now: datetime, limit: int) -> Sequence[Article]:
    """Give the articles of a source that are to be looked at, longest due first."""
    given = {"of_source": source, "now": now, "most": limit}
    return session.exec(_DUE, params=given).all()


def due_sources(
    session: Session, sources: Iterable[str], now: datetime, due_by: datetime, limit: int
) -> Sequence[str]:
    """Give the free sources, of those named, that have a look due by a moment."""
    found = session.exec(
        select(SourceState.id)
        .where(
            col(SourceState.id).in_(
                select(Article.source).where(col(Article.next_look_at) <= due_by)
            )
        )
        .where(or_(col(SourceState.lease_until).is_(None), col(SourceState.lease_until) < now))
    )
    return named(found, sources, limit)


def article_at(session: Session, canonical_url: str) -> Article | None:
    """Give the article of an address."""
    return session.exec(select(Article).where(Article.canonical_url == canonical_url)).first()


# Made once, as every poll asks it.
_VALIDATORS = (
    select(col(Article.canonical_url), col(Article.etag), col(Article.last_modified))
    .join(CandidateRow, col(CandidateRow.canonical_url) == col(Article.canonical_url))
    .where(col(CandidateRow.article_id).is_not(None))
    .where(col(Article.canonical_url).in_(bindparam("urls", expanding=True)))
)


def validators(
    session: Session, addresses: Sequence[str]
) -> dict[str, tuple[str | None, str | None]]:
    """Give ETag and Last-Modified of the addresses that are articles known as candidates."""
    known = {}
    for start in range(0, len(addresses), MOST_IN_ONE_QUERY):
        part = addresses[start : start + MOST_IN_ONE_QUERY]
        for url, etag, modified in session.exec(_VALIDATORS, params={"urls": part}):
            known[url] = (etag, modified)
    return known


def _born(article: Article) -> datetime:
    return article.published_at or article.first_seen_at
