from datetime import UTC, datetime, timedelta

import pytest

from crawler.waiting import retry_after

NOW = datetime(2025, 11, 28, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        pytest.param("120", timedelta(minutes=2), id="seconds"),
        pytest.param(" 120 ", timedelta(minutes=2), id="blanks-around"),
        pytest.param("Fri, 28 Nov 2025 02:10:00 GMT", timedelta(minutes=10), id="date"),
        pytest.param("Fri, 28 Nov 2025 09:10:00 +0700", timedelta(minutes=10), id="vietnam-time"),
        pytest.param("Friday, 28-Nov-25 02:10:00 GMT", timedelta(minutes=10), id="old-date"),
        pytest.param("315360000", timedelta(days=1), id="ten-years"),
        pytest.param("Wed, 28 Nov 2035 02:00:00 GMT", timedelta(days=1), id="date-in-ten-years"),
        pytest.param("999999999999", timedelta(days=1), id="as-long-as-can-be"),
    ],
)
def test_wish_to_be_left_alone_is_read_and_bounded(value, pause):
    assert retry_after(value, NOW) == NOW + pause


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="nothing"),
        pytest.param("0", id="zero"),
        pytest.param("-5", id="negative"),
        pytest.param("Fri, 28 Nov 2025 01:59:00 GMT", id="past"),
        pytest.param("1.5", id="fraction"),
        pytest.param("9999999999999", id="thirteen-digits"),
        pytest.param("٣٠", id="foreign-digits"),
        pytest.param("soon", id="word"),
        pytest.param("Fri, 99 Nov 2025 02:10:00 GMT", id="no-such-day"),
        pytest.param("Fri, 28 Nov 99999 02:10:00 GMT", id="year-beyond-time"),
        pytest.param("x" * 100_000, id="endless"),
        pytest.param("Fri, 28 Nov 2025 02:10:00 +9999", id="no-such-zone"),
    ],
)
def test_what_asks_for_nothing_is_no_wish(value):
    assert retry_after(value, NOW) is None
