from dataclasses import asdict
from datetime import timedelta

import pytest

from analysis.judgement import Span
from storage import articles, reading
from storage.filters import Filter, Window
from storage.tables import Article, ArticleTopic, Story
from tests.storage.sample import (
    DATA_LAKE,
    ENTITY,
    FLOOD,
    NOW,
    TOPIC,
    TWIN_CITY,
    judged,
    row,
    take,
)


def hours(count):
    return NOW + timedelta(hours=count)


def test_newest_comes_first_by_publication_else_by_first_sight(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE, published_at=hours(-5))
        take(session, 2, FLOOD, first_seen_at=hours(-2))
        take(session, 3, TWIN_CITY, published_at=hours(-3), first_seen_at=hours(9))
        found = reading.find(session, Filter(), Window())
    assert [tagged.article.id for tagged in found] == [2, 3, 1]


def test_of_two_at_one_moment_the_later_stored_comes_first(database):
    with database.writing() as session:
        for number, text in enumerate((DATA_LAKE, FLOOD, TWIN_CITY)):
            take(session, number, text, published_at=NOW)
        assert [t.article.id for t in reading.find(session, Filter(), Window())] == [3, 2, 1]


@pytest.mark.parametrize(("limit", "given"), [(None, 3), (2, 2), (1, 1), (99, 3)])
def test_list_is_whole_unless_limited(database, limit, given):
    with database.writing() as session:
        for number, text in enumerate((DATA_LAKE, FLOOD, TWIN_CITY)):
            take(session, number, text)
        assert len(reading.find(session, Filter(), Window(), limit)) == given
        assert reading.count(session, Filter(), Window()) == 3


def test_articles_one_by_one_are_those_of_the_list_and_some_at_a_time_are_held(
    database, monkeypatch
):
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    with database.writing() as session:
        for number in range(5):
            take(session, number, f"{DATA_LAKE} {number}", judged(str(number), topics=(TOPIC,)))
    with database.reading() as session:
        whole = reading.find(session, Filter(), Window())
    with database.reading() as session:
        coming = reading.each(session, Filter(), Window())
        first = next(coming)
        held = [row for row in session.identity_map.values() if isinstance(row, Article)]
        assert len(held) <= 2
        came = [first, *coming]
    assert [each.article.id for each in came] == [each.article.id for each in whole]
    assert [each.topics for each in came] == [each.topics for each in whole]


def test_tags_are_joined_strongest_first(database):
    weaker = TOPIC._replace(slug="ai", score=0.3)
    often = ENTITY._replace(id="place-sg", mentions=(Span("SG", 0, 2), Span("SG", 5, 7)))
    judgement = judged(DATA_LAKE, topics=(weaker, TOPIC), entities=(ENTITY, often))
    with database.writing() as session:
        take(session, 1, DATA_LAKE, judgement)
        take(session, 2, FLOOD, first_seen_at=hours(-1))
    with database.reading() as session:
        tagged, bare = reading.find(session, Filter(), Window())
    assert [(slug, score) for slug, score, _ in tagged.topics] == [("du-lieu", 0.8), ("ai", 0.3)]
    assert [(entity.id, len(spans)) for entity, spans in tagged.entities] == [
        ("place-sg", 2), ("org-so-khcn", 1),
    ]  # fmt: skip
    assert (bare.topics, bare.entities) == ((), ())


def test_tags_of_many_articles_are_joined(database):
    numbers = range(1, 1003)
    with database.writing() as session:
        session.add(Story(id=1, last_seen_at=NOW))
        session.flush()
        fixed = {"status": "new", "story_id": 1, "content_hash": ""}
        session.add_all(Article(**asdict(row(n, "")), id=n, **fixed) for n in numbers)
        session.flush()
        session.add_all(ArticleTopic(article_id=n, slug="ai", score=1.0) for n in numbers)
    with database.reading() as session:
        found = reading.matching(session, Filter(), numbers)
    assert [tagged.article.id for tagged in found] == list(numbers)
    assert [len(tagged.topics) for tagged in found] == [1] * len(numbers)


def test_list_does_not_load_the_search_text(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
    with database.reading() as session:
        article = reading.find(session, Filter(), Window())[0].article
        assert "search" not in article.__dict__
        assert article.text == DATA_LAKE


def test_story_has_its_articles_first_stored_first(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        take(session, 2, DATA_LAKE)
        take(session, 3, FLOOD)
        story = articles.get(session, first.article_id).story_id
        found = reading.story_articles(session, [story, 999])
    assert {key: [a.id for a in group] for key, group in found.items()} == {story: [1, 2]}


def test_matching_gives_news_that_fits_oldest_first(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE, judged(DATA_LAKE, topics=(TOPIC,)))
        take(session, 2, DATA_LAKE, judged(DATA_LAKE, topics=(TOPIC,)))
        take(session, 3, FLOOD, judged(FLOOD, relevant=False, topics=(TOPIC,)))
        take(session, 4, TWIN_CITY, judged(TWIN_CITY, topics=(TOPIC,)))
        take(session, 5, "Một bài khác.")
        found = reading.matching(session, Filter(topics=("du-lieu",)), [5, 4, 3, 2, 1, 99])
    assert [tagged.article.id for tagged in found] == [1, 4]


@pytest.mark.parametrize(
    ("slug", "language", "name"),
    [
        ("du-lieu", "vi", "Dữ liệu"),
        ("no-such-topic", "vi", "no-such-topic"),
    ],
)
def test_topic_is_named_in_the_readers_language(slug, language, name):
    assert reading.topic_name(slug, language).casefold().startswith(name.casefold())
