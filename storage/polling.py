"""When each source is looked at next, and who is looking at it now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select, update

from storage.tables import SourceState

# Clocks of machines that share an archive may differ by so much.
SKEW = timedelta(minutes=1)


def register(session: Session, sources: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """Make sure that each source (id → name, kind) has its row; a new one is due at once."""
    known = states(session)
    for source, (name, kind) in sources.items():
        state = known.get(source)
        if state is None:
            session.add(SourceState(id=source, name=name, kind=kind, next_check_at=now))
        else:
            state.name, state.kind = name, kind


def states(session: Session) -> dict[str, SourceState]:
    """Give what is known of all sources by id."""
    return {state.id: state for state in session.exec(select(SourceState))}


def state(session: Session, source: str) -> SourceState:
    """Give what is known of one source."""
    return session.get_one(SourceState, source)


def not_before(session: Session, source: str, moment: datetime) -> None:
    """Put a source's next check off to a moment, unless it is due later anyway."""
    known = state(session, source)
    known.next_check_at = max(known.next_check_at, moment)


def due(
    session: Session, sources: Iterable[str], now: datetime, limit: int, owner: str = ""
) -> Sequence[str]:
    """Give the ids of the sources, of those named, whose next check has come, longest due first.

    What ``owner`` holds is given too: it knows what it has in hand, and what it failed to let go of
    need not wait for the lease to end. A last check that is yet to come is one from before the
    clock was set back: what was planned after it means nothing.
    """
    found = session.exec(
        select(SourceState.id)
        .where(or_(SourceState.next_check_at <= now, col(SourceState.last_checked_at) > now + SKEW))
        .where(
            or_(
                col(SourceState.lease_until).is_(None),
                col(SourceState.lease_until) < now,
                col(SourceState.lease_by) == owner,
            )
        )
        .order_by(col(SourceState.next_check_at))
    )
    return named(found, sources, limit)


def named(found: Iterable[str], sources: Iterable[str], limit: int) -> Sequence[str]:
    """Give the first of some ids that are among the sources.

    To name thousands in a question that is asked every second would be most of its cost.
    """
    wanted = frozenset(sources)
    return list(islice((each for each in found if each in wanted), limit))


# Statements made once, as every poll uses them.
_TAKE = (
    update(SourceState)
    .where(col(SourceState.id) == bindparam("of_source"))
    .where(
        or_(
            col(SourceState.lease_until).is_(None),
            col(SourceState.lease_until) < bindparam("now"),
            col(SourceState.lease_by) == bindparam("owner"),
        )
    )
    .values(lease_until=bindparam("until"), lease_by=bindparam("owner"))
)
_LET_GO = (
    update(SourceState)
    .where(col(SourceState.id) == bindparam("of_source"))
    .where(col(SourceState.lease_by) == bindparam("owner"))
    .values(lease_until=None, lease_by=None)
)


def claim(session: Session, source: str, owner: str, now: datetime, lease: timedelta) -> bool:
    """Take a source for a poll unless somebody else has it; tells whether it is ours."""
    given = {"of_source": source, "owner": owner, "now": now, "until": now + lease}
    return session.connection().execute(_TAKE, given).rowcount == 1


def release(session: Session, source: str, owner: str) -> None:
    """Give a source back."""
    session.connection().execute(_LET_GO, {"of_source": source, "owner": owner})


def lease_owners(session: Session) -> set[str]:
    """Give everyone who holds a lease on a source."""
    owners = session.exec(
        select(SourceState.lease_by).where(col(SourceState.lease_by).is_not(None))
    )
    return {owner for owner in owners if owner}


def take_over(session: Session, owner: str) -> None:
    """Free what a dead owner held."""
    session.exec(
        update(SourceState)
        .where(col(SourceState.lease_by) == owner)
        .values(lease_until=None, lease_by=None)
    )


def checked(
    session: Session, source: str, now: datetime, *, new: int, error: str | None, pause: timedelta
) -> None:
    """Record a poll's outcome and when the next is due."""
    state = session.get_one(SourceState, source)
    state.last_checked_at = now
    state.last_error = error
    if error is None:
        state.last_success_at, state.failures = now, 0
    else:
        state.failures += 1
    if new:
        state.last_new_at = now
    state.interval_seconds = int(pause.total_seconds())
    state.next_check_at = now + pause


def ask_again(session: Session, source: str, moment: datetime) -> None:
    """Make a source due at a moment, without a word on how it fares."""
    state(session, source).next_check_at = moment


def wake(session: Session, source: str, now: datetime, pause: timedelta) -> None:
    """Make a source due now, or when a pause after its last poll is over."""
    state = session.get(SourceState, source)
    if state is not None:
        last = state.last_checked_at
        moment = now if last is None else max(now, last + pause)
        state.next_check_at = min(state.next_check_at, moment)


def set_enabled(session: Session, source: str, *, enabled: bool, now: datetime) -> None:
    """Switch a source on or off, whatever its file says."""
    state = session.get_one(SourceState, source)
    state.enabled = enabled
    if enabled:
        state.next_check_at = now
