import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crawler.dates import VIETNAM, believable, date_from_id, has_clock, parse_date, trusted

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
REAL_DATES = Path(__file__).parents[2].parent / "shared" / "real" / "feed_dates.json"
REAL = json.loads(REAL_DATES.read_text("utf-8")) if REAL_DATES.is_file() else []


def vietnam(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


FORMS = [
    pytest.param(text, vietnam(*moment), id=text)
    for text, moment in [
        ("Wed, 23 Sep 2026 17:02:29 +07:00", (2026, 9, 23, 17, 2, 29)),
        ("Mon, 14 Sep 2026 19:46:22 +07", (2026, 9, 14, 19, 46, 22)),
        ("Mon, 14 Sep 2026 19:46:22 GMT+7", (2026, 9, 14, 19, 46, 22)),
        ("Mon, 14 Sep 2026 19:46:22 GMT+07:00", (2026, 9, 14, 19, 46, 22)),
        ("Mon, 14 Sep 26 09:13:00 +0700", (2026, 9, 14, 9, 13)),
        ("Mon, 14 Sep 2026 03:55:37 GMT", (2026, 9, 14, 10, 55, 37)),
        ("Mon, 14 Sep 2026 03:55:37 +0000", (2026, 9, 14, 10, 55, 37)),
        ("Mon, 14 Sep 2026 09:13:00", (2026, 9, 14, 9, 13)),
        ("9/14/2026 6:44:00 PM", (2026, 9, 14, 18, 44)),
        ("10/8/2026 1:38:00 PM", (2026, 10, 8, 13, 38)),
        ("12/1/2026 12:05:00 AM", (2026, 12, 1, 0, 5)),
        ("14/9/2026 6:44:00 PM", (2026, 9, 14, 18, 44)),
        ("2026-03-07T08:52:11.000 +07:00", (2026, 3, 7, 8, 52, 11)),
        ("2026-03-07T00:05:00+0700", (2026, 3, 7, 0, 5)),
        ("2025-11-26T17:30:00Z", (2025, 11, 27, 0, 30)),
        ("2026-03-07T00:01:00", (2026, 3, 7, 0, 1)),
        ("2026-09-14 10:00", (2026, 9, 14, 10)),
        ("2026-03-07", (2026, 3, 7)),
        ("15-08-2026 - 17:09 PM", (2026, 8, 15, 17, 9)),
        ("15-08-2026 - 01:01 AM", (2026, 8, 15, 1, 1)),
        ("07-03-2026 - 00:01 AM", (2026, 3, 7, 0, 1)),
        ("05-09-2026 - 05:09 PM", (2026, 9, 5, 17, 9)),
        ("28-11-2025 09:00", (2025, 11, 28, 9)),
        ("28.11.2025 | 09:00", (2025, 11, 28, 9)),
        ("Thứ sáu, 28/11/2025, 09:00 (GMT+7)", (2025, 11, 28, 9)),
        ("Thứ bảy, 7/3/2026, 00:05 (GMT+7)", (2026, 3, 7, 0, 5)),
        ("28/11/2025 09:00 GMT+7", (2025, 11, 28, 9)),
        ("- 07/03/2026 08:47", (2026, 3, 7, 8, 47)),
        ("28/11/2025 9h05", (2025, 11, 28, 9, 5)),
        ("18:53, 14/08/2026", (2026, 8, 14, 18, 53)),
        ("18:53 -14/08/2026", (2026, 8, 14, 18, 53)),
        ("09:00 | 28/11/2025 (GMT+7)", (2025, 11, 28, 9)),
        ("10:16 08/02/2025", (2025, 2, 8, 10, 16)),
        ("Thứ Sáu, 09:00, 28/11/2025", (2025, 11, 28, 9)),
        ("Thứ Sáu, ngày 28/11/2025 - 09:00", (2025, 11, 28, 9)),
        ("20:25 ngày 1/2/2025", (2025, 2, 1, 20, 25)),
        ("Ngày 27 tháng 11 năm 2025", (2025, 11, 27)),
        ("10:15, ngày 21 tháng 09, 2025", (2025, 9, 21, 10, 15)),
        ("November 28, 2025 | 09:00 am GMT+7", (2025, 11, 28, 9)),
        ("Friday, November 28, 2025, 09:00 GMT+7", (2025, 11, 28, 9)),
        ("28 Nov 2025", (2025, 11, 28)),
        ("2 giờ trước", (2026, 11, 22, 8)),
        ("15 phút trước", (2026, 11, 22, 9, 45)),
        ("3 days ago", (2026, 11, 19, 10)),
        ("Hôm qua, 09:30", (2026, 11, 21, 9, 30)),
        ("hôm nay lúc 8h15", (2026, 11, 22, 8, 15)),
        ("vừa xong", (2026, 11, 22, 10)),
    ]
]


@pytest.mark.parametrize(("text", "moment"), FORMS)
def test_a_known_form_is_understood(text, moment):
    assert parse_date(text, now=NOW) == moment


if REAL:

    @pytest.mark.parametrize("entry", REAL, ids=lambda entry: entry["outlet"])
    def test_a_real_feed_date_is_understood(entry):
        assert parse_date(entry["pubDate"]) == datetime.fromisoformat(entry["expect"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("chuyển đổi số", id="words"),
        pytest.param("1/3 GDP", id="fraction"),
        pytest.param("ngày 6/9", id="day-without-year"),
        pytest.param("31/02/2026", id="day-that-is-none"),
        pytest.param("28/11/2025 25:00", id="hour-that-is-none"),
        pytest.param("11/27/2025 10:00", id="month-first-elsewhere"),
        pytest.param("0001-01-01T00:00:00+07:00", id="before-time-began"),
        pytest.param("2026-03-07T10:00:00+99:00", id="offset-that-is-none"),
        pytest.param("9" * 100_000, id="digits-only"),
        pytest.param("2 giờ trước", id="relative-without-now"),
    ],
)
def test_what_is_no_date_gives_none(text):
    assert parse_date(text) is None


def test_the_moment_is_in_utc():
    assert parse_date("28/11/2025 09:00").tzinfo is UTC


def test_the_given_formats_come_first():
    found = parse_date("03/04/2026 09:00", formats=("%m/%d/%Y %H:%M",))
    assert found == vietnam(2026, 3, 4, 9)


def test_a_format_that_does_not_fit_is_passed_over():
    assert parse_date("28/11/2025 09:00", formats=("%d.%m.%Y",)) == vietnam(2025, 11, 28, 9)


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        pytest.param(timedelta(minutes=-1), True, id="past"),
        pytest.param(timedelta(minutes=14), True, id="clock-skew"),
        pytest.param(timedelta(minutes=16), False, id="future"),
        pytest.param(-timedelta(days=365 * 37), False, id="before-1990"),
    ],
)
def test_only_plausible_moments_are_believed(ahead, expected):
    assert believable(NOW + ahead, NOW) is expected
    assert (trusted(NOW + ahead, NOW) is not None) is expected


def test_no_moment_is_trusted_as_none():
    assert trusted(None, NOW) is None


@pytest.mark.parametrize(
    ("url", "moment"),
    [
        pytest.param("https://a.vn/x-188260307071033787.chn", (2026, 3, 7, 7, 10, 33), id="site"),
        pytest.param("https://a.vn/x-18525110621033482.htm", (2025, 11, 6, 21, 3, 34), id="short"),
        pytest.param("https://a.vn/k/x-20260914101845023.htm", (2026, 9, 14, 10, 18, 45), id="day"),
    ],
)
def test_an_id_in_the_address_tells_the_moment(url, moment):
    assert date_from_id(url) == vietnam(*moment)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://a.vn/x-5047363.html", id="counter"),
        pytest.param("https://a.vn/x-188261399071033787.chn", id="month-13"),
        pytest.param("https://a.vn/x-109755616.htm", id="nine-digits"),
    ],
)
def test_other_numbers_in_the_address_tell_nothing(url):
    assert date_from_id(url) is None


def test_a_day_without_a_time_has_no_clock():
    assert has_clock("2026-03-07T08:52")
    assert not has_clock("2026-03-07")


def test_an_offset_other_than_vietnams_is_kept():
    found = parse_date("2026-03-07T08:52:00-05:30")
    assert found == datetime(2026, 3, 7, 8, 52, tzinfo=timezone(-timedelta(hours=5, minutes=30)))
