"""News are found by their words through an index, which is never behind and never says too few."""

from contextlib import closing

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage import backups, reading, restoring
from storage.database import open_database
from storage.filters import Filter, Window
from storage.news_words import news_with
from storage.tables import Article
from tests.storage.sample import DATA_LAKE, FLOOD, judged, take
from tests.storage.test_backups import address_of


def keys(session, query):
    return sorted(news_with(session, query))


@pytest.fixture
def archive(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE, title="Kho dữ liệu Zêta")
        take(session, 2, FLOOD, title="Cảm biến ngập Ômêga")
        take(session, 3, "Trận cầu đinh " * 20, judged("Trận cầu đinh " * 20, relevant=False))
    return database


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("ngập ômêga", [2], id="words"),
        pytest.param('title:"ngap omega"', [2], id="a title's"),
        pytest.param("zêta OR omega", [1, 2], id="one of them"),
        pytest.param("(zeta omega) OR ngap omega", [2], id="nested"),
        pytest.param("zêta NOT ômêga", [1], id="what must not be is left to the query"),
        pytest.param("source:nobody zeta", [1], id="fields, too"),
        pytest.param("trận cầu đinh", [], id="off topic"),
        pytest.param("điều_gì", [], id="nothing"),
    ],
)
def test_news_that_may_hold_the_words_are_given(archive, query, found):
    with archive.reading() as session:
        assert keys(session, query) == found


@pytest.mark.parametrize(
    "query", ["", "NOT zeta", "topic:ai", "zeta OR topic:ai", "zeta OR NOT zeta"]
)
def test_what_words_cannot_tell_is_left_to_the_query(archive, query):
    with archive.reading() as session:
        assert news_with(session, query) is None


def test_postgresql_reads_the_index_alone_and_keeps_its_settings(postgresql_database):
    read = text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'news_words'")
    with postgresql_database.writing() as session:
        take(session, 1, DATA_LAKE)
    with postgresql_database.reading() as session:
        assert news_with(session, "kho dữ liệu") == [1]
        assert session.scalar(read) == 0
        assert session.scalar(text("SHOW enable_seqscan")) == "on"


def test_many_are_not_listed(archive):
    with archive.reading() as session:
        assert news_with(session, "zeta", most=1) == [1]
        assert news_with(session, "zeta OR omega", most=1) is None


def test_phrase_is_no_more_than_its_words_and_the_query_decides(archive):
    with archive.reading() as session:
        assert reading.find(session, Filter(query='"omega ngap"'), Window()) == []
        assert reading.count(session, Filter(query='"ngập omega"'), Window()) == 1


def test_all_articles_are_searched_where_all_are_asked_for(archive):
    with archive.reading() as session:
        found = reading.find(session, Filter(query="trận cầu"), Window(everything=True))
    assert [tagged.article.id for tagged in found] == [3]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param({"search": " sigma |  |  "}, ([], [2]), id="other words"),
        pytest.param({"status": "off_topic"}, ([], []), id="no news any more"),
        pytest.param({"status": "new", "search": " sigma |  |  "}, ([], [2]), id="as before"),
        pytest.param({"looks": 5}, ([2], []), id="nothing of it"),
    ],
)
def test_index_follows_an_article(archive, change, found):
    with archive.writing() as session:
        article = session.get_one(Article, 2)
        for name, value in change.items():
            setattr(article, name, value)
    with archive.reading() as session:
        assert (keys(session, "omega"), keys(session, "sigma")) == found


def test_off_topic_article_that_becomes_news_is_found(archive):
    with archive.writing() as session:
        session.get_one(Article, 3).status = "new"
    with archive.reading() as session:
        assert keys(session, "trận cầu") == [3]


def test_words_of_a_transaction_that_is_taken_back_are_not_found(archive):
    with archive.writing() as session:
        session.get_one(Article, 2).search = " sigma |  |  "
        session.flush()
        assert keys(session, "sigma") == [2]
        session.rollback()
    with archive.reading() as session:
        assert (keys(session, "omega"), keys(session, "sigma")) == ([2], [])


def test_backup_and_what_is_restored_from_it_are_searched_alike(archive, tmp_path):
    saved = tmp_path / "saved.db"
    backups.save(address_of(archive), saved)
    with closing(open_database(f"sqlite:///{saved}")) as copy, copy.reading() as session:
        assert keys(session, "omega") == [2]
    with archive.writing() as session:
        for article in session.exec(select(Article)):
            article.search = " sigma |  |  "
    address = address_of(archive)
    archive.close()
    restoring.restore(saved, address, force=True)
    with closing(open_database(address)) as again, again.reading() as session:
        assert (keys(session, "omega"), keys(session, "sigma")) == ([2], [])
