"""A reader who asked for it hears once a year that nothing came; nobody else does."""

from datetime import timedelta

import pytest

from alerts.matching import QUIET_YEAR
from storage import subscriptions
from tests.alerts.archive import prepared, subscribe
from tests.storage.sample import DATA_LAKE, NOW, take

DAY = timedelta(days=1)
BEGAN = NOW - DAY


@pytest.fixture
def quiet(database):
    subscribe(database, quiet_note=True)
    return database


def types(deliveries):
    return [delivery.type for delivery in deliveries]


def test_year_without_news_is_told(quiet):
    assert prepared(quiet, now=BEGAN + QUIET_YEAR - DAY) == []
    (note,) = prepared(quiet, now=BEGAN + QUIET_YEAR)
    assert note.type == "digest.quiet"
    assert note.subject == "Điểm Báo: một năm qua không có tin nào cho bạn"
    assert note.articles == []
    for part in ("text", "html"):
        assert "Từ ngày 27/11/2025 đến nay" in note.payload[part]
        assert note.payload["unsubscribe_url"] in note.payload[part]


def test_next_note_comes_a_year_later(quiet):
    first = BEGAN + QUIET_YEAR
    assert len(prepared(quiet, now=first)) == 1
    assert prepared(quiet, now=first + QUIET_YEAR - DAY) == []
    assert len(prepared(quiet, now=first + QUIET_YEAR)) == 1


def test_year_begins_anew_with_each_digest(quiet):
    with quiet.writing() as session:
        take(session, 1, DATA_LAKE)
    assert types(prepared(quiet, now=BEGAN + 300 * DAY)) == ["digest.published"]
    assert prepared(quiet, now=BEGAN + QUIET_YEAR) == []
    assert types(prepared(quiet, now=BEGAN + 300 * DAY + QUIET_YEAR)) == ["digest.quiet"]


def test_news_at_the_end_of_a_quiet_year_is_told_instead(quiet):
    with quiet.writing() as session:
        take(session, 1, DATA_LAKE)
    assert types(prepared(quiet, now=BEGAN + QUIET_YEAR)) == ["digest.published"]


def test_news_that_does_not_fit_the_filter_breaks_no_silence(quiet):
    with quiet.writing() as session:
        subscriptions.get(session, "sub-1").filters = {"query": "khongcotunay"}
        take(session, 1, DATA_LAKE)
    assert types(prepared(quiet, now=BEGAN + QUIET_YEAR)) == ["digest.quiet"]


def test_who_did_not_ask_for_it_hears_nothing(database):
    subscribe(database)
    assert prepared(database, now=BEGAN + 3 * QUIET_YEAR) == []
