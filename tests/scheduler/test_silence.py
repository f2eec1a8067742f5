from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.dates import VIETNAM
from scheduler.silence import TET, Usual, expected, is_silent, usual

MONDAY = date(2025, 11, 3)


def weeks(workday, weekend, count=4, start=MONDAY):
    """Whole weeks of days with so many articles each."""
    days = (start + timedelta(days=number) for number in range(7 * count))
    return {day: weekend if day.weekday() >= 5 else workday for day in days}


def at(day, hour=8):
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM).astimezone(UTC)


def test_working_days_and_weekends_are_learned_apart():
    assert usual(weeks(12, 2)) == Usual(12, 2)


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
    assert usual(articles) is None


def test_burst_of_the_first_crawl_is_no_rhythm():
    articles = weeks(5, 5) | {MONDAY: 400}
    assert usual(articles).workday < 6


def test_days_without_a_look_share_in_what_came_after_them():
    looked = {day: 6 for day in weeks(1, 1) if day.weekday() in (0, 3)}
    assert usual(looked).workday < 3


@pytest.mark.parametrize(
    ("since", "until", "articles"),
    [
        pytest.param(at(MONDAY), at(MONDAY), 0, id="no-time"),
        pytest.param(at(MONDAY), at(MONDAY + timedelta(days=1)), 12, id="a-working-day"),
        pytest.param(at(MONDAY, 8), at(MONDAY, 12), 3, id="a-morning"),
        pytest.param(at(MONDAY, 22), at(MONDAY + timedelta(days=1), 6), 0, id="a-night"),
        pytest.param(
            at(MONDAY - timedelta(days=2), 0), at(MONDAY, 0), 4, id="a-weekend"
        ),
        pytest.param(at(date(2026, 2, 17), 0), at(date(2026, 2, 18), 0), 1.2, id="new-years-day"),
    ],
)  # fmt: skip
def test_expectation_adds_up_over_the_gap(since, until, articles):
    assert expected(Usual(12, 2), since, until) == pytest.approx(articles)


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


@pytest.mark.parametrize("year", range(2025, 2037))
def test_tet_of_each_year_is_at_the_new_moon_of_late_winter(year):
    days = sorted(day for day in TET if day.year == year)
    new_year = days[2]
    # A new moon was at 2000-01-06 18:14 UTC; they come every 29.53 days, half a day more or less.
    known, month = datetime(2000, 1, 6, 18, 14, tzinfo=UTC), timedelta(days=29.530589)
    middle = datetime(new_year.year, new_year.month, new_year.day, 12, tzinfo=VIETNAM)
    age = (middle - known) % month
    assert min(age, month - age) < timedelta(days=1.2)
    assert date(year, 1, 20) <= new_year <= date(year, 2, 21)
    assert len(days) == 9
