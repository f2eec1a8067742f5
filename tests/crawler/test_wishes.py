import pytest

from crawler.wishes import wished_pause

DATE = "Wed, 26 Nov 2025 05:00:00 GMT"
LATER = "Wed, 26 Nov 2025 05:10:00 GMT"


def feed(*elements):
    head = "".join(elements)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel>{head}<item/></channel></rss>'.encode()
    )


def updated(period, frequency=None):
    often = f"<sy:updateFrequency>{frequency}</sy:updateFrequency>" if frequency else ""
    return feed(f"<sy:updatePeriod>{period}</sy:updatePeriod>{often}")


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
    assert wished_pause(200, headers, feed()) == seconds


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        pytest.param(feed("<ttl>60</ttl>"), 3600, id="ttl-in-minutes"),
        pytest.param(feed("<ttl> 5 </ttl>"), 300, id="blanks"),
        pytest.param(feed("<ttl>0</ttl>"), 0, id="nought"),
        pytest.param(feed("<ttl>soon</ttl>"), 0, id="no-number"),
        pytest.param(feed("<ttl>5256000</ttl>"), 315360000, id="ten-years"),
        pytest.param(feed("<ttl>" + "9" * 99 + "</ttl>"), 0, id="number-without-end"),
        pytest.param(updated("daily", 4), 21600, id="four-times-a-day"),
        pytest.param(updated("hourly", 2), 1800, id="twice-an-hour"),
        pytest.param(updated("hourly", 1), 0, id="what-wordpress-writes-by-itself"),
        pytest.param(updated("daily"), 86400, id="once-a-day"),
        pytest.param(updated("daily", "0"), 86400, id="no-division-by-nought"),
        pytest.param(updated("fortnightly"), 0, id="unknown-period"),
        pytest.param(
            b"<rss><channel><item><ttl>60</ttl></item></channel></rss>", 0, id="inside-an-item"
        ),
        pytest.param(b"", 0, id="empty"),
        pytest.param(b" " * 20_000 + b"<ttl>60</ttl>", 0, id="beyond-the-head"),
    ],
)
def test_feed_tells_how_often_it_changes(body, seconds):
    assert wished_pause(200, {}, body) == seconds


def test_longer_of_both_wishes_counts():
    headers = {"Cache-Control": "max-age=120"}
    assert wished_pause(200, headers, feed("<ttl>1</ttl>")) == 120
    assert wished_pause(200, headers, feed("<ttl>10</ttl>")) == 600


def test_not_modified_speaks_by_its_headers_only():
    assert wished_pause(304, {}, b"") is None
    assert wished_pause(304, {"Cache-Control": "max-age=90"}, b"") == 90
