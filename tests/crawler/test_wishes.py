from datetime import timedelta

import pytest

from crawler.wishes import wished_pause

DATE = "Wed, 26 Nov 2025 05:00:00 GMT"
LATER = "Wed, 26 Nov 2025 05:10:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, 0, id="nothing"),
        pytest.param({"Cache-Control": "public, max-age=300"}, 300, id="max-age"),
        pytest.param({"Cache-Control": "MAX-AGE = 60"}, 60, id="spelled-otherwise"),
        pytest.param({"Cache-Control": "s-maxage=900"}, 0, id="shared-caches-are-not-us"),
        pytest.param({"Cache-Control": "max-age=300", "Age": "120"}, 180, id="partly-used-up"),
        pytest.param({"Cache-Control": "max-age=300", "Age": "999"}, 0, id="used-up"),
        pytest.param({"Cache-Control": "max-age=300", "Age": "-5"}, 300, id="age-of-nonsense"),
        pytest.param({"Cache-Control": "max-age=-1"}, 0, id="negative"),
        pytest.param({"Cache-Control": "no-cache, max-age=300"}, 0, id="not-to-be-kept"),
        pytest.param({"Cache-Control": "max-age=315360000"}, 315360000, id="ten-years"),
        pytest.param({"Cache-Control": f"max-age={'9' * 500}"}, 10**12 - 1, id="without-end"),
        pytest.param({"Date": DATE, "Expires": LATER}, 600, id="expires"),
        pytest.param({"Date": LATER, "Expires": DATE}, 0, id="expired-before"),
        pytest.param({"Date": DATE, "Expires": "0"}, 0, id="expires-nonsense"),
        pytest.param({"Date": "Wed, 26 Nov 2025 05:00:00", "Expires": LATER}, 0, id="no-zone"),
        pytest.param(
            {"Cache-Control": "max-age=60", "Date": DATE, "Expires": LATER}, 60, id="max-age-wins"
        ),
    ],
)
def test_headers_tell_how_long_an_answer_is_good(headers, seconds):
    assert wished_pause(200, headers, None) == seconds


def test_longer_of_both_wishes_counts():
    headers = {"Cache-Control": "max-age=120"}
    assert wished_pause(200, headers, timedelta(minutes=1)) == 120
    assert wished_pause(200, headers, timedelta(minutes=10)) == 600


def test_not_modified_speaks_by_its_headers_only():
    assert wished_pause(304, {}, None) is None
    assert wished_pause(304, {"Cache-Control": "max-age=90"}, None) == 90
