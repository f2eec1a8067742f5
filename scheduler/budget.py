"""One budget of polls for all sources, and how it is divided among them.

Most is gained if each is asked in proportion to the square root of its rate: that division makes
the sum of all articles' delays least. Pure: nothing here reads a clock.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from crawler.sources import Poll
from scheduler.rhythm import DAYS_A_WEEK, HOUR, HOURS, Rhythm, habits

# As many polls in all as asking each source once in so long.
USUAL_PAUSE = timedelta(minutes=10)
# What is left for bursts, and for outlets that turn out busier than was known.
RESERVE = 0.03
# Habits change slowly: the division is counted anew only now and then.
GOOD_FOR = timedelta(minutes=10)
# Added to every rate, articles an hour: the one article of a quiet outlet is not to wait for ever.
HEED = 1 / 24
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Share:
    """What a source brings to the division: its bounds and its rhythm."""

    poll: Poll
    rhythm: Rhythm


@dataclass(slots=True)
class Budget:
    """The common pace as it was counted last."""

    usual_pause: timedelta = USUAL_PAUSE
    counted_at: datetime | None = None
    pace: float = 1.0

    def current(self, shares: Callable[[], Sequence[Share]], now: datetime) -> float:
        """Give the common pace, counted anew if it is old or the clock was put back."""
        if self.counted_at is None or not timedelta() <= now - self.counted_at < GOOD_FOR:
            self.pace = common_pace(shares(), self.usual_pause)
            self.counted_at = now
        return self.pace


def common_pace(shares: Sequence[Share], usual_pause: timedelta = USUAL_PAUSE) -> float:
    """Give the factor between a source's polls an hour and the root of its articles an hour.

    With it all together use up the budget in an average week. What those at their shortest pause
    leave over goes to the others. One that its file wants asked oftener than the usual pause at
    any time brings the budget for that along.
    """
    if not shares:
        return 1.0
    roots = np.sqrt(np.array([habits(share.rhythm) for share in shares]) + HEED)
    least = np.array([[HOUR / share.poll.at_most] for share in shares])
    most = np.array([[HOUR / share.poll.every] for share in shares])
    hours = np.repeat(DAYS_A_WEEK, HOURS)
    polls_an_hour = np.maximum(least, HOUR / usual_pause * (1 - RESERVE)).sum()
    budget = float(polls_an_hour * hours.sum())
    low, high = math.log((least / roots).min()), math.log((most / roots).max())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        polls = float((np.clip(math.exp(middle) * roots, least, most) * hours).sum())
        low, high = (middle, high) if polls <= budget else (low, middle)
    return math.exp(low)
