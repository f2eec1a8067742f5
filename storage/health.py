"""What a source's polls came to, day by day (Vietnam's), and how it stands."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, bindparam, insert
from sqlmodel import Session, and_, col, select, update

from storage.tables import SourceDay, SourceState

# Whose days they are.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# What was usual is learned from so many days.
HISTORY = timedelta(days=28)
# Counts that are no sums: they hold the latest value, and are left out when days are added up.
RUN = "run/"
UNREAD = "unread/"
# What went wrong, by severity and kind.
FAILURE = "failure/"
# How old articles were when they were stored: counts by the upper bound in seconds, and their sum.
FRESH = "fresh/"
FRESH_BOUNDS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)

# Statements made once, as every poll uses them: to put one together takes longer than to run it.
_HERE = and_(
    col(SourceDay.source) == bindparam("of_source"), col(SourceDay.day) == bindparam("on_day")
)
_COUNTS = select(col(SourceDay.counts)).where(_HERE)
_DAYS = (
    select(col(SourceDay.day), col(SourceDay.counts))
    .where(col(SourceDay.source) == bindparam("of_source"))
    .where(col(SourceDay.day) >= bindparam("since"))
    .order_by(col(SourceDay.day).desc())
)
_NOW = bindparam("now", type_=JSON)
_FIRST = insert(SourceDay).values(
    source=bindparam("of_source"), day=bindparam("on_day"), counts=_NOW
)
_AGAIN = update(SourceDay).where(_HERE).values(counts=_NOW)


def add(
    session: Session,
    source: str,
    day: date,
    sums: Mapping[str, int],
    *,
    marks: Mapping[str, int],
    gone: Collection[str],
) -> None:
    """Add to a source's day: ``sums`` are added up, ``marks`` put in place, ``gone`` taken out."""
    connection, here = session.connection(), {"of_source": source, "on_day": day}
    known = connection.execute(_COUNTS, here).scalar()
    counts = Counter(known or {})
    counts.update({name: count for name, count in sums.items() if count})
    kept = {name: count for name, count in counts.items() if name not in gone} | dict(marks)
    connection.execute(_FIRST if known is None else _AGAIN, here | {"now": kept})


def ages(stored: Iterable[timedelta]) -> Counter[str]:
    """Give the counts of how old articles were when they were stored."""
    counts: Counter[str] = Counter()
    for age in stored:
        seconds = max(age.total_seconds(), 0.0)
        bound = next((str(bound) for bound in FRESH_BOUNDS if seconds <= bound), "more")
        counts[f"{FRESH}{bound}"] += 1
        counts[f"{FRESH}sum"] += round(seconds)
    return counts


def of_day(session: Session, sources: Sequence[str], day: date) -> dict[str, dict[str, int]]:
    """Give the counts of sources on one day, of those that were looked at."""
    found: dict[str, dict[str, int]] = {}
    for start in range(0, len(sources), 500):
        here = col(SourceDay.source).in_(sources[start : start + 500])
        query = select(SourceDay.source, SourceDay.counts).where(here, SourceDay.day == day)
        found |= {source: dict(counts) for source, counts in session.exec(query)}
    return found


def days(session: Session, source: str, since: date) -> dict[date, dict[str, int]]:
    """Give the counts of a source's days from one on, the latest first."""
    found = session.connection().execute(_DAYS, {"of_source": source, "since": since})
    return {row.day: row.counts for row in found}


def summed(counted: Mapping[date, Mapping[str, int]]) -> Counter[str]:
    """Add days up."""
    total: Counter[str] = Counter()
    for counts in counted.values():
        total.update(
            {name: count for name, count in counts.items() if not name.startswith((RUN, UNREAD))}
        )
    return total


def reason(state: SourceState) -> dict[str, Any]:
    """Give why a source stands as it does: ``why`` (a word) and its facts; empty if all is well."""
    try:
        found = json.loads(state.state_reason or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def settle(
    session: Session,
    state: SourceState,
    standing: tuple[str, datetime | None],
    why: Mapping[str, Any],
) -> None:
    """Keep how a source stands, since when and why."""
    state.state, state.state_since = standing
    state.state_reason = json.dumps(why, ensure_ascii=False) if why else None
    session.add(state)
