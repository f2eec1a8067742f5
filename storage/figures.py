"""What waits, and for how long: figures of the whole archive, from short and bounded queries."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, text
from sqlmodel import Session, col, func, select

from storage import health, polling
from storage.backfill_tables import Backfill, BackfillPlace
from storage.tables import CandidateRow, Delivery, SourceState, Subscription

MOST_COUNTED = 100_000
"""Rows that wait are counted so far: to know that there are more helps nobody."""

Watched = Callable[[Mapping[str, SourceState]], Collection[str]]
"""Which of the known sources are switched on."""

_UNSENT = ("pending", "sending", "retrying", "dead")


@dataclass(frozen=True, slots=True)
class Depths:
    """How many wait in each state, and how long the longest due has waited, in seconds."""

    counts: Mapping[str, int]
    lag: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The archive at a moment; ``days`` are the counts of the day by source.

    ``watched`` are the sources that are switched on.
    ``polls`` counts ``due`` and ``running``, ``outbox`` the deliveries that are not done (``held``:
    of paused subscriptions), ``digests`` the subscriptions by status.
    """

    size: int
    states: Mapping[str, SourceState]
    watched: Collection[str]
    days: Mapping[str, Mapping[str, int]]
    polls: Depths
    candidates: int
    outbox: Depths
    digests: Depths


def read(session: Session, watched: Watched, now: datetime) -> Figures:
    """Read the figures."""
    states = polling.states(session)
    on = [source for source in watched(states) if source in states]
    return Figures(
        size=size(session),
        states=states,
        watched=frozenset(on),
        days=health.of_day(session, list(states), now.astimezone(health.VIETNAM).date()),
        polls=_polls([states[source] for source in on], now),
        candidates=_pending(session),
        outbox=_outbox(session, now),
        digests=_digests(session, now),
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """Backfills by status, done ones left out, and what they still have to ask and to fetch."""

    backfills: Mapping[str, int]
    places: int
    pages: int


def backlog(session: Session) -> Backlog:
    """Read how much history is still to be fetched."""
    statuses = session.exec(
        select(Backfill.status, func.count())
        .where(Backfill.status != "done")
        .group_by(Backfill.status)
    )
    places = select(BackfillPlace.url).where(text("status = 'todo'")).limit(MOST_COUNTED)
    pages = select(CandidateRow.source).where(text("status = 'waiting'")).limit(MOST_COUNTED)
    return Backlog(
        dict(statuses.all()),
        session.exec(select(func.count()).select_from(places.subquery())).one(),
        session.exec(select(func.count()).select_from(pages.subquery())).one(),
    )


def size(session: Session) -> int:
    """Give the size of the database in bytes, without what SQLite's WAL holds."""
    if session.get_bind().dialect.name == "postgresql":
        question = "SELECT pg_database_size(current_database())"
    else:
        question = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    return int(session.execute(text(question)).scalar_one())


def _polls(states: Collection[SourceState], now: datetime) -> Depths:
    running = [state for state in states if state.lease_until and state.lease_until >= now]
    taken = {state.id for state in running}
    due = [s.next_check_at for s in states if s.next_check_at <= now and s.id not in taken]
    lag = (now - min(due)).total_seconds() if due else 0.0
    return Depths({"due": len(due), "running": len(running)}, lag)


def _pending(session: Session) -> int:
    # In the words of the partial index.
    rows = select(CandidateRow.source).where(text("status = 'pending'")).limit(MOST_COUNTED)
    return session.exec(select(func.count()).select_from(rows.subquery())).one()


def _outbox(session: Session, now: datetime) -> Depths:
    rows = (
        select(Delivery.subscription_id, Delivery.status, Delivery.due_at)
        .where(col(Delivery.status).in_(_UNSENT))
        .limit(MOST_COUNTED)
        .subquery()
    )
    paused = col(Subscription.status) == "paused"
    found = session.execute(
        select(rows.c.status, paused, func.count(), func.min(rows.c.due_at))
        .join_from(rows, Subscription, col(Subscription.id) == rows.c.subscription_id)
        .group_by(rows.c.status, paused)
    ).all()
    counts: Counter[str] = Counter()
    due = [now]
    for status, is_paused, count, first in found:
        waits = status in ("pending", "retrying")
        counts["held" if waits and is_paused else status] += count
        if waits and not is_paused:
            due.append(first)
    return Depths(counts, (now - min(due)).total_seconds())


def _digests(session: Session, now: datetime) -> Depths:
    counts = session.exec(select(Subscription.status, func.count()).group_by(Subscription.status))
    due = and_(col(Subscription.status) == "active", col(Subscription.due_at) <= now)
    first = session.execute(select(func.min(Subscription.due_at)).where(due)).scalar()
    return Depths(dict(counts.all()), (now - first).total_seconds() if first else 0.0)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The fleet's queue: jobs by status, and the processes that take jobs from it."""

    jobs: Mapping[str, int]
    workers: int


def fleet(session: Session) -> Fleet | None:
    """Read the fleet's queue (`scheduler.fleet`); None where there is none."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    known = text("SELECT to_regclass('procrastinate_workers') IS NOT NULL")
    if not session.execute(known).scalar_one():
        return None
    counts = session.execute(
        text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
    ).all()
    alive = session.execute(text(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 min'"
    )).scalar_one()  # fmt: skip
    return Fleet(dict(map(tuple, counts)), alive)
