from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.dates import VIETNAM
from scheduler.rhythm import CELLS, Rhythm, as_json
from scheduler.silence import Usual, expected, is_silent, usual

MONDAY = date(2025, 11, 3)


def weeks(workday, weekend, count=4, start=MONDAY):
    """Whole weeks of days with so many articles each."""
    days = (start + timedelta(days=number) for number in range(7 * count))
    return {day: weekend if day.weekday() >= 5 else workday for day in days}


def at(day, hour=8):
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM).astimezone(UTC)


def test_working_days_and_weekends_are_learned_apart():
    assert usual(weeks(12, 2), {}) == Usual(12, 2)


@pytest.mark.parametrize(
    "articles",
    [
        pytest.param({}, id="nothing"),
        pytest.param({MONDAY: 200}, id="one-day"),
        pytest.param(dict(list(weeks(9, 9).items())[:6]), id="six-days"),
        pytest.param(weeks(0, 1, count=2), id="four-articles"),
    ],
)
def test_too_little_is_no_rhythm(articles):
    assert usual(articles, {}) is None


def test_burst_of_the_first_crawl_is_no_rhythm():
    articles = weeks(5, 5) | {MONDAY: 400}
    assert usual(articles, {}).workday < 6


def test_days_without_a_look_share_in_what_came_after_them():
    looked = {day: 6 for day in weeks(1, 1) if day.weekday() in (0, 3)}
    assert usual(looked, {}).workday < 3


@pytest.mark.parametrize(
    ("since", "until", "articles"),
    [
        pytest.param(at(MONDAY), at(MONDAY), 0, id="no-time"),
        pytest.param(at(MONDAY), at(MONDAY + timedelta(days=1)), 12, id="a-working-day"),
        pytest.param(at(MONDAY, 8), at(MONDAY, 12), 2.94, id="a-morning"),
        pytest.param(at(MONDAY, 0), at(MONDAY, 6), 1.14, id="a-night"),
        pytest.param(
            at(MONDAY - timedelta(days=2), 0), at(MONDAY, 0), 4, id="a-weekend"
        ),
        pytest.param(at(date(2026, 2, 17), 0), at(date(2026, 2, 18), 0), 1.2, id="new-years-day"),
    ],
)  # fmt: skip
def test_expectation_adds_up_over_the_gap(since, until, articles):
    assert expected(Usual(12, 2), since, until) == pytest.approx(articles)


def test_hours_are_those_of_the_learned_rhythm():
    counts = [0.0] * CELLS
    counts[9] = 400.0  # on working days, between nine and ten
    stored = as_json(Rhythm(at(MONDAY), days=(20.0, 8.0), counts=tuple(counts)))
    rates = usual(weeks(12, 0), stored)
    assert expected(rates, at(MONDAY, 9), at(MONDAY, 10)) > 6
    assert expected(rates, at(MONDAY, 12), at(MONDAY, 20)) < 3


def test_rhythm_that_cannot_be_read_is_that_of_the_press():
    assert usual(weeks(12, 2), {"at": "hôm qua"}) == usual(weeks(12, 2), {})


@pytest.mark.parametrize(
    ("rates", "gap", "silent"),
    [
        pytest.param(
            Usual(60, 40), timedelta(hours=23, minutes=59), False, id="never-within-a-day"
        ),
        pytest.param(Usual(60, 40), timedelta(hours=24), True, id="busy-for-a-day"),
        pytest.param(Usual(5, 5), timedelta(hours=36), False, id="five-a-day-for-a-day-and-a-half"),
        pytest.param(Usual(5, 5), timedelta(hours=49), True, id="five-a-day-for-two-days"),
        pytest.param(Usual(1, 0), timedelta(days=9), False, id="one-a-day-for-nine"),
        pytest.param(Usual(1, 0), timedelta(days=14), True, id="one-a-day-for-two-weeks"),
        pytest.param(None, timedelta(days=90), False, id="no-rhythm"),
    ],
)
def test_silence_is_measured_by_the_outlets_own_rhythm(rates, gap, silent):
    start = at(MONDAY)
    assert is_silent(rates, start, start + gap) is silent


def test_weekend_of_an_office_is_no_silence():
    friday = at(MONDAY + timedelta(days=4), 17)
    assert not is_silent(Usual(12, 0), friday, friday + timedelta(days=2, hours=20))
    assert is_silent(Usual(12, 0), friday, friday + timedelta(days=4))


def test_tet_is_no_silence():
    eve = date(2026, 2, 16)
    assert not is_silent(Usual(10, 10), at(eve), at(eve + timedelta(days=6)))
    assert is_silent(Usual(10, 10), at(eve - timedelta(days=30)), at(eve - timedelta(days=24)))
