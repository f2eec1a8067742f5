"""How soon articles are seen: a week replayed over forty outlets, at the same number of requests.

The adaptive pacing is the program's own (scheduler.rhythm, .budget, .pacing), called as a poll
calls it, under a simulated clock; an article is seen by the first poll after its publication.
"""

import heapq
import math
import random
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median, quantiles

from weeks import (
    MEASURING,
    QUICK,
    TUNING,
    WEEK,
    Outlet,
    Pool,
    invent_rhythms,
    make_outlets,
    read_rhythms,
    real_file,
)

from crawler.sources import Poll
from scheduler.budget import USUAL_PAUSE, Budget, Share
from scheduler.pacing import next_pause, spread
from scheduler.rhythm import DAY, USUAL_A_DAY, USUAL_WEEKEND, Rhythm, begin, learn

WARM_UP = 8  # weeks
SEEN_AT_FIRST = 50  # a feed's length
MINUTE = timedelta(minutes=1)

Pacing = Callable[[Outlet, datetime, Sequence[datetime]], timedelta]


@dataclass
class Week:
    """What a week of polls came to: delays in minutes by outlet, requests."""

    delays: dict[str, list[float]] = field(default_factory=dict)
    requests: int = 0

    def line(self, name: str) -> str:
        every = [delay for delays in self.delays.values() for delay in delays]
        medians = [median(delays) for delays in self.delays.values() if delays]
        return (
            f"{name:<34} {self.requests:>8} {median(every):>7.2f} {quantiles(every, n=10)[-1]:>7.2f}"
            f" {sum(every) / len(every):>7.2f} {median(medians):>8.2f} {max(medians):>8.2f}"
        )


HEAD = f"{'':<34} {'requests':>8} {'median':>7} {'p90':>7} {'mean':>7} {'outlets:':>8} {'worst':>8}"


def replay(outlets: Sequence[Outlet], pace: Pacing, start: datetime, week: datetime) -> Week:
    """Poll from ``start`` on; measure the articles published in the week, and its requests."""
    chance = random.Random(2)  # noqa: S311 - a benchmark's dice, seeded
    due = [(start + 10 * MINUTE * chance.random(), n) for n in range(len(outlets))]
    heapq.heapify(due)
    read = [max(0, bisect_right(o.published, start) - SEEN_AT_FIRST) for o in outlets]
    result = Week({outlet.name: [] for outlet in outlets})
    # Beyond the week's end until every article of it is seen.
    while due and due[0][0] < week + WEEK + DAY:
        now, n = due[0]
        outlet = outlets[n]
        seen = bisect_right(outlet.published, now)
        found = outlet.published[read[n] : seen]
        read[n] = seen
        if week <= now < week + WEEK:
            result.requests += 1
        measured = [t for t in found if max(week, start) < t < week + WEEK]
        result.delays[outlet.name] += [(now - t) / MINUTE for t in measured]
        heapq.heapreplace(due, (now + pace(outlet, now, found), n))
    return result


@dataclass
class Adaptive:
    """The program's pacing. ``poll`` overrides the outlets' own bounds."""

    outlets: Sequence[Outlet]
    usual_pause: timedelta = USUAL_PAUSE
    rhythms: dict[str, Rhythm] = field(default_factory=dict)
    poll: Poll | None = None

    def __post_init__(self) -> None:
        self.budget = Budget(self.usual_pause)
        self.chance = random.Random(3)  # noqa: S311 - a benchmark's dice, seeded

    def __call__(self, outlet: Outlet, now: datetime, found: Sequence[datetime]) -> timedelta:
        known = self.rhythms.get(outlet.name)
        rhythm = learn(known or begin(found, now), found, now)
        self.rhythms[outlet.name] = rhythm
        pace = self.budget.current(self.shares, now)
        poll, chance = self.poll or outlet.poll, self.chance.random()
        pause = next_pause(poll, self.paced(rhythm), pace, now, trouble=0.0, chance=chance)
        return pause if known else spread(poll, pause, self.chance.random())

    def shares(self) -> list[Share]:
        return [
            Share(self.poll or o.poll, self.paced(self.rhythms[o.name]))
            for o in self.outlets
            if o.name in self.rhythms
        ]

    def paced(self, rhythm: Rhythm) -> Rhythm:
        """What of the rhythm is used."""
        return rhythm


class HoursOnly(Adaptive):
    """Each outlet's own hours, but all outlets taken as equally busy."""

    def paced(self, rhythm: Rhythm) -> Rhythm:
        watched, counted = rhythm.days[0] + rhythm.days[1] * USUAL_WEEKEND, sum(rhythm.counts)
        factor = USUAL_A_DAY * watched / counted if counted else 0.0
        counts = tuple(count * factor for count in rhythm.counts)
        return replace(rhythm, counts=counts, recent=0.0, expected=0.0)


def fixed(_outlet: Outlet, _now: datetime, _found: Sequence[datetime]) -> timedelta:
    return USUAL_PAUSE


def roots_only(outlets: Sequence[Outlet]) -> Pacing:
    """A constant pause by the square root of the outlet's true rate."""
    mean = sum(math.sqrt(o.level) for o in outlets) / len(outlets)
    return lambda outlet, _now, _found: USUAL_PAUSE * mean / math.sqrt(outlet.level)


def by_silence(share: float) -> Pacing:
    """The rule before: a share of the time since something new was found."""
    last: dict[str, datetime] = {}

    def pause(outlet: Outlet, now: datetime, found: Sequence[datetime]) -> timedelta:
        silent = now - (now if found else last.setdefault(outlet.name, now))
        last[outlet.name] = now - silent
        return min(max(silent * share, QUICK.every), QUICK.at_most)

    return pause


def with_as_many_requests(
    outlets: Sequence[Outlet], start: datetime, week: datetime, requests: int
) -> tuple[str, Week]:
    """The rule before with the share of the silence that comes to so many requests."""
    low, high = 1 / 1000, 1.0
    for _ in range(12):
        share = math.sqrt(low * high)
        result = replay(outlets, by_silence(share), start, week)
        low, high = (share, high) if result.requests > requests else (low, share)
    return f"silence / {1 / share:.0f}", result
