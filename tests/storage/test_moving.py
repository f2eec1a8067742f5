from contextlib import closing

import pytest
from sqlmodel import col, select, update

from storage.copying import copy_rows, tables
from storage.database import open_database
from storage.errors import ArchiveInUse, DatabaseError, HeldError
from storage.moving import Digest, digest, move
from storage.one_daemon import only_daemon
from storage.tables import Article
from tests.storage.sample import DATA_LAKE, FLOOD, TWIN_CITY, take
from tests.storage.test_backups import rows, used  # noqa: F401 - a fixture


@pytest.fixture
def source(used):  # noqa: F811 - the fixture
    """The address of an archive in which something is and at which nobody works."""
    used.engine.dispose()
    address = used.engine.url.set(drivername=used.engine.dialect.name)
    return address.render_as_string(hide_password=False)


def test_archive_moves_with_every_row_to_either_database(used, source, new_address):  # noqa: F811
    moved = move(source, new_address)
    with closing(open_database(new_address)) as target:
        assert rows(target) == rows(used)
    assert {name: held.rows for name, held in moved.items()} == {
        name: len(held) for name, held in rows(used).items()
    }


def test_moved_archive_goes_on_where_it_was(source, new_address):
    move(source, new_address)
    with closing(open_database(new_address)) as target, target.writing() as session:
        assert take(session, 1, DATA_LAKE).outcome == "unchanged"
        assert take(session, 9, TWIN_CITY).outcome == "new"
        assert take(session, 10, FLOOD).outcome == "exact_duplicate"


def test_interrupted_move_leaves_nothing_and_can_be_made_again(source, new_address):
    def interrupted(table, _rows):
        if table == "article_topic":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(source, new_address, interrupted)
    with closing(open_database(new_address)) as target:
        assert not any(rows(target).values())
    assert move(source, new_address)["article"].rows == 3


def test_database_that_holds_something_is_not_moved_into(source, new_address):
    with closing(open_database(new_address)) as target, target.writing() as session:
        take(session, 9, TWIN_CITY)
    with pytest.raises(ArchiveInUse):
        move(source, new_address)


def test_nothing_moves_while_a_daemon_works(sqlite_database, new_address):
    address = str(sqlite_database.engine.url)
    with only_daemon(address), pytest.raises(HeldError):
        move(address, new_address)


def test_archive_that_is_not_there_is_named_and_not_made(tmp_path, new_address):
    with pytest.raises(DatabaseError, match=r"none\.db: no such database"):
        move(f"sqlite:///{tmp_path / 'none.db'}", new_address)
    assert not (tmp_path / "none.db").exists()


def test_row_that_the_other_database_cannot_hold_is_named(sqlite_database, postgresql_database):
    with sqlite_database.writing() as session:
        take(session, 1, DATA_LAKE)
        session.exec(update(Article).values(title="Kho\0dữ liệu"))
    with (
        pytest.raises(DatabaseError, match=r"table article: .*NUL"),
        sqlite_database.engine.connect() as read,
        postgresql_database.engine.begin() as written,
    ):
        copy_rows(read, written)


def test_digest_tells_one_changed_letter(used):  # noqa: F811
    article = next(table for table in tables() if table.name == "article")
    with used.engine.connect() as connection:
        before = digest(connection, article)
    with used.writing() as session:
        first = session.exec(select(Article)).first()
        session.exec(
            update(Article).where(col(Article.id) == first.id).values(title=first.title + ".")
        )
    with used.engine.connect() as connection:
        after = digest(connection, article)
    assert (before.rows, before != after) == (after.rows, True)


def test_digest_does_not_know_an_order():
    one, other = Digest(), Digest()
    one.add([(1, "a"), (2, "b")])
    other.add([(2, "b"), (1, "a")])
    assert one == other
