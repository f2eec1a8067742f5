from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.errors import ScheduleError
from alerts.schedules import next_due, parse

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(schedule, after, zone=SAIGON):
    found = next_due(parse(schedule), utc(after), zone)
    return f"{found.astimezone(zone):%a %Y-%m-%d %H:%M%z}"


def times(schedule, after, zone, count):
    found, moment = [], utc(after)
    for _ in range(count):
        moment = next_due(parse(schedule), moment, zone)
        found.append(f"{moment.astimezone(zone):%d %H:%M%z}")
    return found


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("instant", "instant"),
        ("hourly", "hourly"),
        (" Daily@7:05 ", "daily@07:05"),
        ("weekly@MON@23:59", "weekly@mon@23:59"),
        ("cron:0 7 * * 1-5", "cron:0 7 * * 1-5"),
        ("cron: 0  7 * * MON-FRI", "cron:0 7 * * mon-fri"),
    ],
)
def test_schedule_is_understood_and_written_one_way(text, canonical):
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("daily", id="no-time"),
        pytest.param("daily@24:00", id="no-such-hour"),
        pytest.param("daily@07:60", id="no-such-minute"),
        pytest.param("daily@07:00:00", id="seconds"),
        pytest.param("daily@٠٧:00", id="arabic-digits"),
        pytest.param("weekly@07:00", id="no-weekday"),
        pytest.param("weekly@monday@07:00", id="long-weekday"),
        pytest.param("monthly", id="unknown"),
        pytest.param("instant\x00", id="control"),
        pytest.param("cron:", id="no-fields"),
        pytest.param("cron:0 7 * *", id="four-fields"),
        pytest.param("cron:0 7 * * * *", id="six-fields"),
        pytest.param("cron:60 7 * * *", id="minute-out-of-range"),
        pytest.param("cron:0 7 * * 8", id="day-out-of-range"),
        pytest.param("cron:0 7 * * fri-mon", id="backward-days"),
        pytest.param("cron:0 7 * * mon/0", id="no-step"),
        pytest.param("cron:0 7 * * xyz", id="no-such-day"),
        pytest.param("cron:0 0 30 2 *", id="never-comes"),
        pytest.param("cron:0 7 * * " + "1," * 60 + "1", id="endless"),
        pytest.param("daily@07:00" * 10_000, id="huge"),
    ],
)
def test_schedule_that_cannot_be_is_refused_in_one_line(text):
    with pytest.raises(ScheduleError) as caught:
        parse(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_refusal_says_what_is_allowed():
    with pytest.raises(
        ScheduleError, match="instant, hourly, daily@07:00, weekly@mon@07:00, cron:"
    ):
        parse("sometimes")


def test_instant_is_never_due():
    assert next_due(parse("instant"), utc("2025-11-28T00:00"), SAIGON) is None


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("hourly", "2025-11-28T00:00", "Fri 2025-11-28 08:00+0700"),
        ("hourly", "2025-11-28T00:59:59.999999", "Fri 2025-11-28 08:00+0700"),
        ("daily@07:00", "2025-11-27T23:59:59", "Fri 2025-11-28 07:00+0700"),
        ("daily@07:00", "2025-11-28T00:00", "Sat 2025-11-29 07:00+0700"),
        ("weekly@mon@07:00", "2025-11-28T00:00", "Mon 2025-12-01 07:00+0700"),
        ("weekly@sun@07:00", "2025-11-28T00:00", "Sun 2025-11-30 07:00+0700"),
        ("weekly@fri@07:00", "2025-11-28T00:00", "Fri 2025-12-05 07:00+0700"),
        ("cron:0 7 * * 1-5", "2025-11-28T00:00", "Mon 2025-12-01 07:00+0700"),
        ("cron:0 7 * * 0", "2025-11-28T00:00", "Sun 2025-11-30 07:00+0700"),
        ("cron:0 7 * * 7", "2025-11-28T00:00", "Sun 2025-11-30 07:00+0700"),
        ("cron:0 7 * * 5-7", "2025-11-29T00:00", "Sun 2025-11-30 07:00+0700"),
        ("cron:0 7 * * 0-2", "2025-11-30T00:00", "Mon 2025-12-01 07:00+0700"),
        ("cron:0 7 * * sat-sun", "2025-11-29T00:00", "Sun 2025-11-30 07:00+0700"),
        ("cron:0 7 * * */2", "2025-11-28T00:00", "Sat 2025-11-29 07:00+0700"),
        ("cron:0 7 * * 1/2", "2025-11-28T00:00", "Mon 2025-12-01 07:00+0700"),
        ("cron:30 6 1,15 * *", "2025-11-28T00:00", "Mon 2025-12-01 06:30+0700"),
        ("cron:0 7 13 * 5", "2025-11-28T00:00", "Fri 2025-12-05 07:00+0700"),
        ("cron:0 7 2 * 5", "2025-11-28T00:00", "Tue 2025-12-02 07:00+0700"),
        ("cron:0 0 29 2 *", "2096-03-01T00:00", "Fri 2104-02-29 00:00+0700"),
        ("cron:*/20 * * * *", "2025-11-28T00:00", "Fri 2025-11-28 07:20+0700"),
    ],
)
def test_next_due_time_is_later_and_local(schedule, after, expected):
    assert due(schedule, after) == expected


def test_hour_begins_where_the_reader_is():
    assert due("hourly", "2025-11-28T00:00", KOLKATA) == "Fri 2025-11-28 06:00+0530"


def test_daily_time_keeps_its_place_when_clocks_go_forward():
    found = times("daily@07:00", "2026-03-27T12:00", BERLIN, 3)
    assert found == ["28 07:00+0100", "29 07:00+0200", "30 07:00+0200"]


def test_daily_time_keeps_its_place_when_clocks_go_back():
    found = times("daily@07:00", "2026-10-23T12:00", BERLIN, 3)
    assert found == ["24 07:00+0200", "25 07:00+0100", "26 07:00+0100"]


def test_time_that_the_clocks_skip_comes_an_hour_later():
    found = times("daily@02:30", "2026-03-28T00:00", BERLIN, 3)
    assert found == ["28 02:30+0100", "29 03:30+0200", "30 02:30+0200"]


def test_time_that_the_clocks_repeat_comes_once():
    found = times("daily@02:30", "2026-10-24T12:00", BERLIN, 2)
    assert found == ["25 02:30+0200", "26 02:30+0100"]


def test_hours_go_on_through_both_clock_changes():
    spring = times("hourly", "2026-03-28T23:30", BERLIN, 3)
    autumn = times("hourly", "2026-10-24T23:30", BERLIN, 3)
    assert spring == ["29 01:00+0100", "29 03:00+0200", "29 04:00+0200"]
    assert autumn == ["25 02:00+0200", "25 02:00+0100", "25 03:00+0100"]


def test_due_time_is_given_in_utc():
    assert next_due(parse("daily@07:00"), utc("2025-11-27T12:00"), SAIGON).tzinfo is UTC
