"""Many copies as syndication makes them, and pairs that are none, through the very look-up."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from analysis.copies import Piece
from analysis.fingerprints import fingerprint
from storage import neighbours
from tests.storage import recurring, same_events
from tests.storage.sample import NOW, take
from tests.storage.syndication import COPIES, edited, heavily_edited

TESTS = Path(__file__).parents[1]
SEEDS = TESTS.parents[1] / "shared" / "seeds"
LINES = (TESTS / "analysis" / "full_articles.jsonl").read_text("utf-8").splitlines()
ARTICLES = [(item["title"], item["text"]) for item in map(json.loads, LINES)]
ARTICLES += [("", file.read_text("utf-8")) for file in sorted(SEEDS.glob("*.txt"))]


def piece(title, text):
    return Piece(fingerprint(text), title, text, NOW)


@pytest.fixture
def archive(sqlite_database):
    """The ids of the originals, stored as sixty outlets' articles, and a session on them."""
    with sqlite_database.writing() as session:
        ids = [
            take(session, number, text, title=title).article_id
            for number, (title, text) in enumerate(ARTICLES)
        ]
    with sqlite_database.reading() as session:
        yield session, ids


def verdict(session, title, text):
    """What a text is, and to which article."""
    found = neighbours.alike(session, piece(title, text))
    return (found[0].comparison.verdict, found[0].article.id) if found else ("different", None)


def test_copies_are_found_and_taken_for_the_right_article(archive):
    session, ids = archive
    right, wrong, all_of = Counter(), [], Counter()
    for number, (id_, article) in enumerate(zip(ids, ARTICLES, strict=True)):
        for way in COPIES[number % 2 :: 2]:
            chance = random.Random(number)
            said, known = verdict(session, *way(*article, chance))
            all_of[way.__name__] += 1
            right[way.__name__] += said == "copy" and known == id_
            wrong += [(way.__name__, number)] if said == "copy" and known != id_ else []
    assert all_of.total() >= 400
    assert not wrong
    assert {name for name in all_of if right[name] < all_of[name]} <= {edited.__name__}
    assert right.total() / all_of.total() >= 0.98
    assert right[edited.__name__] / all_of[edited.__name__] >= 0.7


def test_heavily_edited_copies_are_linked_but_not_dropped(archive):
    session, ids = archive
    said = Counter(
        verdict(session, *heavily_edited(*article, random.Random(number)))
        for number, article in enumerate(ARTICLES[:20])
    )
    assert set(said) <= {("related", id_) for id_ in ids} | {("different", None)}
    assert said.total() - said["different", None] >= 18


def test_articles_of_one_event_are_no_copies_of_each_other(sqlite_database):
    pairs = same_events.pairs()
    assert len(pairs) >= 60
    with sqlite_database.writing() as session:
        for number, texts in enumerate(same_events.stories()):
            for place, text in enumerate(texts):
                taken = take(session, number * 3 + place, text, title=f"Tin {number} {place}")
                assert taken.outcome == "new"


def test_two_issues_of_a_column_are_no_copies(sqlite_database):
    with sqlite_database.writing() as session:
        for number, issues in enumerate(recurring.pairs()):
            outcomes = [
                take(session, number * 2 + place, text, title=title).outcome
                for place, (title, text) in enumerate(issues)
            ]
            assert outcomes == ["new", "new"], issues[0][0]


def test_follow_up_that_repeats_the_background_is_linked(archive):
    session, ids = archive
    title, text = ARTICLES[0]
    background = text.split("\n\n")[1:]
    fresh = same_events.pairs()[0][0].split("\n\n")[:3]
    said = verdict(session, f"Thêm một bước: {title}", "\n\n".join([*fresh, *background]))
    assert said in {("related", ids[0]), ("version", ids[0])}
