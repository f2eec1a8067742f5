from datetime import timedelta

import pytest

from scheduler.wishes import remembered, soonest

FEEDS = ("https://a.example/1.rss", "https://a.example/2.rss")
ONE, TWO = FEEDS


@pytest.mark.parametrize(
    ("stored", "said", "expected"),
    [
        pytest.param(None, {}, {}, id="nothing"),
        pytest.param(None, {ONE: 300}, {ONE: 300}, id="said-now"),
        pytest.param({ONE: 300}, {}, {ONE: 300}, id="said-before"),
        pytest.param({ONE: 300}, {ONE: 60}, {ONE: 60}, id="said-anew"),
        pytest.param({ONE: 300}, {ONE: 0}, {}, id="taken-back"),
        pytest.param({"https://a.example/old.rss": 9}, {}, {}, id="feed-no-longer-asked"),
        pytest.param("a text", {}, {}, id="stored-nonsense"),
        pytest.param({ONE: "300", TWO: None}, {}, {}, id="stored-no-numbers"),
    ],
)
def test_last_word_of_each_feed_is_remembered(stored, said, expected):
    assert remembered(stored, said, FEEDS) == expected


@pytest.mark.parametrize(
    ("wishes", "feeds", "seconds"),
    [
        pytest.param({ONE: 300, TWO: 900}, FEEDS, 300, id="the-soonest"),
        pytest.param({ONE: 300}, FEEDS, 0, id="one-without-a-wish"),
        pytest.param({}, (), 0, id="no-feeds"),
    ],
)
def test_source_is_asked_when_its_first_feed_may_have_news(wishes, feeds, seconds):
    assert soonest(wishes, feeds) == timedelta(seconds=seconds)
