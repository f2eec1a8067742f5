import json
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.dates import VIETNAM
from scheduler.lunar_year import FIRST_DAYS, days_around
from scheduler.rhythm import (
    DAY,
    HOUR,
    HOURS,
    TET_SHARE,
    USUAL_A_DAY,
    Rhythm,
    as_json,
    begin,
    from_json,
    habits,
    learn,
    pieces,
    rate,
)

MONDAY = datetime(2025, 9, 1, tzinfo=VIETNAM).astimezone(UTC)


def at(day, hour, minute=0):
    """A moment so many days after the Monday, at an hour of Vietnam's."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def watched(hours, *, days, poll_every=1, rhythm=None):
    """Watch an outlet that publishes ten articles at each of these (weekday, hour)."""
    rhythm = rhythm or Rhythm(MONDAY)
    for hour in range(0, days * 24, poll_every):
        end = MONDAY + HOUR * (hour + poll_every)
        found = [
            MONDAY + HOUR * h + timedelta(minutes=6 * n)
            for h in range(hour, hour + poll_every)
            if ((h // 24) % 7, h % 24) in hours
            for n in range(10)
        ]
        rhythm = learn(rhythm, found, end)
    return rhythm


EVERY_MORNING = {(day, 8) for day in range(7)}
WORKING_MORNINGS = {(day, 8) for day in range(5)}


def test_outlet_of_which_nothing_is_known_is_taken_as_usual():
    assert sum(habits(Rhythm(MONDAY))[:HOURS]) == pytest.approx(USUAL_A_DAY)
    assert rate(Rhythm(MONDAY), at(0, 10)) > rate(Rhythm(MONDAY), at(0, 3))


@pytest.mark.parametrize("poll_every", [1, 6])
def test_hours_of_publication_are_learned(poll_every):
    rhythm = watched(EVERY_MORNING, days=56, poll_every=poll_every)
    assert rate(rhythm, at(56, 8)) == pytest.approx(10, rel=0.4)
    assert rate(rhythm, at(56, 20)) < 0.5
    assert sum(habits(rhythm)[:HOURS]) == pytest.approx(10, rel=0.1)


def test_weekends_are_learned_apart():
    rhythm = watched(WORKING_MORNINGS, days=56)
    assert rate(rhythm, at(57, 8)) > 5 * rate(rhythm, at(61, 8))  # Tuesday, Saturday


def test_rate_of_a_new_outlet_is_near_the_truth_after_a_day():
    rhythm = Rhythm(MONDAY)
    for hour in range(1, 25):
        now = MONDAY + HOUR * hour
        rhythm = learn(rhythm, [now - timedelta(minutes=m) for m in range(0, 60, 10)], now)
    assert 70 < sum(habits(rhythm)[:HOURS]) < 150  # of 144 a day, where 20 were supposed


def test_first_poll_watched_since_the_oldest_of_the_last_days_articles():
    now = at(3, 12)
    begun = begin([now - HOUR * 6, now - DAY * 40, now + DAY, now - HOUR], now)
    assert begun.at == now
    assert begun.days == pytest.approx((0.25, 0), abs=0.01)
    assert sum(begun.counts) == pytest.approx(2)


def test_undated_articles_of_a_first_poll_count_nothing():
    assert begin([None] * 200, at(3, 12)) == Rhythm(at(3, 12))


def test_habits_that_change_are_forgotten():
    evenings = {(day, 20) for day in range(7)}
    rhythm = watched(EVERY_MORNING, days=56)
    later = Rhythm(MONDAY, rhythm.days, rhythm.counts)
    later = watched(evenings, days=84, rhythm=later)
    assert rate(later, at(84, 20)) > 3 * rate(later, at(84, 8))


def test_burst_raises_the_rate_and_fades():
    now = at(10, 10)
    rhythm = Rhythm(now, (5.0, 2.0), (2.0,) * 48)
    calm = learn(rhythm, [], now + HOUR)
    burst = learn(rhythm, [now + HOUR - timedelta(minutes=n) for n in range(12)], now + HOUR)
    assert rate(burst, burst.at) > 1.5 * rate(calm, calm.at)
    tomorrow = burst.at + DAY
    assert rate(burst, tomorrow) == pytest.approx(rate(calm, tomorrow), rel=0.5)


def test_unexpected_silence_lowers_the_rate():
    # A holiday that is in no calendar.
    rhythm = watched({(day, hour) for day in range(7) for hour in range(24)}, days=14)
    quiet = learn(rhythm, [], rhythm.at + HOUR * 5)
    assert rate(quiet, quiet.at) < 0.5 * rate(rhythm, rhythm.at)


def test_tet_is_quieter():
    tet = datetime(2026, 2, 17, 3, tzinfo=UTC)
    rhythm = Rhythm(tet - DAY * 7, (5.0, 2.0), (2.0,) * 48)
    ordinary = rate(rhythm, tet - DAY * 7)
    assert rate(rhythm, tet) == pytest.approx(ordinary * TET_SHARE)
    assert rate(rhythm, tet + DAY * 7) == pytest.approx(ordinary)


def test_silence_of_tet_teaches_nothing():
    tet = datetime(2026, 2, 16, 17, tzinfo=UTC)
    rhythm = Rhythm(tet, (5.0, 2.0), (2.0,) * 48)
    for hour in range(1, 24 * 5):
        after = learn(rhythm, [], tet + HOUR * hour)
    assert after.days == pytest.approx(rhythm.days, rel=0.15)
    assert habits(after) == pytest.approx(habits(rhythm), rel=0.15)


@pytest.mark.parametrize(
    ("found", "most"),
    [
        pytest.param([None] * 500, 2.5, id="flood-without-dates"),
        pytest.param([at(56, 0)] * 500, 2.5, id="flood-of-one-moment"),
        pytest.param([at(n % 50, 8) for n in range(500)], 1.05, id="backfill-of-weeks"),
        pytest.param([datetime(1970, 1, 1, tzinfo=UTC)] * 500, 1.05, id="dates-of-long-ago"),
        pytest.param([datetime(9999, 12, 1, tzinfo=UTC)] * 500, 2.5, id="dates-of-the-future"),
    ],
)
def test_flood_does_not_spoil_what_was_learned(found, most):
    rhythm = watched({(day, hour) for day in range(7) for hour in (8, 9, 14)}, days=56)
    usual = sum(habits(rhythm))
    after = learn(rhythm, found, rhythm.at + timedelta(minutes=10))
    assert usual * 0.95 < sum(habits(after)) < usual * most
    assert all(one >= 0 for one in habits(after))


@pytest.mark.parametrize(
    "jump",
    [
        pytest.param(timedelta(days=3650), id="years-ahead"),
        pytest.param(-timedelta(days=3650), id="years-back"),
        pytest.param(timedelta(days=20), id="machine-was-off"),
    ],
)
def test_clock_that_jumps_costs_a_day_of_learning_at_most(jump):
    rhythm = watched(EVERY_MORNING, days=28)
    after = learn(rhythm, [], rhythm.at + jump)
    assert after.at == rhythm.at + jump
    assert sum(after.counts) > 0.95 * sum(rhythm.counts)
    assert sum(after.days) < sum(rhythm.days) + 1


def test_article_that_is_listed_late_counts_for_its_own_hour():
    now = at(0, 13)
    rhythm = learn(Rhythm(at(0, 12)), [at(0, 8, 30)], now)
    assert rhythm.counts[8] == 1


def test_rhythm_survives_its_storage():
    rhythm = watched(WORKING_MORNINGS, days=28)
    stored = json.dumps(as_json(rhythm))
    again = from_json(json.loads(stored))
    assert len(stored) < 800
    assert again.at == rhythm.at
    assert habits(again) == pytest.approx(habits(rhythm), rel=0.001)


def test_rhythm_stored_after_each_poll_forgets_as_one_that_is_not():
    kept = stored = Rhythm(MONDAY, (20.0, 8.0), (0.5, 5.0, 50.0) * 16)
    for poll in range(1, 6 * 24 * 7):
        now = MONDAY + timedelta(minutes=10) * poll
        kept, stored = learn(kept, [], now), from_json(as_json(learn(stored, [], now)))
    assert stored.counts == pytest.approx(kept.counts, rel=0.02)
    assert stored.days == pytest.approx(kept.days, rel=0.002)
    assert habits(stored) == pytest.approx(habits(kept), rel=0.01)


GOOD = as_json(Rhythm(MONDAY))


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param({}, id="nothing"),
        pytest.param(GOOD | {"counts": [1.0] * 47}, id="too-short"),
        pytest.param(GOOD | {"counts": "x" * 48}, id="text"),
        pytest.param(GOOD | {"counts": [float("nan")] * 48}, id="not-a-number"),
        pytest.param(GOOD | {"counts": [float("inf")] * 48}, id="endless"),
        pytest.param(GOOD | {"days": [-1.0, 1.0]}, id="negative"),
        pytest.param(GOOD | {"at": "yesterday"}, id="no-moment"),
        pytest.param(GOOD | {"recent": None}, id="nothing-recent"),
        pytest.param(GOOD | {"recent": 10**400}, id="beyond-all-numbers"),
        pytest.param(GOOD | {"at": "0001-01-01T00:00:00+14:00"}, id="before-all-time"),
    ],
)
def test_stored_rhythm_that_cannot_be_read_is_none(stored):
    assert from_json(stored) is None


def test_span_is_parted_at_full_hours():
    start = at(0, 9, 45)
    assert list(pieces(start, at(0, 11, 30))) == [
        (start, 0.25),
        (at(0, 10), 1.0),
        (at(0, 11), 0.5),
    ]
    assert list(pieces(start, start)) == []


def test_tet_of_vietnam_is_known_for_each_year():
    assert [day.year for day in FIRST_DAYS] == list(range(2024, 2037))
    assert date(2030, 2, 2) in FIRST_DAYS  # China's comes a day later
    assert all((1, 20) < (day.month, day.day) < (2, 21) for day in FIRST_DAYS)


def test_days_around_tet_are_counted_from_its_first():
    days = days_around(1, 5)
    assert date(2026, 2, 15) not in days
    assert {date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 22)} <= days
    assert date(2026, 2, 23) not in days
