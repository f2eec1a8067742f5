"""Stories are put together anew at any time; what readers were told is kept by article."""

import json
from datetime import timedelta

import pytest

from alerts.matching import preview
from storage import articles, stories, subscriptions
from storage.stories import Maker
from tests.alerts.archive import prepared, subscribe, webhook
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, TWIN_CITY
from tests.storage.test_stories import CAMERA, WARD, news

LAN = Maker("Lan", NOW)
DAY = timedelta(days=1)


@pytest.fixture
def reader(database):
    webhook(database, schedule="daily@07:00")
    return database


def write(database, *pieces):
    """Take in news, each a number, a text and what it is known by; gives ids and stories."""
    with database.writing() as session:
        found = [news(session, *piece, title=f"Bài {piece[0]}") for piece in pieces]
        return [(article.id, article.story_id) for article in found]


def told(database, days=0):
    """What the next digest tells: for each story its articles and whether it was told before."""
    deliveries = prepared(database, now=NOW + DAY * days)
    return [
        (story["further"], [article["title"] for article in story["articles"]])
        for delivery in deliveries
        for story in json.loads(delivery.payload["body"])["data"]["stories"]
    ]


def test_own_pieces_of_one_story_are_one_entry(reader):
    write(reader, (1, DATA_LAKE, CAMERA), (2, TWIN_CITY, CAMERA))
    assert told(reader) == [(False, ["Bài 1", "Bài 2"])]


def test_stories_merged_after_they_were_told_bring_nothing_again(reader):
    (_, one), (_, other) = write(reader, (1, DATA_LAKE, CAMERA), (2, FLOOD, WARD))
    assert len(told(reader)) == 2
    with reader.writing() as session:
        stories.merge(session, one, [other], LAN)
    assert told(reader, days=1) == []


def test_story_split_after_it_was_told_brings_nothing_again(reader):
    (_, story), (second, _) = write(reader, (1, DATA_LAKE, CAMERA), (2, TWIN_CITY, CAMERA))
    assert len(told(reader)) == 1
    with reader.writing() as session:
        stories.split(session, story, [second], LAN)
    assert told(reader, days=1) == []


def test_new_piece_of_a_told_story_is_told_once_and_marked(reader):
    write(reader, (1, DATA_LAKE, CAMERA))
    assert told(reader) == [(False, ["Bài 1"])]
    write(reader, (2, TWIN_CITY, CAMERA))
    assert told(reader, days=1) == [(True, ["Bài 2"])]
    assert told(reader, days=2) == []


def test_new_piece_after_a_merge_counts_as_further_for_both_stories(reader):
    (_, one), (_, other) = write(reader, (1, DATA_LAKE, WARD), (2, FLOOD, CAMERA))
    told(reader)
    with reader.writing() as session:
        stories.merge(session, one, [other], LAN)
    write(reader, (3, TWIN_CITY, CAMERA))
    assert told(reader, days=1) == [(True, ["Bài 3"])]


def test_new_piece_in_a_story_split_from_a_told_one_is_told_alone(reader):
    (_, story), (second, _) = write(reader, (1, DATA_LAKE, CAMERA), (2, TWIN_CITY, CAMERA))
    told(reader)
    with reader.writing() as session:
        apart = stories.split(session, story, [second], LAN).id
    ((third, _),) = write(reader, (3, FLOOD, WARD))
    with reader.writing() as session:
        stories.merge(session, apart, [articles.get(session, third).story_id], LAN)
    assert told(reader, days=1) == [(True, ["Bài 3"])]


def test_stories_merged_before_they_are_told_are_one_entry(reader):
    (_, one), (_, other) = write(reader, (1, DATA_LAKE, CAMERA), (2, FLOOD, WARD))
    with reader.writing() as session:
        stories.merge(session, one, [other], LAN)
    assert told(reader) == [(False, ["Bài 1", "Bài 2"])]


def test_story_that_another_subscription_was_told_is_new_to_this_one(reader):
    write(reader, (1, DATA_LAKE, CAMERA))
    subscribe(reader, "sub-2", filters={"query": "khongcotunay"})
    prepared(reader), prepared(reader, "sub-2")
    with reader.writing() as session:
        subscriptions.get(session, "sub-2").filters = {}
    write(reader, (2, TWIN_CITY, CAMERA))
    with reader.reading() as session:
        digests = [
            preview(session, subscriptions.get(session, name), NOW + DAY)
            for name in ("sub-1", "sub-2")
        ]
    assert [digest.entries[0].further for digest in digests] == [True, False]


def test_mail_names_each_piece_and_says_what_is_further(database):
    subscribe(database, language="en")
    write(database, (1, DATA_LAKE, CAMERA))
    prepared(database)
    write(database, (2, TWIN_CITY, CAMERA), (3, FLOOD, CAMERA))
    (mail,) = prepared(database, now=NOW + DAY)
    assert mail.subject == "Also on this story: Bài 2"
    for part in ("text", "html"):
        assert "Also on a story you know" in mail.payload[part]
        assert "Another piece" in mail.payload[part]
        assert "Bài 3" in mail.payload[part]
    assert len(mail.articles) == 2
