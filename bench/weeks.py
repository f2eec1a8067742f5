"""Forty outlets for the freshness benchmark: three real rhythms, and thinned ones made of them.

The real rhythms are publication times in ``rhythm.csv.gz`` (outlet, feed, published, first_seen)
in the folder DIEMBAO_REAL, or ../shared/real beside the project. Without them an invented
generator with the same daily shape is used, and said.
"""

import csv
import gzip
import os
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.sources import Poll
from scheduler.rhythm import HOUR, USUAL_HOURS, USUAL_WEEKEND

WEEK = timedelta(weeks=1)
VIETNAM_MIDNIGHT = timedelta(hours=-7)
LEVELS = (60, 20, 5, 1)
OUTLETS = 40
# As the catalogue has it: the busy ones may be asked every two minutes.
BUSY = 60
QUICK = Poll(every=timedelta(minutes=2))


@dataclass(frozen=True, slots=True)
class Pool:
    """Whole weeks that are used together; the outlets made of them are shifted within them."""

    name: str
    start: datetime
    weeks: int

    @property
    def end(self) -> datetime:
        return self.start + WEEK * self.weeks


def monday(year: int, month: int, day: int) -> datetime:
    """Midnight in Vietnam."""
    return datetime(year, month, day, tzinfo=UTC) + VIETNAM_MIDNIGHT


# The program's constants were tuned on the first; the figures are measured in the second, whose end
# is the Sunday nine days before Tết.
TUNING = Pool("tuning", monday(2025, 8, 11), 14)
MEASURING = Pool("measuring", monday(2025, 11, 17), 12)


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet and its articles' publication times in order."""

    name: str
    level: int  # articles a day, as made
    published: Sequence[datetime]
    thinned: bool = True

    @property
    def poll(self) -> Poll:
        return QUICK if self.level >= BUSY else Poll()


def real_file() -> Path:
    beside = Path(__file__).parents[2] / "shared" / "real"
    return Path(os.environ.get("DIEMBAO_REAL", beside)) / "rhythm.csv.gz"


def read_rhythms(path: Path) -> dict[str, list[datetime]]:
    """Publication times by outlet, an article that is in several feeds once.

    Where none was seen sooner than seven hours after its time, that is UTC called Vietnam's.
    """
    times: dict[str, set[datetime]] = defaultdict(set)
    soonest: dict[str, timedelta] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            outlet, published = row["outlet"], datetime.fromisoformat(row["published"])
            lag = datetime.fromisoformat(row["first_seen"]) - published
            soonest[outlet] = min(lag, soonest.get(outlet, lag))
            times[outlet].add(published.astimezone(UTC))
    mend = {outlet: 7 * HOUR * (lag >= 7 * HOUR) for outlet, lag in soonest.items()}
    return {outlet: sorted(t + mend[outlet] for t in found) for outlet, found in times.items()}


def invent_rhythms() -> dict[str, list[datetime]]:
    """Three invented outlets of 120 articles a day by the usual hours."""
    chance = random.Random(1)  # noqa: S311 - a benchmark's dice, seeded
    rhythms: dict[str, list[datetime]] = {}
    for outlet in ("invented-a", "invented-b", "invented-c"):
        times = []
        hour = TUNING.start
        while hour < MEASURING.end:
            local = hour - VIETNAM_MIDNIGHT
            rate = 1.2 * USUAL_HOURS[local.hour] * (USUAL_WEEKEND if local.weekday() > 4 else 1)
            at = chance.expovariate(rate)
            while at < 1:
                times.append((hour + HOUR * at).replace(microsecond=0))
                at += chance.expovariate(rate)
            hour += HOUR
        rhythms[outlet] = times
    return rhythms


def make_outlets(rhythms: Mapping[str, Sequence[datetime]], pool: Pool) -> list[Outlet]:
    """The real ones as they are, the others thinned at random from them, weeks shifted."""
    chance = random.Random(pool.name)  # noqa: S311 - a benchmark's dice, seeded
    within = {o: [t for t in found if pool.start <= t < pool.end] for o, found in rhythms.items()}
    outlets = [
        Outlet(name, round(_a_day(found, pool)), found, thinned=False)
        for name, found in within.items()
    ]
    parents = sorted(within)
    for number in range(OUTLETS - len(outlets)):
        level, parent = LEVELS[number % len(LEVELS)], parents[number % len(parents)]
        share = level / _a_day(within[parent], pool)
        kept = [t for t in within[parent] if chance.random() < share]
        shift = WEEK * (number + 1)
        moved = sorted(
            pool.start + (t - pool.start + shift) % (pool.end - pool.start) for t in kept
        )
        outlets.append(Outlet(f"{level}-a-day-{number}", level, moved))
    return outlets


def _a_day(times: Sequence[datetime], pool: Pool) -> float:
    return len(times) / (7 * pool.weeks)
