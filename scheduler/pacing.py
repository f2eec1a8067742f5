"""When to look at a source again: pure arithmetic."""

from datetime import timedelta

from crawler.sources import Poll

# The pause grows with the time since the last find: an outlet silent for an hour is asked every
# five minutes, one silent for a day every two hours, always within its own bounds.
PAUSE_FOR_SILENCE = 1 / 12
JITTER = 0.1


def next_pause(poll: Poll, *, silent_for: timedelta, failures: int, chance: float) -> timedelta:
    """Give the pause before the next look.

    ``silent_for`` is the time since the source last had something new, ``failures`` the polls in a
    row that failed wholly, ``chance`` a random number 0–1 that keeps outlets from coming in step.
    """
    wish = silent_for * PAUSE_FOR_SILENCE
    if failures:
        wish = poll.every * 2 ** float(min(failures, 16))
    bounded = min(max(wish, poll.every), poll.at_most)
    return bounded * (1 + JITTER * chance)
