from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import Poll
from scheduler.pacing import JITTER, next_pause

POLL = Poll(every=timedelta(minutes=5), at_most=timedelta(hours=6))


def pause(hours=0.0, failures=0, chance=0.0, poll=POLL):
    silent = timedelta(hours=hours)
    return next_pause(poll, silent_for=silent, failures=failures, chance=chance)


@pytest.mark.parametrize(
    ("silent_hours", "failures", "minutes"),
    [
        pytest.param(0, 0, 5, id="something-new-just-now"),
        pytest.param(1, 0, 5, id="an-hour-silent"),
        pytest.param(12, 0, 60, id="half-a-day-silent"),
        pytest.param(24, 0, 120, id="a-day-silent"),
        pytest.param(24 * 365, 0, 360, id="a-year-silent"),
        pytest.param(0, 1, 10, id="first-failure"),
        pytest.param(0, 2, 20, id="second-failure"),
        pytest.param(0, 7, 360, id="many-failures"),
        pytest.param(0, 10**9, 360, id="failures-without-end"),
        pytest.param(-5, 0, 5, id="clock-put-back"),
    ],
)
def test_pause_grows_with_silence_and_failures_within_bounds(silent_hours, failures, minutes):
    assert pause(silent_hours, failures) == timedelta(minutes=minutes)


def test_chance_makes_a_pause_a_tenth_longer_at_most():
    assert pause(12, chance=1.0) == pause(12) * (1 + JITTER)


def test_source_with_one_rate_keeps_it():
    steady = Poll(every=timedelta(seconds=1), at_most=timedelta(seconds=1))
    assert pause(1000, poll=steady) == pause(0, 9, poll=steady) == timedelta(seconds=1)


@given(hours=st.floats(0, 10**5), failures=st.integers(0, 10**6), chance=st.floats(0, 1))
def test_pause_never_leaves_its_bounds(hours, failures, chance):
    assert POLL.every <= pause(hours, failures, chance) <= POLL.at_most * (1 + JITTER)
