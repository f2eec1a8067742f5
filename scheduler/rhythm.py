"""When an outlet publishes: learned from what its polls found, by the hour and the kind of day.

Days and hours are Vietnam's. All rates are articles an hour. Pure: nothing here reads a clock.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.dates import VIETNAM
from scheduler.lunar_year import days_around

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURS = 24
CELLS = 2 * HOURS  # the hours of a working day, then those of a Saturday or Sunday
DAYS_A_WEEK = (5, 2)

# What a poll says goes back a day: older articles are backfill, a longer gap was not watched, and
# a clock that jumped costs no more than that.
REACH = DAY
# Half of what was learned is forgotten after so many days watched.
MEMORY = timedelta(days=28)
# A flood, such as a site that dates everything anew, counts as so many in an hour.
MOST_AN_HOUR = 60

# How an outlet of which nothing is known is taken to publish: so many articles a working day, at
# these hours (shares of 100). It weighs as much as so many days watched.
USUAL_A_DAY = 20.0
USUAL_HOURS = (
    2.5, 1.5, 1.0, 1.0, 1.5, 2.0, 2.5, 3.5, 5.0, 6.5, 7.0, 6.0,
    5.5, 4.5, 6.0, 6.0, 6.5, 5.5, 5.0, 5.0, 5.5, 5.0, 3.5, 2.0,
)  # fmt: skip
USUAL_WEEKEND = 0.7
DAYS_FOR_LEVEL = 1.0
DAYS_FOR_HOURS = 10.0
USUAL_CELLS = tuple(
    kind * share / 100 * DAYS_FOR_HOURS for kind in (1.0, USUAL_WEEKEND) for share in USUAL_HOURS
)

# A burst, a holiday nobody entered or a night shift: what came lately against what was expected,
# weighed against so many articles as expected, within bounds.
LATELY = timedelta(hours=2)
STEADINESS = 4.0
MOST_SURPRISE = 4.0

# From the eve of the lunar new year on, outlets print less for some days.
TET = days_around(1, 5)
TET_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of an outlet's habits as of ``at``; older observations weigh less.

    ``days`` are the working days and weekend days watched, ``counts`` the articles by cell;
    ``recent`` are those of the last hours and ``expected`` what these hours let expect.
    """

    at: datetime
    days: tuple[float, float] = (0.0, 0.0)
    counts: tuple[float, ...] = (0.0,) * CELLS
    recent: float = 0.0
    expected: float = 0.0


def begin(found: Sequence[datetime | None], now: datetime) -> Rhythm:
    """Learn from a first poll: it watched since the oldest of the last day's articles.

    What has no date is not counted: it may be as old as the outlet.
    """
    dated = [moment for moment in found if moment and now - REACH < moment <= now]
    return learn(Rhythm(min(dated, default=now)), dated, now)


def learn(rhythm: Rhythm, found: Sequence[datetime | None], now: datetime) -> Rhythm:
    """Take in a later poll at ``now`` and the publication times of what it was first to find.

    None and future moments count as ``now``; what is older than a day is not counted.
    """
    since = max(min(rhythm.at, now), now - REACH)
    fresh = [min(moment or now, now) for moment in found]
    fresh = [moment for moment in fresh if moment > now - REACH]
    kept = 0.5 ** ((now - since) / MEMORY)
    days = [watched * kept for watched in rhythm.days]
    counts = [count * kept for count in rhythm.counts]
    expected = rhythm.expected * _fading(now - since)
    for moment, hours in pieces(since, now):
        expected += _habit(rhythm, moment) * hours * _fading(now - moment)
        if not _is_tet(moment):
            days[_cell(moment) // HOURS] += hours / HOURS
    for moment, number in _bounded(fresh).items():
        if not _is_tet(moment):
            counts[_cell(moment)] += number
    recent = rhythm.recent * _fading(now - since)
    recent += sum(_fading(now - moment) for moment in fresh[-MOST_AN_HOUR:])
    return Rhythm(now, (days[0], days[1]), tuple(counts), recent, expected)


def _bounded(fresh: Sequence[datetime]) -> dict[datetime, int]:
    by_hour = Counter(moment.replace(minute=0, second=0, microsecond=0) for moment in fresh)
    return {hour: min(number, MOST_AN_HOUR) for hour, number in by_hour.items()}


def rate(rhythm: Rhythm, moment: datetime) -> float:
    """Give the articles an hour to be expected at a moment, late surprises included."""
    surprise = (STEADINESS + rhythm.recent) / (STEADINESS + rhythm.expected)
    surprise = min(max(surprise, 1 / MOST_SURPRISE), MOST_SURPRISE)
    faded = 1 + (surprise - 1) * _fading(max(moment - rhythm.at, timedelta()))
    return _habit(rhythm, moment) * faded


def habits(rhythm: Rhythm) -> list[float]:
    """Give the articles an hour by cell, as the outlet usually publishes."""
    level = _level(rhythm)
    weights = [watched + DAYS_FOR_HOURS for watched in rhythm.days for _ in range(HOURS)]
    known = zip(rhythm.counts, USUAL_CELLS, weights, strict=True)
    return [(count + usual * level) / weight for count, usual, weight in known]


def _level(rhythm: Rhythm) -> float:
    """Give the articles a working day."""
    watched = rhythm.days[0] + rhythm.days[1] * USUAL_WEEKEND
    return (sum(rhythm.counts) + USUAL_A_DAY * DAYS_FOR_LEVEL) / (watched + DAYS_FOR_LEVEL)


def _habit(rhythm: Rhythm, moment: datetime) -> float:
    cell = _cell(moment)
    count = rhythm.counts[cell] + USUAL_CELLS[cell] * _level(rhythm)
    usual = count / (rhythm.days[cell // HOURS] + DAYS_FOR_HOURS)
    return usual * TET_SHARE if _is_tet(moment) else usual


def _cell(moment: datetime) -> int:
    local = moment.astimezone(VIETNAM)
    return local.hour + (HOURS if local.weekday() >= 5 else 0)


def _is_tet(moment: datetime) -> bool:
    return moment.astimezone(VIETNAM).date() in TET


def _fading(age: timedelta) -> float:
    return float(0.5 ** min(age / LATELY, 100.0))


def pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, float]]:
    """Part a span at full hours: (begin of the piece, its length in hours)."""
    while start < end:
        following = min(start.replace(minute=0, second=0, microsecond=0) + HOUR, end)
        yield start, (following - start) / HOUR
        start = following


def as_json(rhythm: Rhythm) -> dict[str, object]:
    """Give a rhythm as it is stored, in about 500 bytes.

    Five decimals, as a poll every few minutes takes no more than that from a count.
    """
    return {
        "at": rhythm.at.isoformat(timespec="seconds"),
        "days": [round(watched, 5) for watched in rhythm.days],
        "counts": [round(count, 5) for count in rhythm.counts],
        "recent": round(rhythm.recent, 5),
        "expected": round(rhythm.expected, 5),
    }


def from_json(stored: Mapping[str, object]) -> Rhythm | None:
    """Read a stored rhythm; None where there is none or it cannot be read."""
    try:
        at = datetime.fromisoformat(str(stored["at"])).astimezone(UTC)
        days, counts = _numbers(stored["days"], 2), _numbers(stored["counts"], CELLS)
        recent, expected = _numbers([stored["recent"], stored["expected"]], 2)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return Rhythm(at, (days[0], days[1]), tuple(counts), recent, expected)


def _numbers(stored: object, length: int) -> list[float]:
    if not isinstance(stored, list) or len(stored) != length:
        raise ValueError("another length")
    numbers = [float(number) for number in stored]
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        raise ValueError("no counts")
    return numbers
