"""When a source is looked at next: what a poll found goes into its rhythm, out comes the pause."""

from collections.abc import Callable
from datetime import datetime, timedelta

from crawler.reports import SourceReport
from crawler.sources import Source
from scheduler.budget import Share
from scheduler.pacing import next_pause, obeying, spread
from scheduler.rhythm import Rhythm, as_json, begin, from_json, learn
from scheduler.wishes import remembered, soonest
from storage.tables import SourceState


def next_look(
    source: Source,
    state: SourceState,
    report: SourceReport,
    pace: float,
    now: datetime,
    chance: Callable[[], float],
) -> timedelta:
    """Learn from a poll that has just ended and give the pause until the next.

    ``state.trouble`` already counts this poll, ``state.last_checked_at`` does not yet; a poll
    that failed teaches nothing of the outlet's rhythm.
    """
    rhythm = from_json(state.rhythm)
    wishes = remembered(state.rhythm.get("wishes"), report.wishes, source.feeds)
    if not state.trouble:
        found = report.found
        rhythm = learn(rhythm, found, now) if rhythm else begin(found, now)
        state.rhythm = as_json(rhythm) | {"wishes": wishes}
    poll = obeying(source.poll, soonest(wishes, source.feeds))
    pause = next_pause(
        poll, rhythm or Rhythm(now), pace, now, trouble=state.trouble, chance=chance()
    )
    return pause if state.last_checked_at else spread(poll, pause, chance())


def share(source: Source, state: SourceState, now: datetime) -> Share:
    """Give what a source brings to the division of the budget; a new one, what is usual."""
    wishes = remembered(state.rhythm.get("wishes"), {}, source.feeds)
    poll = obeying(source.poll, soonest(wishes, source.feeds))
    return Share(poll, from_json(state.rhythm) or Rhythm(now))
