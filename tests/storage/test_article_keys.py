"""An article that its outlet numbers stays one article when the words of its address change."""

import pytest
from sqlmodel import select

from storage import articles, candidates
from storage.candidates import Sighting
from storage.tables import Article, CandidateRow, Revision
from tests.storage.sample import DATA_LAKE, NOW, TWIN_CITY, take

FEED = "https://bennghemoi.example/rss/home.rss"
SITEMAP = "https://bennghemoi.example/sitemap.xml"
OLD = "https://bennghemoi.example/ten-cu-post7.html"
NEW = "https://bennghemoi.example/ten-moi-post7.html"
KEY = "bennghemoi:7"


def shown(address, via=FEED, key=KEY, **said):
    return Sighting(address, address, via, article_key=key, **said)


def sight(session, *sightings):
    found = candidates.sight(session, "bennghemoi", sightings, NOW)
    return [row.canonical_url for row in found]


def settled(session, *sightings):
    """Sight candidates and let the first become an article."""
    sight(session, *sightings)
    taken = take(session, 7, DATA_LAKE, canonical_url=OLD, article_key=KEY)
    candidates.fetched(session, OLD, taken.article_id, KEY)


def rows(session):
    return session.exec(select(CandidateRow)).all()


def test_place_that_gives_an_article_another_address_has_it_looked_at_again(database):
    with database.writing() as session:
        settled(session, shown(OLD))
        assert sight(session, shown(NEW)) == [OLD]
        assert len(rows(session)) == 1


def test_address_that_nobody_gave_before_has_the_article_looked_at_again(database):
    with database.writing() as session:
        settled(session, shown(OLD))
        assert sight(session, shown(NEW, via=SITEMAP)) == [OLD]


def test_places_that_go_on_with_different_addresses_do_not_make_each_other_look_like_news(database):
    with database.writing() as session:
        settled(session, shown(OLD), shown(NEW, via=SITEMAP))
        for _ in range(3):
            assert sight(session, shown(OLD), shown(NEW, via=SITEMAP)) == []


def test_article_still_to_be_fetched_is_not_wanted_under_a_second_address(database):
    with database.writing() as session:
        assert sight(session, shown(OLD), shown(NEW, via=SITEMAP)) == [OLD]
        assert len(rows(session)) == 1


@pytest.mark.parametrize("key", [None, "bennghemoi:8", "vamsong:7"])
def test_other_numbers_are_other_articles(database, key):
    with database.writing() as session:
        settled(session, shown(OLD))
        assert sight(session, shown(NEW, key=key)) == [NEW]


def test_outcome_of_the_new_address_settles_the_candidate(database):
    with database.writing() as session:
        sight(session, shown(OLD))
        candidates.failed(session, NEW, "HTTP 500", NOW, KEY)
        assert (rows(session)[0].attempts, rows(session)[0].reason) == (1, "HTTP 500")
        candidates.refused(session, NEW, "HTTP 410", KEY)
        assert rows(session)[0].status == "refused"


def test_candidate_from_before_the_number_was_known_gets_it(database):
    with database.writing() as session:
        settled(session, shown(OLD, key=None))
        rows(session)[0].article_key = None
        assert sight(session, shown(OLD)) == []
        assert rows(session)[0].article_key == KEY


def test_changed_text_at_a_new_address_is_a_revision_whose_address_follows(database):
    with database.writing() as session:
        first = take(session, 7, DATA_LAKE, canonical_url=OLD, article_key=KEY)
        again = take(session, 7, TWIN_CITY, canonical_url=NEW, article_key=KEY)
        assert (again.article_id, again.outcome) == (first.article_id, "revised")
        assert articles.get(session, first.article_id).canonical_url == NEW
        assert len(session.exec(select(Revision)).all()) == 1


def test_same_text_at_a_new_address_is_unchanged(database):
    with database.writing() as session:
        first = take(session, 7, DATA_LAKE, canonical_url=OLD, article_key=KEY)
        again = take(session, 7, DATA_LAKE, canonical_url=NEW, article_key=KEY)
        assert (again.article_id, again.outcome) == (first.article_id, "unchanged")
        assert [row.canonical_url for row in session.exec(select(Article))] == [NEW]


def test_address_of_another_article_is_not_taken_from_it(database):
    with database.writing() as session:
        first = take(session, 7, DATA_LAKE, canonical_url=OLD, article_key=KEY)
        other = take(session, 8, TWIN_CITY, canonical_url=NEW, article_key="bennghemoi:8")
        again = take(session, 9, TWIN_CITY, canonical_url=NEW, article_key=KEY)
        assert again.article_id == other.article_id
        assert articles.get(session, first.article_id).canonical_url == OLD


def test_article_stored_before_its_number_was_known_gets_it(database):
    with database.writing() as session:
        first = take(session, 7, DATA_LAKE, canonical_url=OLD)
        take(session, 7, DATA_LAKE, canonical_url=OLD, article_key=KEY)
        assert articles.get(session, first.article_id).article_key == KEY
