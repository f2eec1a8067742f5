from datetime import UTC, datetime, timedelta

import pytest

from crawler.waiting import retry_after

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param(" 0 ", 0, id="at-once"),
        pytest.param("Wed, 25 Nov 2026 02:05:00 GMT", 300, id="a-date"),
        pytest.param("Wed, 25 Nov 2026 09:05:00 +0700", 300, id="a-date-with-an-offset"),
        pytest.param("Tue, 24 Nov 2026 02:05:00 GMT", 0, id="a-date-gone-by"),
        pytest.param("315360000", 86_400, id="ten-years"),
        pytest.param("9" * 90, 86_400, id="beyond-all-numbers"),
        pytest.param("Sat, 25 Nov 2036 02:00:00 GMT", 86_400, id="a-date-in-ten-years"),
    ],
)
def test_wish_to_be_left_alone_is_read_and_bounded(header, seconds):
    assert retry_after(header, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header",
    ["", "-5", "soon", "1.5", "٣", "Wed, 99 Nov 2026", "x" * 9_999, "1 Jan 999999999999 00:00:00",
     "Fri, 31 Dec 9999 23:59:59 -2300"],
)  # fmt: skip
def test_what_is_neither_seconds_nor_date_is_no_wish(header):
    assert retry_after(header, NOW) is None
