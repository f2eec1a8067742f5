"""How long a source may be without news: what it usually brings, against what a gap should have.

Pure arithmetic on articles a day. Working days and weekends are told apart, Tết counts little, and
no gap of less than a day is ever a silence, whatever the hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import fmean, median

from crawler.dates import VIETNAM

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
# Of the night nothing is expected.
OPENS, CLOSES = time(6), time(22)
# From two days before Tết to six after it, an outlet brings a tenth of what it does otherwise.
TET_SHARE = 0.1
TET = frozenset(
    day + timedelta(days=offset)
    for day in (
        date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26),
        date(2029, 2, 13), date(2030, 2, 2), date(2031, 1, 23), date(2032, 2, 11),
        date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8), date(2036, 1, 28),
    )
    for offset in range(-2, 7)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Usual:
    """What a source usually brings: articles on a working day, and on a day of the weekend."""

    workday: float = 0.0
    weekend: float = 0.0

    def on(self, day: date) -> float:
        """Give the articles to be expected on a day."""
        rate = self.weekend if day.weekday() >= 5 else self.workday
        return rate * TET_SHARE if day in TET else rate


def usual(articles: Mapping[date, int]) -> Usual | None:
    """Learn from the articles of the days that were looked at; None if these are too few.

    What a day brings that follows days without a look is theirs too: these count as empty ones.
    """
    if len(articles) < LEAST_DAYS or sum(articles.values()) < LEAST_ARTICLES:
        return None
    first, last = min(articles), max(articles)
    span = (first + timedelta(days=count) for count in range((last - first).days + 1))
    ordinary = {day: articles.get(day, 0) for day in span if day not in TET}
    workdays = [count for day, count in ordinary.items() if day.weekday() < 5]
    weekends = [count for day, count in ordinary.items() if day.weekday() >= 5]
    return Usual(_mean(workdays), _mean(weekends))


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
        opens, closes = (datetime.combine(day, hour, VIETNAM) for hour in (OPENS, CLOSES))
        awake = min(closes, end) - max(opens, start)
        total += rates.on(day) * max(awake / (closes - opens), 0.0)
        day += timedelta(days=1)
    return total


def is_silent(rates: Usual | None, last_new: datetime, now: datetime) -> bool:
    """Tell whether a source has been without news for far longer than it ever is."""
    if rates is None or now - last_new < SHORTEST:
        return False
    return expected(rates, last_new, now) >= EXPECTED
