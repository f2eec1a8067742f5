from datetime import timedelta
from itertools import pairwise

import pytest

from storage import articles, looking, polling
from storage.looking import AGES, AGES_ANEW, SECOND_LOOK, next_look
from storage.tables import Revision
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, TWIN_CITY, judged, take

HOUR = timedelta(hours=1)


def ages(born, changed=None):
    """The ages at which an article is looked at, each look made in time."""
    found, now = [], born
    while moment := next_look(born, changed, now):
        found.append(moment - born)
        now = moment
    return tuple(found)


def test_looks_grow_rarer_and_end():
    assert ages(NOW) == AGES
    assert all(after >= 2 * before for before, after in pairwise(AGES))


def test_old_article_is_not_looked_at():
    assert next_look(NOW - timedelta(days=7), None, NOW) is None


def test_missed_looks_are_not_made_up_for():
    assert next_look(NOW - 5 * HOUR, None, NOW) == NOW + HOUR


def test_look_just_made_stands_for_one_due_at_once():
    assert next_look(NOW, None, NOW + timedelta(minutes=25)) == NOW + 2 * HOUR


def test_change_in_substance_begins_the_looks_anew():
    changed = NOW + timedelta(days=6, hours=12)
    later = [changed + age - NOW for age in AGES_ANEW]
    assert set(later) <= set(ages(NOW, changed))


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        pytest.param({}, NOW + timedelta(minutes=30), id="first-seen-now"),
        pytest.param({"published_at": NOW - HOUR}, NOW + HOUR, id="published-an-hour-ago"),
        pytest.param({"published_at": NOW - timedelta(days=9)}, None, id="old"),
    ],
)
def test_news_gets_its_first_look(database, how, expected):
    with database.writing() as session:
        taken = take(session, 1, DATA_LAKE, **how)
        assert articles.get(session, taken.article_id).next_look_at == expected


def test_what_is_off_topic_or_a_copy_is_not_looked_at(database):
    with database.writing() as session:
        off = take(session, 1, DATA_LAKE, judged(DATA_LAKE, relevant=False))
        take(session, 2, FLOOD)
        copy = take(session, 3, FLOOD)
        looks = [articles.get(session, t.article_id).next_look_at for t in (off, copy)]
    assert looks == [None, None]


def test_off_topic_article_that_becomes_news_is_looked_at(database):
    with database.writing() as session:
        first = take(session, 1, DATA_LAKE, judged(DATA_LAKE, relevant=False))
        take(session, 2, DATA_LAKE)
        article = articles.get(session, first.article_id)
        assert (article.status, article.next_look_at) == ("new", NOW + timedelta(minutes=30))


def test_due_looks_come_longest_due_first_and_bounded(database):
    with database.writing() as session:
        for number, (text, hours) in enumerate([(DATA_LAKE, 3), (FLOOD, 1), (TWIN_CITY, 20)]):
            take(session, number, text, published_at=NOW - hours * HOUR)
        take(session, 9, "Một bài của báo khác.", source="nhipphosong")
    with database.reading() as session:
        due = looking.due(session, "bennghemoi", NOW + 4 * HOUR, 2)
        assert [article.text for article in due] == [FLOOD, DATA_LAKE]
        assert looking.due(session, "bennghemoi", NOW, 9) == []


def due_sources(database, now):
    with database.reading() as session:
        return looking.due_sources(session, ["bennghemoi"], now, now, 9)


def test_free_source_with_a_due_look_is_found(database):
    with database.writing() as session:
        names = {"bennghemoi": ("Bến", "press"), "nhipphosong": ("Nhịp", "press")}
        polling.register(session, names, NOW)
        take(session, 1, DATA_LAKE)
        take(session, 2, FLOOD, source="nhipphosong")
    assert due_sources(database, NOW) == []
    assert due_sources(database, NOW + HOUR) == ["bennghemoi"]
    with database.writing() as session:
        polling.claim(session, "bennghemoi", "elsewhere/1", NOW + HOUR, HOUR)
    assert due_sources(database, NOW + HOUR) == []


def test_article_is_gone_the_second_time_it_is_missed(database):
    with database.writing() as session:
        article = articles.get(session, take(session, 1, DATA_LAKE).article_id)
        looking.missed(article, "HTTP 404", NOW, for_good=False)
        assert (article.gone_at, article.next_look_at) == (None, NOW + SECOND_LOOK)
        looking.missed(article, "HTTP 404", NOW + HOUR, for_good=False)
        assert (article.gone_at, article.next_look_at) == (NOW + HOUR, None)
        looking.missed(article, "HTTP 410", NOW + 2 * HOUR, for_good=True)
        assert (article.gone_at, article.gone_reason) == (NOW + HOUR, "HTTP 410")
        assert article.looks == 3


def test_gone_article_that_is_there_again_is_not_gone(database):
    with database.writing() as session:
        article = articles.get(session, take(session, 1, DATA_LAKE).article_id)
        looking.missed(article, "HTTP 410", NOW, for_good=True)
        looking.looked(session, article, NOW + HOUR)
        assert (article.gone_at, article.gone_reason) == (None, None)
        assert article.next_look_at == NOW + 2 * HOUR


@pytest.mark.parametrize(
    ("substantial", "expected"), [(True, NOW + HOUR), (False, NOW + timedelta(hours=4))]
)
def test_only_a_change_in_substance_brings_the_next_look_nearer(database, substantial, expected):
    with database.writing() as session:
        taken = take(session, 1, DATA_LAKE, published_at=NOW - 2 * HOUR)
        article = articles.get(session, taken.article_id)
        session.add(Revision(article_id=article.id, title="", content_hash="", replaced_at=NOW,
                             substantial=substantial))  # fmt: skip
        looking.looked(session, article, NOW)
        assert article.next_look_at == expected


@pytest.mark.parametrize(
    ("hours", "pause"),
    [(0, timedelta(minutes=30)), (20, 2 * HOUR), (200, None)],
    ids=["young", "older", "old"],
)
def test_failed_look_is_put_off(database, hours, pause):
    with database.writing() as session:
        article = articles.get(session, take(session, 1, DATA_LAKE).article_id)
        now = NOW + hours * HOUR
        looking.postponed(article, now)
        assert article.next_look_at == (now + pause if pause else None)
