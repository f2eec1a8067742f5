"""Backfills under way: what is still to be asked, what of it is due, and what came of it.

Who works on one holds its source, as for a poll; so one piece of it is in hand at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select, update

from storage.backfill_tables import Backfill, BackfillPlace
from storage.dialects import insert_unless_known
from storage.tables import CandidateRow
from storage.waiting import later

# Places that could not be asked are tried again after these pauses, then given up.
PLACE_PAUSES = (timedelta(seconds=30), timedelta(minutes=2))
# After pieces of which nothing came; then the backfill is stuck until somebody asks for it again.
FRUITLESS_PAUSES = (
    timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remaining:
    """How far a backfill is: places and candidates, in all and of these settled."""

    places: int
    places_done: int
    candidates: int
    candidates_done: int


def begin(
    session: Session, source: str, days: tuple[date, date], now: datetime
) -> tuple[Backfill, bool]:
    """Give the backfill of some days of a source, and whether it goes on with an earlier one.

    One that is done is begun anew.
    """
    known = session.exec(
        select(Backfill)
        .where(Backfill.source == source, Backfill.status != "done")
        .where(Backfill.first_day == days[0], Backfill.last_day == days[1])
        .order_by(col(Backfill.id).desc())
    ).first()
    if known is None:
        fresh = Backfill(
            source=source, first_day=days[0], last_day=days[1], begun_at=now, next_at=now
        )
        session.add(fresh)
        session.flush()
        return fresh, False
    if known.status == "stuck":
        known.status, known.reason, known.fruitless = "open", None, 0
    known.next_at = min(known.next_at, now)
    session.add(known)
    session.flush()
    return known, True


def get(session: Session, backfill_id: int) -> Backfill:
    """Give a backfill."""
    return session.get_one(Backfill, backfill_id)


def open_ones(session: Session) -> Sequence[Backfill]:
    """Give the backfills that are not at their end, the soonest due first."""
    return session.exec(
        select(Backfill).where(Backfill.status == "open").order_by(col(Backfill.next_at))
    ).all()


def add_places(session: Session, places: Iterable[BackfillPlace]) -> None:
    """Add places that a backfill is to ask, unless it has them already."""
    statement = insert_unless_known(session, BackfillPlace)
    later(session, statement, *(place.model_dump() for place in places))


def places(session: Session, backfill_id: int) -> int:
    """Count the places of a backfill."""
    of_it = select(func.count()).where(BackfillPlace.backfill_id == backfill_id)
    return int(session.exec(of_it).one())


def place(session: Session, backfill_id: int, url: str) -> BackfillPlace:
    """Give a place of a backfill."""
    return session.get_one(BackfillPlace, (backfill_id, url))


def next_places(
    session: Session, backfill_id: int, now: datetime, limit: int
) -> Sequence[BackfillPlace]:
    """Give the places to be asked now, those of the oldest days first."""
    return session.exec(
        select(BackfillPlace)
        .where(BackfillPlace.backfill_id == backfill_id, BackfillPlace.status == "todo")
        .where(BackfillPlace.next_at <= now)
        .order_by(
            col(BackfillPlace.day).is_(None), col(BackfillPlace.day), col(BackfillPlace.page),
            col(BackfillPlace.next_at), col(BackfillPlace.url),
        )
        .limit(limit)
    ).all()  # fmt: skip


def probing(session: Session, backfill_id: int) -> Sequence[BackfillPlace]:
    """Give the pages whose dates are known as far as they will be: no probe of theirs waits."""
    waiting = (
        select(CandidateRow.via)
        .where(CandidateRow.backfill_id == backfill_id, CandidateRow.status == "waiting")
        .where(col(CandidateRow.via) == col(BackfillPlace.url))
    )
    return session.exec(
        select(BackfillPlace)
        .where(BackfillPlace.backfill_id == backfill_id, BackfillPlace.status == "probing")
        .where(~waiting.exists())
    ).all()


def place_failed(place: BackfillPlace, reason: str, now: datetime) -> None:
    """Note that a place could not be asked or read: tried again later, or given up."""
    place.reason = reason
    if place.attempts < len(PLACE_PAUSES):
        place.next_at = now + PLACE_PAUSES[place.attempts]
    else:
        place.status = "failed"
    place.attempts += 1


def next_moment(session: Session, backfill_id: int) -> datetime | None:
    """Give the moment from which on there is something to do, None if there never is."""
    place = session.exec(
        select(func.min(BackfillPlace.next_at)).where(
            BackfillPlace.backfill_id == backfill_id, BackfillPlace.status == "todo"
        )
    ).one()
    candidate = session.exec(
        select(func.min(CandidateRow.next_attempt_at)).where(
            CandidateRow.backfill_id == backfill_id, CandidateRow.status == "waiting"
        )
    ).one()
    return min((moment for moment in (place, candidate) if moment), default=None)


def fruitless(backfill: Backfill, reason: str, now: datetime) -> None:
    """Note a piece of which nothing came: a pause, and after some of them the end for now."""
    backfill.reason = reason
    if backfill.fruitless < len(FRUITLESS_PAUSES):
        backfill.next_at = now + FRUITLESS_PAUSES[backfill.fruitless]
    else:
        backfill.status, backfill.ended_at = "stuck", now
    backfill.fruitless += 1


def wait(session: Session, backfill_id: int, moment: datetime, reason: str) -> None:
    """Let a backfill rest until a moment."""
    session.exec(
        update(Backfill)
        .where(col(Backfill.id) == backfill_id)
        .values(next_at=moment, reason=reason)
    )


def remaining(session: Session, backfill_id: int) -> Remaining:
    """Count what there is of a backfill and what of it is settled."""
    places = dict(
        session.exec(
            select(BackfillPlace.status, func.count())
            .where(BackfillPlace.backfill_id == backfill_id)
            .group_by(BackfillPlace.status)
        ).all()
    )
    candidates = dict(
        session.exec(
            select(CandidateRow.status, func.count())
            .where(CandidateRow.backfill_id == backfill_id)
            .group_by(CandidateRow.status)
        ).all()
    )
    held = candidates.pop("held", 0)  # may never be fetched
    waiting = candidates.get("waiting", 0)
    found = sum(candidates.values())
    left = places.get("todo", 0) + places.get("probing", 0)
    total = sum(places.values())
    return Remaining(total, total - left, found + (held if not waiting else 0), found - waiting)
