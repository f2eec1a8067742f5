from datetime import UTC, datetime, timedelta

import pytest

from analysis.grouping import Telling, b_cubed, grouped_into_stories
from analysis.judgement import StoryFacts

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
METRO = StoryFacts("vi", {"metro": 3.0, "vé": 2.0}, {"metro": 9.0, "vé": 6.0, "cổng": 8.0})
CHIPS = StoryFacts("vi", {"chip": 3.0, "kỹ sư": 2.0}, {"chip": 9.0, "kỹ sư": 6.0, "học bổng": 8.0})


def test_pieces_on_one_event_share_the_story_of_the_first():
    later = Telling("b", METRO, NOON + timedelta(hours=3))
    other = Telling("c", CHIPS, NOON + timedelta(hours=1))
    told = grouped_into_stories([later, other, Telling("a", METRO, NOON)])
    assert told == {"a": "a", "b": "a", "c": "c"}


def test_event_of_another_week_is_another_story():
    told = grouped_into_stories(
        [
            Telling("a", METRO, NOON),
            Telling("b", METRO, NOON + timedelta(days=9)),
        ]
    )
    assert told["b"] == "b"


def test_copy_is_in_its_originals_story():
    copied = Telling("b", None, NOON + timedelta(days=9), copy_of="a")
    assert grouped_into_stories([Telling("a", METRO, NOON), copied])["b"] == "a"


def test_text_without_time_begins_a_story():
    assert grouped_into_stories([Telling("a", METRO, NOON), Telling("b", METRO, None)])["b"] == "b"


@pytest.mark.parametrize(
    ("told", "precision", "recall"),
    [
        pytest.param("112", 1.0, 1.0, id="as it is"),
        pytest.param("111", pytest.approx(5 / 9, abs=1e-4), 1.0, id="all together"),
        pytest.param("123", 1.0, pytest.approx(2 / 3, abs=1e-4), id="each alone"),
    ],
)
def test_b_cubed_counts_for_each_text_who_belongs_with_it(told, precision, recall):
    said = b_cubed(dict(zip("abc", told, strict=True)), dict(zip("abc", "112", strict=True)))
    assert (said["precision"], said["recall"], said["n"]) == (precision, recall, 3)


def test_nothing_labelled_has_no_stories():
    assert b_cubed({}, {})["n"] == 0
