"""The candidates of backfills: they wait apart from those of polls, and give way to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, delete, or_, select, update

from storage import candidates
from storage.candidates import AWAITED, Sighting
from storage.tables import Article, CandidateRow

# A page that could not be had is tried again after these pauses, then given up.
RETRY_PAUSES = (timedelta(seconds=30), timedelta(minutes=2))
_MOST_IN_ONE_QUERY = 500


def expect(
    session: Session,
    backfill: tuple[int, str],
    sightings: Sequence[Sighting],
    now: datetime,
    *,
    status: str = "waiting",
) -> int:
    """Store what a place of a backfill (its id and source) shows, to be fetched, or ``held``.

    What the archive knows already is left alone, and counted: the number is given. What was given
    up earlier gets another chance; what another backfill left is taken on.
    """
    backfill_id, source = backfill
    known = candidates.Known.of(session, source, sightings)
    left = 0
    for sighting in sightings:
        row = known.row(sighting)
        if row is None:
            row = candidates.first_sight(source, sighting, now)
            session.add(row)
        elif row.backfill_id == backfill_id:
            if row.status == "held" and status == "waiting":
                row.status = status
            continue
        elif row.status not in (*AWAITED, "failed"):
            left += 1
            continue
        row.backfill_id, row.status, row.attempts, row.reason = backfill_id, status, 0, None
        row.next_attempt_at, row.via = now, sighting.via
        known.add(row)
    return left


def next_ones(
    session: Session, backfill_id: int, now: datetime, limit: int
) -> Sequence[CandidateRow]:
    """Give the candidates to be fetched now, those that wait longest first."""
    return session.exec(
        select(CandidateRow)
        .where(CandidateRow.backfill_id == backfill_id, CandidateRow.status == "waiting")
        .where(col(CandidateRow.next_attempt_at) <= now)
        .order_by(col(CandidateRow.next_attempt_at))
        .limit(limit)
    ).all()


def put_off(
    session: Session, canonical_url: str, key: str | None, reason: str, now: datetime
) -> None:
    """Note a failed fetch: another try soon, or given up after the last one."""
    row = candidates.find(session, canonical_url, key)
    if row is None or row.status != "waiting":
        return
    row.reason = reason
    if row.attempts < len(RETRY_PAUSES):
        row.next_attempt_at = now + RETRY_PAUSES[row.attempts]
    else:
        row.status = "failed"
    row.attempts += 1


def tries(session: Session, canonical_url: str) -> int:
    """Give how often a candidate has been tried in vain."""
    row = session.get(CandidateRow, canonical_url)
    return row.attempts if row else 0


def let_go_on(session: Session, backfill_id: int, via: str) -> None:
    """Let what a place showed and was held be fetched."""
    session.exec(update(CandidateRow).where(_held(backfill_id, via)).values(status="waiting"))


def drop(session: Session, backfill_id: int, via: str) -> None:
    """Forget what a place showed and was held: it is not of the days that are wanted."""
    session.exec(delete(CandidateRow).where(_held(backfill_id, via)))


def _held(backfill_id: int, via: str) -> ColumnElement[bool]:
    return and_(
        col(CandidateRow.backfill_id) == backfill_id,
        col(CandidateRow.status) == "held",
        col(CandidateRow.via) == via,
    )


def dates(session: Session, addresses: Sequence[str]) -> list[datetime]:
    """Give the publication times, as far as they are known, of articles under some addresses."""
    found: list[datetime] = []
    for start in range(0, len(addresses), _MOST_IN_ONE_QUERY):
        part = addresses[start : start + _MOST_IN_ONE_QUERY]
        rows = session.exec(
            select(Article.published_at)
            .join(CandidateRow, col(CandidateRow.article_id) == col(Article.id))
            .where(col(CandidateRow.canonical_url).in_(part))
            .where(col(Article.published_at).is_not(None))
        )
        found += [moment for moment in rows if moment]
    return found


def unknown(session: Session, addresses: Sequence[str]) -> set[str]:
    """Give those of some addresses that the archive has not, or not yet fetched."""
    found: set[str] = set()
    for start in range(0, len(addresses), _MOST_IN_ONE_QUERY):
        part = addresses[start : start + _MOST_IN_ONE_QUERY]
        settled = select(CandidateRow.canonical_url).where(
            col(CandidateRow.canonical_url).in_(part),
            or_(col(CandidateRow.backfill_id).is_(None), col(CandidateRow.article_id).is_not(None)),
        )
        found |= {*part} - {*session.exec(settled)}
    return found
