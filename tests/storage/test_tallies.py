from datetime import timedelta

import pytest

from analysis.judgement import TopicTag
from storage.filters import Filter
from storage.tallies import Tally, tally
from tests.storage.sample import DATA_LAKE, ENTITY, FLOOD, NOW, TOPIC, TWIN_CITY, judged, take

DAY = timedelta(days=1)
ALL = Filter()
AI = TopicTag("ai", "Trí tuệ nhân tạo", 0.7, ())


@pytest.fixture
def archive(database):
    """News three days, one and a half days and an hour ago, and a copy and something off topic."""
    with database.writing() as session:
        for number, (text, age, topics, entities) in enumerate(
            [
                (DATA_LAKE, 3 * DAY, (TOPIC,), ()),
                (TWIN_CITY, 1.5 * DAY, (TOPIC, AI), (ENTITY,)),
                (TWIN_CITY, 1.4 * DAY, (TOPIC,), (ENTITY,)),
                (FLOOD, DAY / 24, (AI,), (ENTITY,)),
            ]
        ):
            judgement = judged(text, topics=topics, entities=entities)
            take(session, number, text, judgement, first_seen_at=NOW - age)
        off_topic = judged("Chuyện khác hẳn", relevant=False, topics=(AI,))
        take(session, 9, "Chuyện khác hẳn", off_topic, first_seen_at=NOW - 1.5 * DAY)
    return database


def counted(database, wanted=ALL, days=(2, 1)):
    with database.reading() as session:
        return tally(session, wanted, NOW - days[0] * DAY, NOW - days[1] * DAY)


def test_stories_of_the_time_are_counted_by_topic_and_entity(archive):
    assert counted(archive) == Tally(1, {"du-lieu": 1, "ai": 1}, {"org-so-khcn": 1})


def test_only_what_fits_the_filter_counts(archive):
    assert counted(archive, Filter(topics=("ai",)), (3, 0)) == Tally(
        2, {"du-lieu": 1, "ai": 2}, {"org-so-khcn": 2}
    )
    assert counted(archive, Filter(sources=("vamsong",))) == Tally(0, {}, {})


def test_end_does_not_belong_to_the_time(archive):
    assert counted(archive, days=(2, 1.5)).stories == 0


@pytest.mark.parametrize("days", [3.1, 400])
def test_time_before_the_archive_cannot_be_counted(archive, days):
    assert counted(archive, days=(days, 1)) is None


def test_empty_archive_cannot_be_counted(database):
    assert counted(database) is None
