import sqlite3
from contextlib import closing

import pytest

from storage.one_daemon import only_daemon


def count(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT count(*) FROM article").fetchone()[0]


def test_upgrade_makes_the_tables(program):
    program.ok("db", "upgrade")
    assert count(program.data / "diembao.db") == 0


def test_upgrade_of_a_database_in_use_keeps_what_is_in_it(archive):
    archive.ok("db", "upgrade")
    assert count(archive.data / "diembao.db") == 64


def test_database_that_is_not_upgraded_by_hand_is_a_named_failure(program):
    done = program.having(AUTO_MIGRATE="false").run("articles", "list")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "diembao db upgrade" in done.err


def test_backup_is_a_whole_database(archive):
    archive.ok("db", "backup", "saved.db")
    assert count(archive.folder / "saved.db") == 64


def test_backup_can_be_worked_with(archive):
    archive.ok("db", "backup", "saved.db")
    saved = archive.having(DATABASE_URL=f"sqlite:///{archive.folder / 'saved.db'}")
    assert len(saved.ok("articles", "list", "--all").rows) == 64


@pytest.mark.parametrize("target", ["there.db", "khong/co/saved.db"])
def test_backup_overwrites_nothing_and_names_what_is_wrong(archive, target):
    (archive.folder / "there.db").write_text("mine")
    done = archive.run("db", "backup", target)
    assert done.code in {1, 2}
    assert done.err.count("\n") == 1
    assert target in done.err
    assert (archive.folder / "there.db").read_text() == "mine"


def test_backup_into_a_folder_keeps_the_newest(archive):
    folder = archive.folder / "backups"
    folder.mkdir()
    for day in (1, 2):
        (folder / f"diembao-2025010{day}T020000Z.db").write_text("old")
    archive.having(BACKUP_KEEP=2).ok("db", "backup", folder)
    assert len(kept := sorted(path.name for path in folder.iterdir())) == 2
    assert kept[0] == "diembao-20250102T020000Z.db"


def test_backup_of_nothing_is_a_named_failure(program):
    done = program.run("db", "backup", "saved.db")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "diembao.db: no such database" in done.err


def test_backup_is_restored_into_an_empty_archive(archive):
    archive.ok("db", "backup", "saved.db")
    other = archive.having(DATABASE_URL=f"sqlite:///{archive.folder / 'other.db'}")
    other.ok("db", "restore", "saved.db")
    assert len(other.ok("articles", "list", "--all").rows) == 64


def test_restore_overwrites_nothing_unless_forced(archive):
    archive.ok("db", "backup", "saved.db")
    done = archive.run("db", "restore", "saved.db")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--force" in done.err
    archive.ok("db", "restore", "--force", "saved.db")
    assert count(archive.data / "diembao.db") == 64


def test_what_is_no_backup_is_named(archive):
    (archive.folder / "note.txt").write_text("mine")
    done = archive.run("db", "restore", "--force", "note.txt")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "note.txt: not a backup" in done.err
    assert count(archive.data / "diembao.db") == 64


def test_nothing_is_restored_under_a_daemon(archive):
    archive.ok("db", "backup", "saved.db")
    with only_daemon(f"sqlite:///{archive.data / 'diembao.db'}"):
        done = archive.run("db", "restore", "--force", "saved.db")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "a daemon works on this database" in done.err


def test_prune_says_what_goes_and_deletes_it(archive):
    with closing(sqlite3.connect(archive.data / "diembao.db")) as database:
        database.execute("UPDATE article SET first_seen_at = '2020-01-01 00:00:00'")
        database.commit()
    there = {row["what"]: row["count"] for row in archive.ok("db", "prune", "--dry-run").rows}
    assert there["off_topic_texts"] > 0
    assert {row["what"]: row["count"] for row in archive.ok("db", "prune").rows} == there
    assert {row["count"] for row in archive.ok("db", "prune").rows} == {0}
    assert count(archive.data / "diembao.db") == 64


def test_prune_by_other_days_than_the_setting_takes_a_sensible_number(archive):
    assert archive.run("db", "prune", "--days", "0").code == 2
    rows = archive.ok("db", "prune", "--dry-run", "--days", "36500").rows
    assert {row["count"] for row in rows} == {0}


def test_copy_moves_the_archive_and_says_what_is_in_it(archive):
    target = archive.folder / "other.db"
    done = archive.ok("db", "copy", f"sqlite:///{target}", "--format", "json")
    held = {row["table"]: row["rows"] for row in done.json}
    assert (held["article"], count(target)) == (64, 64)


def test_copy_wants_an_empty_database(archive):
    target = f"sqlite:///{archive.folder / 'other.db'}"
    archive.ok("db", "copy", target)
    done = archive.run("db", "copy", target)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "other.db" in done.err
