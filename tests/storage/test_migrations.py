"""An archive of an earlier version, with articles in it, is upgraded and loses nothing."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text
from sqlmodel import SQLModel, select

from storage import backfills
from storage.backfill_tables import Backfill, BackfillPlace
from storage.database import HEAD, MIGRATIONS, open_database
from storage.dialects import prepare
from storage.news_words import news_with
from storage.related import of_article
from storage.signups import SignUp
from storage.tables import Article, Revision, Shingle, SourceState, Story, Subscription

STORY = "INSERT INTO story (id, last_seen_at, article_count) VALUES (1, :now, 1)"
ARTICLE = (
    "INSERT INTO article (id, source, url, canonical_url, title, lead, text, authors,"
    " first_seen_at, content_hash, syllables, rules, relevance, city, theme, evidence, status,"
    " story_id, search)"
    " VALUES (7, 'sggp', 'https://a.example/1', 'https://a.example/1', 'Kho dữ liệu', '', 'Bài',"
    " '[]', :now, 'h', 1, 'r', 0.9, 1, 1, '[]', 'new', 1, 'kho du lieu')"
)
REVISION = (
    "INSERT INTO revision (id, article_id, title, lead, text, content_hash, replaced_at)"
    " VALUES (1, 7, 'Kho', '', 'Bài cũ', 'g', :now)"
)
SHINGLE = "INSERT INTO shingle (hash, article_id) VALUES (281474976710640, 7)"
SOURCE = (
    "INSERT INTO source (id, name, kind, next_check_at, interval_seconds, failures)"
    " VALUES ('sggp', 'SGGP', 'press', :now, 600, 2)"
)
SUBSCRIPTION = (
    "INSERT INTO subscription (id, kind, address, status, schedule, timezone, language, filters,"
    " secrets, position, period_from, created_at)"
    " VALUES ('s', 'mail', 'a@example.org', 'active', 'hourly', 'UTC', 'vi', '{}', '[]', 0, :now,"
    " :now)"
)

BACKFILL = (
    "INSERT INTO backfill (id, source, first_day, last_day, status, next_at, fruitless, begun_at,"
    " counts) VALUES (1, 'sggp', '2025-10-01', '2025-10-31', 'open', :now, 0, :now, '{}')"
)
PLACES = (
    "INSERT INTO backfill_place (backfill_id, url, kind, shard, pages, page, status, attempts,"
    " next_at, known, before, shown, notes) VALUES"
    " (1, 'own', 'sitemap', false, '', 1, 'done', 0, :now, 0, '[]', '[]', '[]'),"
    " (1, 'led to', 'sitemap', true, '', 1, 'todo', 0, :now, 0, '[]', '[]', '[]')"
)


@pytest.fixture
def first_version(new_address):
    """The address of an archive as the first version left it, with something in it."""
    return _of_version("0001", new_address, STORY, ARTICLE, REVISION, SHINGLE, SOURCE, SUBSCRIPTION)


def _of_version(version, address, *statements):
    driver = address.replace("postgresql://", "postgresql+psycopg://")
    if driver.startswith("sqlite"):
        open_database(address).close()  # makes the folder
        driver = driver.replace("diembao.db", "first.db")
    engine = create_engine(driver)
    prepare(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        for statement in statements:
            connection.execute(text(statement), {"now": "2026-11-20 02:00:00+00:00"})
    engine.dispose()
    return driver.replace("+psycopg", "")


def test_articles_and_revisions_of_the_first_version_are_kept(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        article = session.exec(select(Article)).one()
        revision = session.exec(select(Revision)).one()
    assert (article.id, article.title, article.text) == (7, "Kho dữ liệu", "Bài")
    assert (article.medium, article.access, article.tags, article.looks) == (
        "article", "open", [], 0
    )  # fmt: skip
    assert (revision.text, revision.changes, revision.substantial) == ("Bài cũ", {}, True)


def test_no_backfill_is_said_to_have_brought_what_the_first_version_held(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        assert session.exec(select(Article.backfill_id)).all() == [None]
        assert session.exec(select(Backfill)).all() == []


def test_articles_of_the_first_version_are_found_by_whole_words(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        assert session.exec(select(Article.search)).one() == " kho du lieu |  | bai "


def test_sources_of_the_first_version_start_without_a_verdict(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        state = session.exec(select(SourceState)).one()
    assert (state.failures, state.state, state.trouble, state.rhythm) == (2, "ok", 0.0, {})


def test_stories_of_the_first_version_stand_by_themselves(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        story = session.exec(select(Story)).one()
    assert (story.id, story.article_count, story.merged_into) == (1, 1, None)


def test_upgraded_archive_is_at_the_newest_version(first_version):
    with closing(open_database(first_version)) as opened:
        with opened.engine.connect() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        tables = inspect(opened.engine).get_table_names()
    assert version == HEAD
    assert {"host", "source_day", "snapshot", "push"} <= set(tables)


def test_upgrade_says_from_which_version_to_which_and_only_when_it_is_one(first_version):
    told = []
    for _ in range(2):
        open_database(first_version, tell=lambda *versions: told.append(versions)).close()
    assert told == [("0001", HEAD)]


def test_upgraded_archive_has_the_indexes_of_the_tables_and_no_others(first_version):
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix_%'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_%'",
    }
    with closing(open_database(first_version)) as opened, opened.engine.connect() as connection:
        found = set(connection.execute(text(names[connection.dialect.name])).scalars())
    tables = SQLModel.metadata.tables.values()
    assert found == {index.name for table in tables for index in table.indexes}


def test_articles_of_the_first_version_are_related_to_none(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        assert of_article(session, 7) == []


def test_news_of_the_first_version_are_found_by_their_words_and_go_on_being_so(first_version):
    with closing(open_database(first_version)) as opened:
        with opened.writing() as session:
            assert news_with(session, "kho dữ liệu") == [7]
            session.exec(select(Article)).one().search = " ban sao so |  |  "
        with opened.reading() as session:
            assert news_with(session, "kho dữ liệu") == []
            assert news_with(session, "bản sao số") == [7]


def test_shingles_of_the_first_version_are_kept_and_refer_to_no_other_table(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        kept = session.exec(select(Shingle)).one()
        assert inspect(session.connection()).get_foreign_keys("shingle") == []
    assert (kept.hash, kept.article_id) == (281474976710640, 7)


def test_postgresql_vacuums_the_shingles_of_the_first_version_often(first_version):
    often = "autovacuum_vacuum_insert_scale_factor=0.01"
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        on_postgresql = session.connection().dialect.name == "postgresql"
        asked = text("SELECT reloptions FROM pg_class WHERE relname = 'shingle'")
        assert on_postgresql == (on_postgresql and often in session.scalar(asked))


def test_subscriptions_of_the_first_version_want_no_note_on_a_quiet_year(first_version):
    with closing(open_database(first_version)) as opened, opened.reading() as session:
        assert session.exec(select(Subscription.quiet_note)).one() is False


def test_sign_ups_can_be_counted_after_the_upgrade(first_version):
    with closing(open_database(first_version)) as opened, opened.writing() as session:
        assert session.exec(select(SignUp)).all() == []


def test_sitemaps_of_a_backfill_under_way_stand_as_deep_as_they_were(new_address):
    address = _of_version("0013", new_address, BACKFILL, PLACES)
    with closing(open_database(address)) as opened, opened.reading() as session:
        places = session.exec(select(BackfillPlace.url, BackfillPlace.depth)).all()
        assert backfills.next_places(session, 1, datetime.now(UTC), 9)[0].url == "led to"
    assert dict(places) == {"own": 0, "led to": 1}
