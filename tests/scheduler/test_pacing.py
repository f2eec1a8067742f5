import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import Poll
from scheduler.budget import HEED
from scheduler.pacing import JITTER, next_pause, obeying, spread, until_due
from scheduler.rhythm import Rhythm, rate

NOON = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)  # a Wednesday in Vietnam
MIDNIGHT = datetime(2025, 11, 25, 17, 0, tzinfo=UTC)
POLL = Poll(every=timedelta(minutes=5), at_most=timedelta(hours=6))
MINUTE = timedelta(minutes=1)


def pause(poll=POLL, rhythm=None, pace=4.0, now=NOON, trouble=0.0, chance=0.5):
    return next_pause(poll, rhythm or Rhythm(now), pace, now, trouble=trouble, chance=chance)


def test_pause_is_that_of_the_root_of_the_rate():
    polls_an_hour = 4.0 * math.sqrt(rate(Rhythm(NOON), NOON) + HEED)
    assert pause() / timedelta(hours=1) == pytest.approx(1 / polls_an_hour)


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        pytest.param(1e9, timedelta(minutes=5), id="never-sooner-than-every"),
        pytest.param(1e-9, timedelta(hours=6), id="never-later-than-at-most"),
        pytest.param(0.0, timedelta(hours=6), id="no-pace-at-all"),
    ],
)
def test_pause_keeps_to_its_bounds(pace, expected):
    chance = 0.0 if expected == POLL.every else 1.0
    assert pause(pace=pace, chance=chance) == expected


def test_quiet_hours_are_passed_over_until_the_morning_comes():
    # At the night's own speed it would take longer than until morning.
    slow = 0.3
    at_night = 1 / (slow * math.sqrt(rate(Rhythm(MIDNIGHT), MIDNIGHT + timedelta(hours=3)) + HEED))
    found = pause(Poll(at_most=timedelta(days=2)), pace=slow, now=MIDNIGHT)
    assert found < timedelta(hours=at_night)


def test_busier_outlet_is_looked_at_sooner():
    busy = Rhythm(NOON, (10.0, 4.0), (100.0,) * 48)
    calm = Rhythm(NOON, (10.0, 4.0), (1.0,) * 48)
    assert pause(rhythm=busy) < pause(rhythm=calm)


def test_burst_is_followed_sooner_and_a_lull_later():
    burst, lull = Rhythm(NOON, recent=12.0, expected=2.0), Rhythm(NOON, recent=0.0, expected=12.0)
    assert pause(rhythm=burst) < pause() < pause(rhythm=lull)


@pytest.mark.parametrize(
    ("trouble", "factor"),
    [
        pytest.param(0.25, 2**0.25, id="temporary-failure"),
        pytest.param(0.5, 2**0.5, id="soft-failure"),
        pytest.param(1.0, 2.0, id="hard-failure"),
        pytest.param(3.0, 8.0, id="three-hard-failures"),
    ],
)
def test_trouble_doubles_the_pause_for_each_unit(trouble, factor):
    assert pause(trouble=trouble) / pause() == pytest.approx(factor)


@pytest.mark.parametrize("trouble", [10.0, 1e6, math.inf])
def test_source_in_endless_trouble_is_still_asked(trouble):
    assert pause(trouble=trouble, chance=1.0) == POLL.at_most


def test_pause_is_the_usual_one_as_soon_as_trouble_is_over():
    assert pause(trouble=9.0) > pause(trouble=0.0) == pause()


def test_chance_moves_a_pause_by_a_tenth_at_most_either_way():
    early, late = pause(chance=0.0), pause(chance=1.0)
    assert early / pause() == pytest.approx(1 - JITTER)
    assert late / pause() == pytest.approx(1 + JITTER)


def test_outlets_at_their_shortest_pause_do_not_stay_in_step():
    quick = {pause(pace=1e9, chance=chance) for chance in (0.0, 0.3, 1.0)}
    assert len(quick) == 3
    assert min(quick) == POLL.every


def test_first_polls_are_spread_over_the_whole_pause():
    found = [spread(POLL, timedelta(minutes=25), chance) for chance in (0.0, 0.5, 1.0)]
    assert found == [5 * MINUTE, 15 * MINUTE, 25 * MINUTE]


def test_source_with_one_rate_keeps_it():
    steady = Poll(every=timedelta(seconds=1), at_most=timedelta(seconds=1))
    assert pause(steady, trouble=9.0) == pause(steady, chance=0.0) == timedelta(seconds=1)


def test_span_longer_than_the_hours_looked_through_is_carried_on():
    patient = timedelta(days=365)
    assert timedelta(days=14) < until_due(Rhythm(NOON), 0.002, NOON, patient) < patient


@pytest.mark.parametrize(
    ("wish", "minutes"),
    [
        pytest.param(timedelta(0), 5, id="none"),
        pytest.param(timedelta(minutes=2), 5, id="shorter-than-every"),
        pytest.param(timedelta(hours=1), 60, id="an-hour"),
        pytest.param(timedelta(hours=12), 360, id="longer-than-at-most"),
        pytest.param(timedelta(days=1), 360, id="a-day"),
        pytest.param(timedelta(days=3650), 5, id="ten-years-are-a-mistake"),
        pytest.param(timedelta(seconds=-9), 5, id="negative"),
    ],
)
def test_wish_of_the_server_is_the_least_pause_within_the_bounds(wish, minutes):
    obedient = obeying(POLL, wish)
    assert obedient == Poll(timedelta(minutes=minutes), POLL.at_most)
    assert pause(obedient, pace=1e9, chance=0.0) == timedelta(minutes=minutes)


@given(
    pace=st.floats(0, 1e9),
    trouble=st.floats(0, 1e6),
    chance=st.floats(0, 1),
    recent=st.floats(0, 1e6),
    expected=st.floats(0, 1e6),
    hours=st.integers(0, 10**5),
)
def test_pause_never_leaves_its_bounds(pace, trouble, chance, recent, expected, hours):
    now = NOON + timedelta(hours=hours)
    rhythm = Rhythm(now, recent=recent, expected=expected)
    found = next_pause(POLL, rhythm, pace, now, trouble=trouble, chance=chance)
    assert POLL.every <= found <= POLL.at_most
