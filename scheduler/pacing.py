"""When to look at a source again: pure arithmetic."""

import math
from datetime import datetime, timedelta

from crawler.sources import Poll
from scheduler.budget import HEED
from scheduler.rhythm import HOUR, Rhythm, pieces, rate

JITTER = 0.1
# A wish beyond this is a mistake: no server that has news means to be asked once a month.
MOST_BELIEVED = timedelta(days=1)
# How far the coming hours are looked through one by one.
LOOK_AHEAD = timedelta(days=14)


def obeying(poll: Poll, wish: timedelta) -> Poll:
    """Raise the shortest pause to what the server wishes, never beyond ``at_most``."""
    believed = wish if wish <= MOST_BELIEVED else timedelta()
    return Poll(min(max(poll.every, believed), poll.at_most), poll.at_most)


def next_pause(
    poll: Poll, rhythm: Rhythm, pace: float, now: datetime, *, trouble: float, chance: float
) -> timedelta:
    """Give the pause after a poll, between ``poll.every`` and ``poll.at_most``.

    ``pace`` is that of `scheduler.budget.common_pace`. ``trouble`` are the failures since the
    last success, weighed: each doubles the pause. ``chance`` is a random number 0–1 that keeps
    outlets from coming in step.
    """
    pause = max(until_due(rhythm, pace, now, poll.at_most), poll.every)
    grown = 2 ** min(max(trouble, 0.0), 32.0)
    pause = pause * grown if grown < poll.at_most / pause else poll.at_most
    shortest = max(poll.every, pause * (1 - JITTER))
    longest = min(poll.at_most, pause * (1 + JITTER))
    return shortest + (longest - shortest) * chance


def spread(poll: Poll, pause: timedelta, chance: float) -> timedelta:
    """Give the pause after a source's first poll: all begin together and are to part at once."""
    return poll.every + (pause - poll.every) * chance


def until_due(rhythm: Rhythm, pace: float, now: datetime, at_most: timedelta) -> timedelta:
    """Give the time until the polls that the coming hours deserve add up to one."""
    span = min(at_most, LOOK_AHEAD)
    polls = 0.0
    for moment, hours in pieces(now, now + span):
        speed = pace * math.sqrt(rate(rhythm, moment) + HEED)
        if polls + speed * hours >= 1:
            return moment - now + HOUR * ((1 - polls) / speed)
        polls += speed * hours
    return span / polls if polls * at_most > span else at_most
