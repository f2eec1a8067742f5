"""Candidates and the feeds, sitemaps and listings that bring them.

What an endpoint brought is stored in one transaction with the validators that came with it: a
crash between the two could otherwise turn a 304 into articles never seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select, update

from storage.tables import Article, CandidateRow, Endpoint
from storage.waiting import later

# Failed fetches are tried again after these pauses, then given up with the last reason.
RETRY_PAUSES = (timedelta(0), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
MOST_IN_ONE_QUERY = 500
AWAITED = ("waiting", "held")  # what a backfill has found and not yet fetched
MOST_PLACES = 16  # feeds and sitemaps whose word on one article is remembered


@dataclass(frozen=True, slots=True)
class Sighting:
    """A candidate as a feed, sitemap or listing shows it now.

    ``article_key`` is the outlet's own number of the article where its address shows one.
    """

    canonical_url: str
    url: str
    via: str
    title: str = ""
    lead: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    article_key: str | None = None

    @property
    def hint(self) -> str:
        """What, when it changes, says that the article may have changed."""
        return "|".join(
            moment.isoformat() if moment else "" for moment in (self.published_at, self.updated_at)
        ) + (f"|{self.title}" if self.updated_at is None else "|")


_ENDPOINTS = select(Endpoint).where(col(Endpoint.source) == bindparam("of_source"))


def endpoints(session: Session, source: str) -> Sequence[Endpoint]:
    """Give what is known of a source's feeds, sitemaps and listings."""
    return session.exec(_ENDPOINTS, params={"of_source": source}).all()


def record_visit(session: Session, visit: Endpoint) -> None:
    """Keep the validators and the outcome of asking an endpoint."""
    known = session.get(Endpoint, visit.url)
    if known is None:
        session.add(visit)
        return
    known.source, known.kind = visit.source, visit.kind
    known.last_asked_at = visit.last_asked_at
    known.last_error = visit.last_error
    known.last_status = visit.last_status
    if visit.last_status == 200 and visit.last_error is None:
        known.etag, known.last_modified = visit.etag, visit.last_modified
        known.parts = visit.parts
        known.hub, known.topic = visit.hub, visit.topic


def sight(
    session: Session, source: str, sightings: Sequence[Sighting], now: datetime
) -> list[CandidateRow]:
    """Store what an endpoint shows; give the candidates that are worth a fetch.

    These are the unknown ones and the settled ones of which something else is said than before:
    what was no article, or could not be had, may be one now. An article that is known by its
    number is known under any address.
    """
    wanted = []
    known = Known.of(session, source, sightings)
    for sighting in sightings:
        row = known.row(sighting)
        if row is None:
            row = first_sight(source, sighting, now)
            session.add(row)
            wanted.append(row)
        elif _says_more(row, sighting):
            row.status, row.reason, row.attempts = "pending", None, 0
            row.next_attempt_at = now
            row.backfill_id = row.backfill_id if row.article_id else None
            wanted.append(row)
        _update(row, sighting)
        known.add(row)
    return wanted


@dataclass(frozen=True, slots=True)
class Known:
    """The candidates of some sightings by address and by key, looked up together."""

    by_address: dict[str, CandidateRow]
    by_key: dict[str, CandidateRow]

    @classmethod
    def of(cls, session: Session, source: str, sightings: Sequence[Sighting]) -> Self:
        """Look up the candidates of a source that some sightings may be of.

        One that was let go, as it had been settled for long, is there again as its article has it.
        """
        known = cls._asked(session, sightings)
        gone = {s.canonical_url: s for s in sightings if known.row(s) is None}
        keys = {s.article_key: s for s in gone.values() if s.article_key}
        urls = list(gone)
        for start in range(0, len(urls), MOST_IN_ONE_QUERY):
            part = urls[start : start + MOST_IN_ONE_QUERY]
            given = {"urls": part, "keys": [k for k in (gone[u].article_key for u in part) if k]}
            for article_id, url, key, seen_at in session.exec(_ARTICLES, params=given):
                sighting = gone.get(url) or keys.get(key or "")
                if sighting and known.row(sighting) is None:
                    row = first_sight(source, sighting, seen_at)
                    row.status, row.article_id = "fetched", article_id
                    session.add(row)
                    known.add(row)
        return known

    @classmethod
    def _asked(cls, session: Session, sightings: Sequence[Sighting]) -> Self:
        known = cls({}, {})
        for start in range(0, len(sightings), MOST_IN_ONE_QUERY):
            part = sightings[start : start + MOST_IN_ONE_QUERY]
            given = {
                "urls": [sighting.canonical_url for sighting in part],
                "keys": [sighting.article_key for sighting in part if sighting.article_key],
            }
            for row in session.exec(_SIGHTED, params=given):
                known.add(row)
        return known

    def row(self, sighting: Sighting) -> CandidateRow | None:
        """Give the candidate of an address, or of another address with the same article key."""
        return self.by_address.get(sighting.canonical_url) or (
            self.by_key.get(sighting.article_key) if sighting.article_key else None
        )

    def add(self, row: CandidateRow) -> None:
        """Know one more; of two with one key the first stands for it."""
        self.by_address[row.canonical_url] = row
        if row.article_key is not None:
            self.by_key.setdefault(row.article_key, row)


# Made once, as every poll asks it.
_SIGHTED = (
    select(CandidateRow)
    .where(
        or_(
            col(CandidateRow.canonical_url).in_(bindparam("urls", expanding=True)),
            col(CandidateRow.article_key).in_(bindparam("keys", expanding=True)),
        )
    )
    .order_by(col(CandidateRow.first_seen_at))
)
_ARTICLES = (
    select(
        col(Article.id), col(Article.canonical_url), col(Article.article_key),
        col(Article.first_seen_at),
    )
    .where(
        or_(
            col(Article.canonical_url).in_(bindparam("urls", expanding=True)),
            col(Article.article_key).in_(bindparam("keys", expanding=True)),
        )
    )
    .order_by(col(Article.id))
)  # fmt: skip


def find(session: Session, canonical_url: str, key: str | None) -> CandidateRow | None:
    """Give the candidate of an address, or of another address with the same article key."""
    row = session.get(CandidateRow, canonical_url)
    if row is None and key is not None:
        same = select(CandidateRow).where(CandidateRow.article_key == key)
        return session.exec(same.order_by(col(CandidateRow.first_seen_at))).first()
    return row


def first_sight(source: str, sighting: Sighting, now: datetime) -> CandidateRow:
    """Make the row of a candidate as it is seen for the first time."""
    row = CandidateRow(
        canonical_url=sighting.canonical_url,
        source=source,
        url=sighting.url,
        first_seen_at=now,
        next_attempt_at=now,
        article_key=sighting.article_key,
    )
    _update(row, sighting)
    return row


def _says_more(row: CandidateRow, sighting: Sighting) -> bool:
    """Tell whether a place says something else of a settled candidate than it said before.

    Each place is held against itself only: two feeds may show one article differently.
    """
    before, said = row.hints.get(sighting.via), _hint(row, sighting)
    if row.status in ("pending", *AWAITED):
        # What polls find is news: they do not leave it to a backfill.
        return row.status != "pending"
    if before is None:
        # An address that nobody gave this article before is itself something else.
        is_new = sighting.canonical_url != row.canonical_url and not any(
            hint.endswith(f"|{sighting.canonical_url}") for hint in row.hints.values()
        )
        return is_new and len(row.hints) < MOST_PLACES
    return before != said


def _hint(row: CandidateRow, sighting: Sighting) -> str:
    """What a place says of an article, with the address where that is not the one it is kept by."""
    other = sighting.canonical_url != row.canonical_url
    return f"{sighting.hint}|{sighting.canonical_url}" if other else sighting.hint


def _update(row: CandidateRow, sighting: Sighting) -> None:
    row.article_key = row.article_key or sighting.article_key
    said = _hint(row, sighting)
    if row.hints.get(sighting.via) == said:
        return
    if len(row.hints) < MOST_PLACES or sighting.via in row.hints:
        row.hints = {**row.hints, sighting.via: said}
    row.via = row.via or sighting.via
    row.title = sighting.title or row.title
    row.lead = sighting.lead or row.lead
    row.published_at = sighting.published_at or row.published_at
    row.updated_at = sighting.updated_at or row.updated_at


# Made once, as every poll asks it.
_PENDING = (
    select(CandidateRow)
    .where(col(CandidateRow.source) == bindparam("of_source"), CandidateRow.status == "pending")
    .where(
        or_(
            col(CandidateRow.next_attempt_at).is_(None),
            col(CandidateRow.next_attempt_at) <= bindparam("now"),
        )
    )
    .order_by(col(CandidateRow.first_seen_at))
    .limit(bindparam("most"))
)


def pending(session: Session, source: str, now: datetime, limit: int) -> Sequence[CandidateRow]:
    """Give the candidates of a source that wait for a fetch and are due for one."""
    given = {"of_source": source, "now": now, "most": limit}
    return session.exec(_PENDING, params=given).all()


_OTHER = aliased(CandidateRow)
_MEANT = (  # as `find` has it
    select(col(_OTHER.canonical_url))
    .where(
        or_(
            col(_OTHER.canonical_url) == bindparam("of_url"),
            col(_OTHER.article_key) == bindparam("of_key"),
        )
    )
    .order_by((col(_OTHER.canonical_url) == bindparam("of_url")).desc(), col(_OTHER.first_seen_at))
    .limit(1)
)
_FETCHED = (
    update(CandidateRow)
    .where(col(CandidateRow.canonical_url) == _MEANT.scalar_subquery())
    .values(status="fetched", reason=None, article_id=bindparam("of_article"))
)


def fetched(session: Session, canonical_url: str, article_id: int, key: str | None = None) -> None:
    """Note that a candidate became, or is, an article."""
    later(session, _FETCHED, {"of_url": canonical_url, "of_key": key, "of_article": article_id})


def refused(session: Session, canonical_url: str, reason: str, key: str | None = None) -> None:
    """Note that a candidate will not be fetched (robots.txt), or that it holds no article."""
    row = find(session, canonical_url, key)
    if row is not None:
        row.status, row.reason = "refused", reason


def postponed(session: Session, canonical_url: str, reason: str, key: str | None = None) -> None:
    """Note that a candidate was not tried: it stays pending, and no try is counted."""
    row = find(session, canonical_url, key)
    if row is not None:
        row.reason = reason


def failed(
    session: Session, canonical_url: str, reason: str, now: datetime, key: str | None = None
) -> None:
    """Note a failed fetch: another try later, or given up after the last one."""
    row = find(session, canonical_url, key)
    if row is None or row.status == "fetched":
        return  # a look at an article that came to nothing does not unmake it
    row.attempts += 1
    row.reason = reason
    if row.attempts < len(RETRY_PAUSES):
        row.next_attempt_at = now + RETRY_PAUSES[row.attempts]
    else:
        row.status = "failed"
