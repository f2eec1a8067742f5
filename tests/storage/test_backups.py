import sqlite3
import stat
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Text, cast, create_engine, inspect, text
from sqlmodel import SQLModel, col, select

from storage import backups, events
from storage.copying import copy_rows, tables
from storage.database import MIGRATIONS, open_database
from storage.dialects import prepare
from storage.errors import ArchiveInUse, BackupError, HeldError
from storage.restoring import restore
from storage.snapshots import Leaf, keep, pack
from storage.tables import Article, Entity, Event, Subscription
from tests.storage.sample import DATA_LAKE, ENTITY, FLOOD, NOW, TOPIC, TWIN_CITY, judged, take
from tests.storage.test_outbox import delivery, subscription

PAGE = Leaf("https://bennghemoi.example/bai-post1.html", "text/html", b"<p>\x00\xff\\n\t</p>")


def filled(database):
    """Put articles, a copy, tags, a kept page, a subscription and a delivery into an archive."""
    with database.writing() as session:
        take(session, 1, DATA_LAKE, judged(DATA_LAKE, topics=(TOPIC,), entities=(ENTITY,)))
        take(session, 2, DATA_LAKE, source="nhipphosong")
        key = take(session, 3, FLOOD, title='Một "tựa"\tlạ \\N\nvà 🚀').article_id
        keep(session, key, pack([PAGE], NOW))
        reader = subscription("sub-1")
        reader.filters = {
            "topics": ["du-lieu"],
            "query": "“kho dữ liệu”",
            "least": 0.30000000000000004,
        }
        session.add(reader)
        session.flush()
        session.add(delivery(1, payload={"text": "Tin mới", "html": "<p>\\u</p>"}, articles=[1, 3]))
    return database


def address_of(database):
    url = database.engine.url.set(drivername=database.engine.dialect.name)
    return url.render_as_string(hide_password=False)


def rows(database):
    with database.engine.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in tables()
        }


def titles(address):
    with closing(open_database(address)) as opened, opened.reading() as session:
        return set(session.exec(select(Article.title)))


@pytest.fixture
def used(database):
    return filled(database)


@pytest.fixture
def saved_file(sqlite_database, tmp_path):
    """A backup where it is no matter what it was made of."""
    target = tmp_path / "saved.db"
    backups.save(address_of(filled(sqlite_database)), target)
    return target


@pytest.fixture
def saved(used, tmp_path):
    target = tmp_path / "saved.db"
    backups.save(address_of(used), target)
    return target


def test_every_table_of_an_archive_is_known_to_copying(database):
    found = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    found = {name for name in found if not name.startswith("news_words")}  # triggers write these
    assert {table.name for table in tables()} == found == set(SQLModel.metadata.tables)


def test_backup_is_an_archive_with_the_same_rows(used, saved):
    with closing(open_database(f"sqlite:///{saved}")) as copy:
        assert rows(copy) == rows(used)


def test_backup_is_one_file_for_its_owner_only(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [path.name for path in saved.parent.glob("*saved*")] == ["saved.db"]


def test_backup_overwrites_nothing(used, tmp_path):
    (tmp_path / "there.db").write_text("mine")
    with pytest.raises(BackupError, match=r"there\.db: exists already"):
        backups.save(address_of(used), tmp_path / "there.db")
    assert (tmp_path / "there.db").read_text() == "mine"


def test_backup_that_fails_leaves_no_file(used, tmp_path):
    with pytest.raises(BackupError, match="khong/co"):
        backups.save(address_of(used), tmp_path / "khong" / "co" / "saved.db")
    assert not list(tmp_path.glob("**/*.part*"))


def test_backup_while_others_write_holds_whole_transactions(database, tmp_path):
    """Each transaction stores two articles: no backup has an odd number of them."""
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            with database.writing() as session:
                for _ in range(2):
                    number += 1
                    take(session, number, f"Bài số {number} " * 30, judged("", relevant=False))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backups.save(address_of(database), tmp_path / f"{number}.db")
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"{number}.db")) as backup:
            counts += backup.execute("SELECT count(*) FROM article").fetchone()
    assert [count % 2 for count in counts] == [0] * 5
    assert counts == sorted(counts)


def test_backup_is_restored_into_a_new_archive_on_either_database(used, saved, new_address):
    restore(saved, new_address)
    with closing(open_database(new_address)) as restored:
        assert rows(restored) == rows(used)


def test_restored_archive_goes_on_where_it_was(saved_file, new_address):
    restore(saved_file, new_address)
    with closing(open_database(new_address)) as restored, restored.writing() as session:
        assert take(session, 1, DATA_LAKE).outcome == "unchanged"
        assert take(session, 9, TWIN_CITY).outcome == "new"
        assert take(session, 10, FLOOD).outcome == "exact_duplicate"


def test_events_are_never_counted_anew(used, tmp_path, new_address):
    """A position points past the last event; if that was deleted, its id is not given out again."""
    with used.writing() as session:
        last = events.last_id(session)
        for event in session.exec(select(Event)):
            session.delete(event)
    backups.save(address_of(used), tmp_path / "saved.db")
    restore(tmp_path / "saved.db", new_address)
    with closing(open_database(new_address)) as restored, restored.writing() as session:
        events.publish(session, "source.silent", NOW, data={"source": "sggp"})
        assert events.last_id(session) == last + 1


def test_archive_that_holds_something_is_not_written_over(used, saved):
    with used.writing() as session:
        take(session, 9, TWIN_CITY, title="Mới hơn")
    address = address_of(used)
    with pytest.raises(ArchiveInUse):
        restore(saved, address)
    assert "Mới hơn" in titles(address)


def test_forced_restore_takes_the_place_of_what_was_there(used, saved):
    with used.writing() as session:
        take(session, 9, TWIN_CITY, title="Mới hơn")
    if used.engine.dialect.name == "postgresql":
        used.close()
    restore(saved, address_of(used), force=True)
    with used.reading() as session:
        assert session.exec(select(Article.title).where(Article.title == "Mới hơn")).all() == []
        assert len(session.exec(select(Article)).all()) == 3


def test_nothing_is_restored_while_others_are_connected_to_postgresql(
    saved_file, postgresql_database
):
    with postgresql_database.reading() as session:
        session.exec(select(Article)).all()
        with pytest.raises(HeldError, match="connections to this database"):
            restore(saved_file, address_of(postgresql_database), force=True)


def test_backup_that_is_to_stop_leaves_no_file(used, tmp_path):
    with pytest.raises(BackupError, match="stopped"):
        backups.save(address_of(used), tmp_path / "saved.db", stopped=lambda: True)
    assert not list(tmp_path.glob("*saved*"))


def test_sources_and_seeds_alone_do_not_make_an_archive_used(saved_file, new_address):
    with closing(open_database(new_address)) as opened, opened.writing() as session:
        session.execute(
            text("INSERT INTO entity (id, name, type) VALUES ('org-x', 'X', 'organisation')")
        )
    restore(saved_file, new_address)
    assert len(titles(new_address)) == 3


def test_backup_of_an_earlier_version_is_brought_up_to_date_on_the_way(tmp_path, new_address):
    earlier = tmp_path / "earlier.db"
    engine = create_engine(f"sqlite:///{earlier}")
    prepare(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        connection.execute(text("INSERT INTO entity VALUES ('org-x', 'X', 'organisation')"))
    engine.dispose()
    before = earlier.read_bytes()
    restore(earlier, new_address)
    with closing(open_database(new_address, migrate=False)) as restored:
        indexes = {index["name"] for index in inspect(restored.engine).get_indexes("snapshot")}
        with restored.reading() as session:
            assert session.exec(select(Entity.name)).all() == ["X"]
    assert "ix_snapshot_fetched_at" in indexes
    assert earlier.read_bytes() == before


def damaged(saved):
    content = bytearray(saved.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    saved.write_bytes(content)


def from_the_future(saved):
    with closing(sqlite3.connect(saved)) as backup:
        backup.execute("UPDATE alembic_version SET version_num = '9999'")
        backup.commit()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(lambda saved: saved.write_text("ba con meo"), "not a backup", id="text"),
        pytest.param(lambda saved: saved.write_bytes(b""), "not a backup", id="empty"),
        pytest.param(lambda saved: saved.unlink(), "no such file", id="missing"),
        pytest.param(damaged, "damaged|malformed", id="damaged"),
        pytest.param(from_the_future, "made by a newer program", id="newer"),
    ],
)
def test_file_that_cannot_be_restored_is_named_and_changes_nothing(
    saved_file, tmp_path, spoil, says
):
    address = f"sqlite:///{tmp_path / 'other.db'}"
    with closing(open_database(address)) as opened, opened.writing() as session:
        take(session, 9, TWIN_CITY, title="Còn đây")
    spoil(saved_file)
    with pytest.raises(BackupError, match=says):
        restore(saved_file, address, force=True)
    assert titles(address) == {"Còn đây"}


def test_restore_that_breaks_off_leaves_what_was_there(saved_file, new_address):
    with closing(open_database(new_address)) as opened, opened.writing() as session:
        take(session, 9, TWIN_CITY, title="Còn đây")
    with closing(open_database(new_address)) as target:
        writing = target.engine.execution_options(writes=True)

        def tell(table, _rows):
            if table == "article_topic":
                raise InterruptedError

        with (
            pytest.raises(InterruptedError),
            closing(create_engine(f"sqlite:///{saved_file}").connect()) as read,
            writing.begin() as written,
        ):
            copy_rows(read, written, tell)
    assert titles(new_address) == {"Còn đây"}


def test_only_the_newest_backups_of_a_folder_are_kept(sqlite_database, tmp_path):
    folder = tmp_path / "backups"
    for day in range(4):
        backups.save_into(address_of(sqlite_database), folder, NOW + timedelta(days=day), keep=2)
    assert sorted(path.name for path in folder.iterdir()) == [
        "diembao-20251130T020000Z.db", "diembao-20251201T020000Z.db"
    ]  # fmt: skip
    assert backups.newest(folder) == NOW + timedelta(days=3)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_other_files_of_the_folder_are_left_alone(sqlite_database, tmp_path):
    (tmp_path / "notes.db").write_text("mine")
    backups.save_into(address_of(sqlite_database), tmp_path, NOW, keep=1)
    backups.save_into(address_of(sqlite_database), tmp_path, NOW + timedelta(hours=1), keep=1)
    assert (tmp_path / "notes.db").read_text() == "mine"


def test_folder_without_backups_has_no_newest(tmp_path):
    assert backups.newest(tmp_path) is None


def test_subscriptions_keep_their_filters_letter_by_letter(used, saved, new_address):
    """Equal filters are found as text: a copy must not write them otherwise."""
    restore(saved, new_address)
    with closing(open_database(new_address)) as restored, restored.reading() as session:
        kept = session.execute(select(cast(col(Subscription.filters), Text))).all()
    with used.reading() as session:
        assert session.execute(select(cast(col(Subscription.filters), Text))).all() == kept
