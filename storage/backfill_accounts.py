"""What came of a backfill, counted from what is stored: a kill takes nothing out of the account."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, func, select

from storage.backfill_tables import Backfill, BackfillPlace
from storage.tables import Article, CandidateRow

MOST_ERRORS = 200
# Reasons of candidates that are no failures, and of those that were read and held no article.
ROBOTS = "Forbidden by robots.txt"
NO_ARTICLE = "no article"


@dataclass(frozen=True, slots=True)
class Account:
    """A backfill's sums, as a crawl's report has them.

    ``outcomes`` counts articles by status, and pages of articles that were known as ``unchanged``;
    ``skipped`` what was not fetched and why. ``counts`` are requests, bytes and pieces: what was in
    hand when a process was killed is not in these. ``errors`` name 200 of ``failed`` addresses.
    """

    source: str
    days: tuple[date, date]
    status: str
    reason: str | None
    discovered: int
    fetched: int
    outcomes: Mapping[str, int]
    skipped: Mapping[str, int]
    counts: Mapping[str, int]
    failed: int
    places: int
    places_failed: int
    errors: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def account(session: Session, backfill: Backfill) -> Account:
    """Give the account of a backfill as it stands."""
    places = _by_status(session, BackfillPlace, backfill)
    articles = _by_status(session, Article, backfill)
    candidates = _by_status(session, CandidateRow, backfill)
    known = session.exec(
        select(func.sum(BackfillPlace.known)).where(BackfillPlace.backfill_id == backfill.id)
    ).one()
    forbidden = _with_reason(session, backfill, ROBOTS)
    pages_without = _with_reason(session, backfill, NO_ARTICLE)
    not_had = candidates["failed"] + candidates["refused"] - forbidden
    outcomes = Counter(articles)
    outcomes["unchanged"] = max(0, candidates["fetched"] - articles.total())
    outcomes["no_article"] = pages_without
    skipped = Counter(known=int(known or 0), robots=forbidden, failed=not_had - pages_without)
    skipped["next_time"] = candidates["waiting"] + candidates["held"]
    return Account(
        source=backfill.source,
        days=(backfill.first_day, backfill.last_day),
        status=backfill.status,
        reason=backfill.reason,
        discovered=outcomes.total() + skipped.total(),
        fetched=outcomes.total(),
        outcomes=outcomes,
        skipped={name: count for name, count in skipped.items() if count},
        counts=backfill.counts,
        failed=not_had + places["failed"],
        places=places.total(),
        places_failed=places["failed"],
        errors=_errors(session, backfill),
        notes=_notes(session, backfill),
    )


def _by_status(
    session: Session, table: type[Article | BackfillPlace | CandidateRow], backfill: Backfill
) -> Counter[str]:
    query = select(table.status, func.count()).where(table.backfill_id == backfill.id)
    return Counter(dict(session.exec(query.group_by(table.status)).all()))


def _with_reason(session: Session, backfill: Backfill, reason: str) -> int:
    return session.exec(
        select(func.count())
        .where(CandidateRow.backfill_id == backfill.id)
        .where(col(CandidateRow.status).in_(("failed", "refused")))
        .where(col(CandidateRow.reason).startswith(reason))
    ).one()


def _errors(session: Session, backfill: Backfill) -> list[tuple[str, str]]:
    """Name places and candidates that failed; 200 at most."""
    places = session.exec(
        select(BackfillPlace.url, BackfillPlace.reason)
        .where(BackfillPlace.backfill_id == backfill.id, BackfillPlace.status == "failed")
        .order_by(BackfillPlace.url)
        .limit(MOST_ERRORS)
    ).all()
    pages = session.exec(
        select(CandidateRow.canonical_url, CandidateRow.reason)
        .where(CandidateRow.backfill_id == backfill.id)
        .where(col(CandidateRow.status).in_(("failed", "refused")))
        .where(~col(CandidateRow.reason).startswith(ROBOTS))
        .order_by(CandidateRow.canonical_url)
        .limit(MOST_ERRORS)
    ).all()
    return [(url, reason or "") for url, reason in (*places, *pages)][:MOST_ERRORS]


def _notes(session: Session, backfill: Backfill) -> list[tuple[str, str]]:
    """Tell what places left unread, each place's reasons in one line."""
    rows = session.exec(
        select(BackfillPlace.url, BackfillPlace.notes)
        .where(BackfillPlace.backfill_id == backfill.id)
        .order_by(BackfillPlace.url)
    )
    found = [(url, note) for url, notes in rows for note in notes]
    return found[:MOST_ERRORS]
