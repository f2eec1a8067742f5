import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, func, select

from storage.database import HEAD, MIGRATIONS, open_database, shown
from storage.errors import DatabaseError
from storage.runs import Run
from storage.tables import Article, Event, Revision
from tests.storage.sample import DATA_LAKE, NOW, take


def run(number):
    return Run(id=f"run-{number}", started_at=NOW, seconds=1.5)


def is_of_a_model(name, kind, _parents):
    return kind != "table" or not name.startswith("news_words")  # triggers write these


# SQLite tells nothing of indexes on expressions; PostgreSQL's are compared.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_migrations_give_the_tables_of_the_models(database):
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": is_of_a_model}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_newest_migration_is_the_one_the_program_asks_for():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_archive_that_is_not_there_is_made_with_its_folder(tmp_path):
    path = tmp_path / "a" / "b" / "diembao.db"
    with closing(open_database(f"sqlite:///{path}")) as opened:
        assert inspect(opened.engine).has_table("article")
    assert path.is_file()


def test_archive_opened_again_keeps_what_is_in_it(tmp_path):
    address = f"sqlite:///{tmp_path / 'diembao.db'}"
    with closing(open_database(address)) as opened, opened.writing() as session:
        take(session, 1, DATA_LAKE)
    with closing(open_database(address)) as again, again.reading() as session:
        assert session.exec(select(Article)).one().text == DATA_LAKE


def test_unmigrated_archive_is_refused_when_migration_is_by_hand(tmp_path):
    with pytest.raises(DatabaseError, match=f"needs {HEAD}: run 'diembao db upgrade'"):
        open_database(f"sqlite:///{tmp_path / 'diembao.db'}", migrate=False)


@pytest.mark.parametrize("migrate", [True, False], ids=["by-itself", "by-hand"])
def test_archive_of_a_newer_program_is_refused(sqlite_database, tmp_path, migrate):
    with sqlite_database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="version 9999, made by a newer program"):
        open_database(f"sqlite:///{tmp_path / 'diembao.db'}", migrate=migrate)


def test_two_programs_may_make_the_archive_at_once(new_address):
    together = threading.Barrier(2)

    def start():
        together.wait(timeout=10)
        with closing(open_database(new_address)) as opened:
            return inspect(opened.engine).has_table("article")

    with ThreadPoolExecutor(2) as threads:
        assert [task.result() for task in [threads.submit(start) for _ in range(2)]] == [True] * 2


@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param("nonsense", "no database address", id="no-address"),
        pytest.param("", "no database address", id="empty"),
        pytest.param("mysql://root@localhost/news", "neither sqlite nor postgresql", id="mysql"),
        pytest.param("sqlite:////dev/null/x/diembao.db", "/dev/null", id="no-folder"),
        pytest.param("sqlite:////dev", "unable to open database file", id="a-folder"),
        pytest.param(
            "postgresql://me:geheim@127.0.0.1:1/news", "me:\\*\\*\\*@127.0.0.1:1", id="no-server"
        ),
    ],
)
def test_address_that_opens_nothing_is_told_in_one_line(address, words):
    with pytest.raises(DatabaseError, match=words) as caught:
        open_database(address)
    assert "\n" not in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "diembao.db"
    path.write_text("Đây không phải là cơ sở dữ liệu. " * 100, "utf-8")
    with pytest.raises(DatabaseError, match="not a database"):
        open_database(f"sqlite:///{path}")


def test_password_is_never_shown():
    assert shown("postgresql://me:geheim@host/news") == "postgresql://me:***@host/news"
    assert "geheim" not in shown("geheim")


def test_reader_sees_one_state_throughout(database):
    with database.reading() as session:
        before = session.exec(select(func.count()).select_from(Run)).one()
        with database.writing() as other:
            other.add(run(1))
        after = session.exec(select(func.count()).select_from(Run)).one()
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Run)).one() == 1
    assert (before, after) == (0, 0)


def test_reader_keeps_nothing(database):
    with database.reading() as session:
        session.add(run(1))
        session.flush()
    with database.reading() as session:
        assert session.exec(select(Run)).all() == []


def test_writers_take_turns_and_see_each_other(database):
    def count_and_add(number):
        with database.writing() as session:
            seen = session.exec(select(func.count()).select_from(Run)).one()
            session.add(run(number))
            return seen

    with ThreadPoolExecutor(4) as threads:
        seen = list(threads.map(count_and_add, range(12)))
    assert sorted(seen) == list(range(12))


def test_event_ids_grow_over_a_restart_and_a_deletion(database):
    with database.writing() as session:
        session.add_all(Event(type="source.silent", created_at=NOW) for _ in range(3))
    with database.writing() as session:
        session.delete(session.exec(select(Event).where(Event.id == 3)).one())
    with database.writing() as session:
        session.add(Event(type="source.silent", created_at=NOW))
    with database.reading() as session:
        assert list(session.exec(select(Event.id).order_by(Event.id))) == [1, 2, 4]


def test_sqlite_is_set_to_lose_nothing(sqlite_database):
    with sqlite_database.engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    assert found == ["wal", 2, 1]


def test_error_of_a_statement_does_not_show_article_texts(database):
    stray = Revision(article_id=77, title="Bài", text="BÍ MẬT", content_hash="", replaced_at=NOW)

    def store():
        with database.writing() as session:
            session.add(stray)

    with pytest.raises(IntegrityError) as caught:
        store()
    assert "BÍ MẬT" not in str(caught.value)
