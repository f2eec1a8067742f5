from datetime import timedelta

import pytest

from analysis.judgement import StoryFacts
from storage import articles, reading, stories
from storage.errors import StoryError, UnknownThing
from storage.filters import Filter, Window
from storage.stories import Maker
from storage.tables import Story
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, SHORT, TWIN_CITY, judged, take

LAN = Maker("Lan", NOW, "cùng một lễ khai trương")
HOUR = timedelta(hours=1)


def event(*words, names=(), figures=()):
    """What an article is known by: a title's words, rare names and figures."""
    weights = dict.fromkeys(words, 2.0)
    named = dict.fromkeys(names, 1.5)
    return StoryFacts(
        language="vi",
        title=dict.fromkeys(words, 1.0),
        words={**weights, **{f"{word} {name}": 2.0 for word in words for name in names}},
        names=named,
        figures=tuple(figures),
        spelled={name: name.title() for name in names},
    )


CAMERA = event("camera", "đèn đỏ", "vi phạm", "phạt nguội", names=("le ba dat",), figures=("3100",))
WARD = event("ki-ốt", "chợ", "tiểu thương", "hồ sơ", names=("binh phu",))


def news(session, number, text, facts, **changes):
    """Take in news of an event; gives the article."""
    judgement = judged(text)
    judgement = type(judgement)(
        **{name: getattr(judgement, name) for name in judgement.__slots__ if name != "story"},
        story=facts,
    )
    return articles.get(session, take(session, number, text, judgement, **changes).article_id)


def three(session):
    """A story of two own pieces and a copy of the second."""
    one = news(session, 1, DATA_LAKE, CAMERA)
    two = news(session, 2, TWIN_CITY, CAMERA, source="vamsong", first_seen_at=NOW + HOUR)
    copy = news(session, 3, TWIN_CITY, CAMERA, source="nhipphosong", first_seen_at=NOW + 2 * HOUR)
    return one, two, copy


def test_own_piece_on_the_same_event_joins_the_story(database):
    with database.writing() as session:
        one, two, _ = three(session)
        story = stories.get(session, one.story_id)
        (change,) = stories.changes(session, one.story_id)
    assert one.story_id == two.story_id
    assert (story.article_count, story.first_article_id) == (3, one.id)
    assert story.last_seen_at == NOW + 2 * HOUR
    assert (change.kind, change.articles, change.made_by) == ("joined", [two.id], "test-1")
    assert change.confidence > 0.9
    assert (change.reasons["with"], change.reasons["names"]) == (one.id, ["Le Ba Dat"])
    assert change.reasons["figures"] == ["3100"]


def test_another_event_of_the_day_is_another_story(database):
    with database.writing() as session:
        one = news(session, 1, DATA_LAKE, CAMERA)
        other = news(session, 2, FLOOD, WARD)
    assert one.story_id != other.story_id


def test_same_words_a_week_later_are_another_story(database):
    with database.writing() as session:
        one = news(session, 1, DATA_LAKE, CAMERA)
        later = news(session, 2, FLOOD, CAMERA, first_seen_at=NOW + timedelta(days=7))
    assert one.story_id != later.story_id


def test_piece_published_clearly_earlier_is_the_storys_first(database):
    with database.writing() as session:
        news(session, 1, DATA_LAKE, CAMERA, published_at=NOW)
        two = news(session, 2, TWIN_CITY, CAMERA, published_at=NOW - HOUR, first_seen_at=NOW + HOUR)
        story = stories.get(session, two.story_id)
    assert (story.first_article_id, story.first_published_at) == (two.id, NOW - HOUR)


def test_off_topic_article_joins_when_a_clearer_copy_makes_it_news(database):
    with database.writing() as session:
        one = news(session, 1, DATA_LAKE, CAMERA)
        off = take(session, 2, FLOOD, judged(FLOOD, relevant=False))
        assert articles.get(session, off.article_id).story_id != one.story_id
        copy = news(session, 3, FLOOD, CAMERA, source="vamsong")
        promoted = articles.get(session, off.article_id)
    assert (promoted.status, promoted.story_id) == ("new", one.story_id)
    assert copy.story_id == one.story_id


def test_merged_story_is_found_under_both_ids(database):
    with database.writing() as session:
        one = news(session, 1, DATA_LAKE, CAMERA)
        other = news(session, 2, FLOOD, WARD)
        was = other.story_id
        stories.merge(session, one.story_id, [was], LAN)
    with database.reading() as session:
        assert stories.get(session, was).id == one.story_id
        for asked in (one.story_id, was):
            found = reading.find(session, Filter(), Window(story=asked))
            assert {item.article.id for item in found} == {one.id, other.id}
        (change,) = stories.changes(session, was)
    assert (change.kind, change.made_by, change.note) == (
        "merged",
        "Lan",
        "cùng một lễ khai trương",
    )
    assert (change.story_id, change.other_id, change.articles) == (one.story_id, was, [other.id])


def test_story_merged_twice_leads_to_the_last(database):
    with database.writing() as session:
        keys = [
            news(session, number, text, event(f"sự kiện {number}")).story_id
            for number, text in enumerate((DATA_LAKE, FLOOD, TWIN_CITY))
        ]
        stories.merge(session, keys[1], [keys[0]], LAN)
        stories.merge(session, keys[2], [keys[1]], LAN)
        assert [stories.get(session, key).id for key in keys] == [keys[2]] * 3
        assert [session.get_one(Story, key).article_count for key in keys] == [0, 0, 3]


def test_split_takes_copies_along_and_is_recorded(database):
    with database.writing() as session:
        one, two, copy = three(session)
        apart = stories.split(session, one.story_id, [two.id], LAN)
        rest = stories.get(session, one.story_id)
        last = stories.changes(session, apart.id)[-1]
        assert (two.story_id, copy.story_id, one.story_id) == (apart.id, apart.id, rest.id)
    assert (apart.article_count, apart.first_article_id, rest.article_count) == (2, two.id, 1)
    assert (last.kind, last.story_id, last.other_id) == ("split", apart.id, rest.id)
    assert last.articles == [two.id, copy.id]


@pytest.mark.parametrize(
    ("places", "says"),
    [
        pytest.param([2], "it goes where that goes", id="a-copy-alone"),
        pytest.param([0, 1], "not all of them", id="all"),
        pytest.param([], "some of its articles", id="none"),
        pytest.param([3], "is not in story", id="what-is-elsewhere"),
    ],
)
def test_split_that_cannot_be_changes_nothing(database, places, says):
    with database.writing() as session:
        pieces = [*three(session), news(session, 4, FLOOD, WARD)]
        wanted = [pieces[place].id for place in places]
        with pytest.raises(StoryError, match=says):
            stories.split(session, pieces[0].story_id, wanted, LAN)
        assert len({piece.story_id for piece in pieces[:3]}) == 1


def test_story_is_not_merged_into_itself(database):
    with database.writing() as session:
        one = news(session, 1, DATA_LAKE, CAMERA)
        with pytest.raises(StoryError, match="already"):
            stories.merge(session, one.story_id, [one.story_id], LAN)


@pytest.mark.parametrize("key", [77, 2**40], ids=["unknown", "beyond-any-key"])
def test_story_that_is_not_there_is_named(database, key):
    with database.reading() as session, pytest.raises(UnknownThing, match=f"no story {key}"):
        stories.get(session, key)


def test_latest_stories_hold_news_and_come_newest_first(database):
    with database.writing() as session:
        one = news(session, 1, DATA_LAKE, CAMERA)
        other = news(session, 2, FLOOD, WARD, first_seen_at=NOW + HOUR)
        take(session, 3, SHORT, judged(SHORT, relevant=False), first_seen_at=NOW + 2 * HOUR)
        found = [story.id for story in stories.latest(session, None, None)]
        lately = [story.id for story in stories.latest(session, NOW + HOUR, 5)]
    assert (found, lately) == ([other.story_id, one.story_id], [other.story_id])
