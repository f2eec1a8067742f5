"""How soon articles are seen: a week replayed over forty outlets, at the same number of requests.

The adaptive pacing is the program's own (scheduler.rhythm, .budget, .pacing), called as a poll
calls it, under a simulated clock; an article is seen by the first poll after its publication.
"""

import heapq
import math
import random
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import fmean, median, quantiles

from weeks import (
    MEASURING,
    QUICK,
    WEEK,
    Outlet,
    invent_rhythms,
    make_outlets,
    read_rhythms,
    real_file,
)  # fmt: skip

from crawler.dates import VIETNAM
from crawler.sources import Poll
from scheduler.budget import USUAL_PAUSE, Budget, Share
from scheduler.pacing import next_pause, spread
from scheduler.rhythm import (
    DAY,
    USUAL_A_DAY,
    USUAL_WEEKEND,
    Rhythm,
    as_json,
    begin,
    from_json,
    learn,
)

WARM_UP = 4  # weeks
SEEN_AT_FIRST = 50  # a feed's length
MINUTE = timedelta(minutes=1)
BUDGETS = (0.25, 0.5, 1.0, 2.0, 4.0)

Pacing = Callable[[Outlet, datetime, Sequence[datetime]], timedelta]


@dataclass
class Week:
    """What a week of polls came to: delays in minutes by outlet, requests."""

    delays: dict[str, list[float]] = field(default_factory=dict)
    requests: int = 0

    def every(self) -> list[float]:
        return [delay for delays in self.delays.values() for delay in delays]

    def medians(self) -> list[float]:
        return [median(delays) for delays in self.delays.values() if delays]


def replay(outlets: Sequence[Outlet], pacing: Pacing, start: datetime, week: datetime) -> Week:
    """Poll from ``start`` on; measure the articles published in the week, and its requests."""
    chance = random.Random(2)  # noqa: S311 - a benchmark's dice, seeded
    due = [(start + USUAL_PAUSE * chance.random(), n) for n in range(len(outlets))]
    heapq.heapify(due)
    read = [max(0, bisect_right(o.published, start) - SEEN_AT_FIRST) for o in outlets]
    result = Week({outlet.name: [] for outlet in outlets})
    # Beyond the week's end, until every article of it is seen.
    while due[0][0] < week + WEEK + DAY:
        now, n = due[0]
        outlet, begun = outlets[n], read[n]
        read[n] = bisect_right(outlet.published, now)
        found = outlet.published[begun : read[n]]
        result.requests += week <= now < week + WEEK
        result.delays[outlet.name] += [
            (now - t) / MINUTE for t in found if max(week, start) < t < week + WEEK
        ]
        heapq.heapreplace(due, (now + pacing(outlet, now, found), n))
    return result


@dataclass
class Adaptive:
    """The program's pacing."""

    outlets: Sequence[Outlet]
    usual_pause: timedelta = USUAL_PAUSE
    rhythms: dict[str, Rhythm] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.budget = Budget(self.usual_pause)
        self.chance = random.Random(3)  # noqa: S311 - a benchmark's dice, seeded

    def __call__(self, outlet: Outlet, now: datetime, found: Sequence[datetime]) -> timedelta:
        known = self.rhythms.get(outlet.name)
        rhythm = learn(known, found, now) if known else begin(found, now)
        self.rhythms[outlet.name] = rhythm = from_json(as_json(rhythm)) or rhythm
        pace = self.budget.current(lambda: self.shares(now), now)
        chance, used = self.chance.random(), self.used(rhythm)
        pause = next_pause(outlet.poll, used, pace, now, trouble=0.0, chance=chance)
        return pause if known else spread(outlet.poll, pause, self.chance.random())

    def shares(self, now: datetime) -> list[Share]:
        known = [(o.poll, self.rhythms.get(o.name) or Rhythm(now)) for o in self.outlets]
        return [Share(poll, self.used(rhythm)) for poll, rhythm in known]

    def used(self, rhythm: Rhythm) -> Rhythm:
        """What of the rhythm is used."""
        return rhythm


class HoursOnly(Adaptive):
    """Each outlet's own hours, but all outlets taken as equally busy."""

    def used(self, rhythm: Rhythm) -> Rhythm:
        watched, counted = rhythm.days[0] + rhythm.days[1] * USUAL_WEEKEND, sum(rhythm.counts)
        factor = USUAL_A_DAY * watched / counted if counted else 0.0
        counts = tuple(count * factor for count in rhythm.counts)
        return replace(rhythm, counts=counts, recent=0.0, expected=0.0)


def fixed(_outlet: Outlet, _now: datetime, _found: Sequence[datetime]) -> timedelta:
    return USUAL_PAUSE


def roots_only(outlets: Sequence[Outlet]) -> Pacing:
    """A constant pause by the square root of the outlet's true rate."""
    mean = fmean(math.sqrt(outlet.level) for outlet in outlets)
    return lambda outlet, _now, _found: USUAL_PAUSE * mean / math.sqrt(outlet.level)


def by_silence(share: float, every: timedelta) -> Pacing:
    """The rule before: a share of the time since something new was found."""
    last: dict[str, datetime] = {}

    def pause(outlet: Outlet, now: datetime, found: Sequence[datetime]) -> timedelta:
        if found or outlet.name not in last:
            last[outlet.name] = now
        return min(max((now - last[outlet.name]) * share, every), QUICK.at_most)

    return pause


def as_many(outlets: Sequence[Outlet], week: datetime, requests: int) -> tuple[str, Week]:
    """The rule before, with the share of the silence that comes nearest to so many requests."""
    few, many = 1.0, 24.0
    for _ in range(8):
        part = (few + many) / 2
        found = replay(outlets, by_silence(1 / part, QUICK.every), week - DAY, week)
        few, many = (few, part) if found.requests > requests else (part, many)
    return f"silence / {part:.1f}, from 2 minutes", found


def line(name: str, week: Week) -> str:
    every, medians = week.every(), week.medians()
    return (
        f"{name:<32} {week.requests:>8} {median(every):>7.2f} {quantiles(every, n=10)[-1]:>6.2f}"
        f" {fmean(every):>6.2f} {median(medians):>8.2f} {max(medians):>7.2f}"
    )


def by_level(outlets: Sequence[Outlet], week: Week) -> str:
    """Medians of the outlets' own medians, by articles a day; the real ones by name."""
    groups: dict[str, list[float]] = {}
    for outlet in outlets:
        group = f"{outlet.level} a day" if outlet.thinned else outlet.name
        if week.delays[outlet.name]:
            groups.setdefault(group, []).append(median(week.delays[outlet.name]))
    return ", ".join(f"{group} {median(found):.1f}" for group, found in groups.items())


def replays(outlets: Sequence[Outlet], week: datetime) -> Mapping[str, Week]:
    """All that is compared, by name."""
    learned = Adaptive(outlets)
    # A replay goes on for a day after its week: this one ends where the measured week begins.
    replay(outlets, learned, week - WEEK * WARM_UP, week - WEEK - DAY)
    rhythms = dict(learned.rhythms)
    found = {"fixed, 10 minutes": replay(outlets, fixed, week, week)}
    requests = found["fixed, 10 minutes"].requests
    before = by_silence(1 / 12, Poll().every)
    found["silence / 12, the rule before"] = replay(outlets, before, week - DAY, week)
    found |= dict([as_many(outlets, week, requests)])
    hours = HoursOnly(outlets, rhythms=dict(rhythms))
    found["hour of day only"] = replay(outlets, hours, week, week)
    found["root of the rate only"] = replay(outlets, roots_only(outlets), week, week)
    found["adaptive, nothing learned yet"] = replay(outlets, Adaptive(outlets), week, week)
    for factor in BUDGETS:
        pacing = Adaptive(outlets, USUAL_PAUSE / factor, dict(rhythms))
        found[f"adaptive, {factor:g} x the budget"] = replay(outlets, pacing, week, week)
    return found


def main() -> None:
    path = real_file()
    real = path.is_file()
    if not real:
        print(f"freshness: {path} is absent: an invented rhythm of the same daily shape is used")
    rhythms = read_rhythms(path) if real else invent_rhythms()
    outlets = make_outlets(rhythms, MEASURING)
    week = MEASURING.end - WEEK
    monday = week.astimezone(VIETNAM).date()
    articles = sum(week <= t < week + WEEK for o in outlets for t in o.published)
    print(f"freshness: {len(outlets)} outlets, {articles} articles in the week from {monday}")
    print(f"freshness: {WARM_UP} weeks to learn before it; delays in minutes from publication")
    head = f"{'median':>7} {'p90':>6} {'mean':>6} {'outlets':>8} {'worst':>7}"
    print(f"{'':<32} {'requests':>8} {head}")
    found = replays(outlets, week)
    for name, measured in found.items():
        print(line(name, measured))
    for name in ("fixed, 10 minutes", "adaptive, 1 x the budget"):
        print(f"{name}: {by_level(outlets, found[name])}")


if __name__ == "__main__":
    main()
