from datetime import timedelta

import pytest
from sqlmodel import select

from storage import articles, events
from storage.errors import UnknownThing
from storage.tables import (
    Article,
    ArticleEntity,
    ArticleTopic,
    Entity,
    Event,
    Revision,
    Shingle,
    Story,
)
from tests.storage.sample import (
    DATA_LAKE,
    DATA_LAKE_EDITED,
    ENTITY,
    FLOOD,
    NOW,
    SHORT,
    TOPIC,
    TWIN_CITY,
    judged,
    seed,
    take,
)

OFF = {"relevant": False}


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        pytest.param([], (DATA_LAKE, {}), "new", id="first-of-its-kind"),
        pytest.param([], (DATA_LAKE, OFF), "off_topic", id="off-topic"),
        pytest.param([(DATA_LAKE, {})], (TWIN_CITY, {}), "new", id="another-text"),
        pytest.param([(DATA_LAKE, {})], (DATA_LAKE, {}), "exact_duplicate", id="same-text"),
        pytest.param(
            [(DATA_LAKE, {})], (DATA_LAKE.upper(), {}), "exact_duplicate", id="same-but-for-case"
        ),
        pytest.param([(DATA_LAKE, {})], (DATA_LAKE_EDITED, {}), "near_duplicate", id="edited"),
        pytest.param([(DATA_LAKE, OFF)], (DATA_LAKE, {}), "exact_duplicate", id="of-off-topic"),
        pytest.param([(DATA_LAKE, {})], (DATA_LAKE, OFF), "exact_duplicate", id="copy-off-topic"),
        pytest.param([(SHORT, {})], (SHORT, {}), "new", id="short-text-under-another-title"),
        pytest.param([("", {})], ("", {}), "new", id="no-text-under-another-title"),
    ],
)
def test_outcome_of_a_first_sight(database, before, after, outcome):
    with database.writing() as session:
        for number, (text, how) in enumerate(before):
            take(session, number, text, judged(text, **how))
        text, how = after
        taken = take(session, 99, text, judged(text, **how))
    assert taken.outcome == outcome


def test_short_text_under_the_same_title_is_a_copy(database):
    with database.writing() as session:
        take(session, 1, SHORT, title="Bản tin tối 28/11")
        taken = take(session, 2, SHORT, title="BẢN TIN TỐI 28/11")
    assert taken.outcome == "exact_duplicate"


@pytest.mark.parametrize("text", [DATA_LAKE, DATA_LAKE_EDITED], ids=["exact", "edited"])
def test_copy_of_a_seed_names_the_seed(database, text):
    with database.writing() as session:
        taken = take(session, 1, text, seeds=[seed("seed-007", DATA_LAKE)])
        article = articles.get(session, taken.article_id)
    assert (article.status, article.seed) == ("seed_duplicate", "seed-007")
    assert article.duplicate_of is None
    assert article.similarity > 0.5


def test_copy_of_a_seeds_copy_is_one_of_the_seed(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE, seeds=[seed("seed-007", DATA_LAKE)])
        article = articles.get(session, take(session, 2, DATA_LAKE).article_id)
    assert (article.status, article.seed) == ("seed_duplicate", "seed-007")


def test_copy_of_a_copy_points_to_the_first(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        take(session, 2, DATA_LAKE_EDITED)
        taken = take(session, 3, DATA_LAKE_EDITED)
        article = articles.get(session, taken.article_id)
    assert (taken.outcome, article.duplicate_of) == ("exact_duplicate", first.article_id)


def test_only_news_makes_an_event(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        take(session, 2, DATA_LAKE)
        take(session, 3, DATA_LAKE_EDITED)
        take(session, 4, FLOOD, judged(FLOOD, relevant=False))
        take(session, 5, TWIN_CITY, seeds=[seed("seed-000", TWIN_CITY)])
        told = events.after(session, 0, 100)
    assert [(event.type, event.article_id) for event in told] == [
        ("article.published", first.article_id)
    ]


def test_copies_join_the_story_of_the_first(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        for number in (2, 3):
            take(session, number, DATA_LAKE, first_seen_at=NOW + timedelta(hours=number))
        take(session, 4, FLOOD)
        story = session.get_one(Story, articles.get(session, first.article_id).story_id)
        alone = session.exec(select(Story).where(Story.id != story.id)).one()
    assert (story.article_count, story.first_article_id) == (3, first.article_id)
    assert story.last_seen_at == NOW + timedelta(hours=3)
    assert alone.article_count == 1


@pytest.mark.parametrize(
    ("minutes", "becomes_first"),
    [
        pytest.param(-30, True, id="clearly-earlier"),
        pytest.param(-5, False, id="within-the-clocks-error"),
        pytest.param(30, False, id="later"),
        pytest.param(None, False, id="undated"),
    ],
)
def test_story_begins_with_what_was_clearly_published_first(database, minutes, becomes_first):
    earlier = None if minutes is None else NOW + timedelta(minutes=minutes)
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE, published_at=NOW)
        second = take(session, 2, DATA_LAKE, published_at=earlier)
        story = session.exec(select(Story)).one()
    assert story.first_article_id == (second if becomes_first else first).article_id
    assert second.outcome == "exact_duplicate"


def test_article_keeps_what_was_judged_of_it(database):
    judgement = judged(DATA_LAKE, topics=(TOPIC,), entities=(ENTITY,))
    with database.writing() as session:
        taken = take(session, 1, DATA_LAKE, judgement)
    with database.reading() as session:
        article = articles.get(session, taken.article_id)
        topic, entity = (session.exec(select(t)).one() for t in (ArticleTopic, ArticleEntity))
    assert (article.relevance, article.rules, article.language) == (0.9, "test-1", "vi")
    assert article.content_hash == judgement.fingerprint.content_hash
    assert (topic.slug, topic.score) == ("du-lieu", 0.8)
    assert topic.evidence == [{"text": "kho dữ liệu", "start": 4, "end": 15}]
    assert (entity.entity_id, entity.mentions[0]["text"]) == ("org-so-khcn", "Sở")


def test_entity_named_by_two_articles_is_one(database):
    with database.writing() as session:
        for number, text in enumerate((DATA_LAKE, FLOOD)):
            take(session, number, text, judged(text, entities=(ENTITY,)))
        assert len(session.exec(select(Entity)).all()) == 1
        assert len(session.exec(select(ArticleEntity)).all()) == 2


def test_unchanged_article_leaves_no_trace(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        again = take(session, 1, DATA_LAKE, first_seen_at=NOW + timedelta(days=1))
        assert (again.article_id, again.outcome) == (first.article_id, "unchanged")
        assert not session.exec(select(Revision)).all()
        assert len(session.exec(select(Event)).all()) == 1
        assert articles.get(session, first.article_id).revised_at is None


@pytest.mark.parametrize(
    "changes", [{"title": "Tít mới"}, {"text": TWIN_CITY}], ids=["other-title", "other-text"]
)
def test_revision_is_kept_and_told(database, changes):
    later = NOW + timedelta(hours=2)
    new = {"text": DATA_LAKE, "first_seen_at": later} | changes
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE)
        again = take(session, 1, new.pop("text"), **new)
        article = articles.get(session, first.article_id)
        revision = session.exec(select(Revision)).one()
        types = [event.type for event in events.after(session, 0, 9)]
    assert again.outcome == "revised"
    assert types == ["article.published", "article.revised"]
    assert (revision.text, revision.title, revision.replaced_at) == (DATA_LAKE, "Bài 1", later)
    assert (article.revised_at, article.first_seen_at, article.status) == (later, NOW, "new")


def test_revision_brings_new_tags_and_shingles(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE, judged(DATA_LAKE, topics=(TOPIC,), entities=(ENTITY,)))
        before = set(session.exec(select(Shingle.hash)))
        take(session, 1, TWIN_CITY)
        after = set(session.exec(select(Shingle.hash)))
        assert not session.exec(select(ArticleTopic)).all()
        assert not session.exec(select(ArticleEntity)).all()
        copy = take(session, 2, TWIN_CITY)
    assert before
    assert after
    assert before.isdisjoint(after)
    assert copy.outcome == "exact_duplicate"


def test_off_topic_article_may_become_news(database):
    with database.writing() as session:
        take(session, 1, FLOOD, judged(FLOOD, relevant=False))
        again = take(session, 1, DATA_LAKE)
        types = [event.type for event in events.after(session, 0, 9)]
        article = articles.get(session, again.article_id)
    assert (again.outcome, article.status, types) == ("revised", "new", ["article.published"])


def test_news_once_told_stays_news(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
        again = take(session, 1, FLOOD, judged(FLOOD, relevant=False))
        types = [event.type for event in events.after(session, 0, 9)]
        assert articles.get(session, again.article_id).status == "new"
    assert types == ["article.published", "article.revised"]


def test_revised_copy_stays_a_copy_and_is_not_told(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE)
        take(session, 2, DATA_LAKE)
        again = take(session, 2, TWIN_CITY)
        article = articles.get(session, again.article_id)
        assert (again.outcome, article.status) == ("revised", "exact_duplicate")
        assert len(session.exec(select(Event)).all()) == 1


def test_failed_transaction_leaves_nothing(database):
    judgement = judged(DATA_LAKE, topics=(TOPIC,), entities=(ENTITY,))

    def take_and_fail():
        with database.writing() as session:
            take(session, 1, DATA_LAKE, judgement)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        take_and_fail()
    kinds = (Article, Story, Event, Shingle, Entity, ArticleTopic, ArticleEntity)
    with database.reading() as session:
        assert [kind for kind in kinds if session.exec(select(kind)).first()] == []


@pytest.mark.parametrize("key", [0, 17, 2**31, 2**63], ids=str)
def test_article_that_is_not_there_is_named(database, key):
    with database.reading() as session, pytest.raises(UnknownThing, match=f"no article {key}"):
        articles.get(session, key)


def test_clearer_copy_of_an_off_topic_article_makes_news_of_it(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE, judged(DATA_LAKE, relevant=False))
        copy = take(session, 2, DATA_LAKE)
        told = [event.article_id for event in events.after(session, 0, 9)]
        status = articles.get(session, first.article_id).status
    assert (copy.outcome, status, told) == ("exact_duplicate", "new", [first.article_id])
