"""How long a source may be without news: what it usually brings, against what a gap should have.

Pure arithmetic on articles a day. Working days and weekends are told apart, hours weigh as the
source's rhythm knows them, Tết counts little, and no gap of less than a day is ever a silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import fmean, median

from crawler.dates import VIETNAM
from scheduler.lunar_year import days_around
from scheduler.rhythm import HOURS, USUAL_CELLS, from_json, habits

SHORTEST = timedelta(hours=24)
# Less is no rhythm yet: days looked at, articles in them.
LEAST_DAYS = 7
LEAST_ARTICLES = 5
# So many articles should have come in the gap. On seven months of three outlets, thinned to 60, 20,
# 5, 2, 1 and 0.5 articles a day, this gave one false alarm in some twenty years an outlet; the
# worst of them had one in under two.
EXPECTED = 10.0
# The first crawl of an outlet brings weeks at once, and so does one after a pause.
MOST_OVER_MEDIAN = 3
# About Tết a newsroom prints less, and an office is closed: not much is expected of either.
TET_SHARE = 0.1
TET = days_around(2, 6)

Hours = tuple[tuple[float, ...], tuple[float, ...]]
"""The shares of a day's articles by hour, of a working day and of a day of the weekend."""


def hours_of(stored: Mapping[str, object]) -> Hours:
    """Give when in the day a source publishes, as its stored rhythm knows it."""
    rhythm = from_json(stored)
    cells = habits(rhythm) if rhythm else list(USUAL_CELLS)
    return _shares(cells[:HOURS]), _shares(cells[HOURS:])


def _shares(cells: Sequence[float]) -> tuple[float, ...]:
    whole = sum(cells)
    return tuple(cell / whole for cell in cells)


@dataclass(frozen=True, slots=True)
class Usual:
    """What a source usually brings: articles on a working day, and on a day of the weekend."""

    workday: float = 0.0
    weekend: float = 0.0
    hours: Hours = field(default_factory=lambda: hours_of({}))

    def on(self, day: date, since: float = 0.0, until: float = HOURS) -> float:
        """Give the articles to be expected on a day between two of its hours."""
        rate = self.weekend if day.weekday() >= 5 else self.workday
        shares = self.hours[day.weekday() >= 5]
        part = sum(
            share * max(min(hour + 1, until) - max(hour, since), 0.0)
            for hour, share in enumerate(shares)
        )
        return rate * part * (TET_SHARE if day in TET else 1.0)


def usual(articles: Mapping[date, int], rhythm: Mapping[str, object]) -> Usual | None:
    """Learn from the articles of the days that were looked at; None if these are too few.

    What a day brings that follows days without a look is theirs too: these count as empty ones. Of
    the stored ``rhythm`` only the hours are taken, as its rates sink with the silence itself.
    """
    if len(articles) < LEAST_DAYS or sum(articles.values()) < LEAST_ARTICLES:
        return None
    first, last = min(articles), max(articles)
    span = (first + timedelta(days=count) for count in range((last - first).days + 1))
    ordinary = {day: articles.get(day, 0) for day in span if day not in TET}
    workdays = [count for day, count in ordinary.items() if day.weekday() < 5]
    weekends = [count for day, count in ordinary.items() if day.weekday() >= 5]
    return Usual(_mean(workdays), _mean(weekends), hours_of(rhythm))


def _mean(counts: Sequence[int]) -> float:
    """The mean without bursts; 0 of nothing, as what was never seen is not missed."""
    if not counts:
        return 0.0
    most = MOST_OVER_MEDIAN * (median(counts) + 1)
    return fmean(min(count, most) for count in counts)


def expected(rates: Usual, since: datetime, until: datetime) -> float:
    """Give how many articles should have come between two moments."""
    start, end = since.astimezone(VIETNAM), until.astimezone(VIETNAM)
    total, day = 0.0, start.date()
    while day <= end.date():
        total += rates.on(
            day,
            since=_hour(start) if day == start.date() else 0.0,
            until=_hour(end) if day == end.date() else HOURS,
        )
        day += timedelta(days=1)
    return total


def _hour(moment: datetime) -> float:
    return moment.hour + moment.minute / 60 + moment.second / 3600


def is_silent(rates: Usual | None, last_new: datetime, now: datetime) -> bool:
    """Tell whether a source has been without news for far longer than it ever is."""
    if rates is None or now - last_new < SHORTEST:
        return False
    return expected(rates, last_new, now) >= EXPECTED
