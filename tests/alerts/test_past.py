"""What a mail says of the time before: what changed in an article, what there is more of."""

from datetime import timedelta

import pytest

from alerts.matching import preview
from storage import subscriptions
from tests.alerts.archive import prepared, subscribe, webhook
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, TOPIC, TWIN_CITY, judged, take

DAY = timedelta(days=1)
TEXTS = (DATA_LAKE, FLOOD, TWIN_CITY)


def news(database, count, age, start=0):
    """Take in some stories on data, first seen so long ago."""
    with database.writing() as session:
        for number in range(start, start + count):
            text = TEXTS[number] if number < len(TEXTS) else f"Bài {number} " * 30
            take(session, number, text, judged(text, topics=(TOPIC,)), first_seen_at=NOW - age)


def overview(database, **changes):
    with database.writing() as session:
        found = subscriptions.get(session, "sub-1")
        for name, value in changes.items():
            setattr(found, name, value)
        return preview(session, found, NOW).overview


def test_mail_on_a_revised_article_says_what_changed(database):
    subscribe(database, language="vi")
    with database.writing() as session:
        take(session, 1, DATA_LAKE, title="Kho dữ liệu cho 168 phường", first_seen_at=NOW)
    prepared(database)
    later = NOW + timedelta(hours=2)
    with database.writing() as session:
        take(session, 1, DATA_LAKE, title="Kho dữ liệu cho 169 phường", first_seen_at=later)
    (mail,) = prepared(database, now=NOW + DAY)
    assert mail.subject == "Cập nhật: Kho dữ liệu cho 169 phường"
    for part in ("text", "html"):
        assert "Tiêu đề trước đó: “Kho dữ liệu cho 168 phường”" in mail.payload[part]


@pytest.fixture
def reader(database):
    """A reader whose period began a day ago, and the first article of an archive a week old."""
    subscribe(database, period_from=NOW - DAY)
    news(database, 1, 7 * DAY, start=9)
    return database


def test_digest_is_held_against_a_period_of_the_same_length(reader):
    news(reader, 1, 1.5 * DAY)
    news(reader, 2, DAY / 2, start=1)
    seen = overview(reader, position=2)
    assert (seen.before, [(count.now, count.before) for count in seen.topics]) == (1, [(2, 1)])


@pytest.mark.parametrize("length", [timedelta(minutes=30), timedelta(days=101), 5 * DAY])
def test_what_cannot_be_compared_is_not(reader, length):
    news(reader, 3, DAY / 2)
    seen = overview(reader, period_from=NOW - length)
    assert (seen.before, seen.names) == (None, ())
    assert seen.topics[0].before is None


def test_webhooks_are_spared_the_counting(database):
    webhook(database, schedule="daily@07:00", period_from=NOW - DAY)
    news(database, 3, 3 * DAY)
    assert overview(database).before is None
