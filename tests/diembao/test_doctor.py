import socket
import sqlite3
from contextlib import closing

from scheduler.leases import this_machine
from storage.database import HEAD
from tests.diembao.daemon import daemon
from tests.diembao.standing import stand


def findings(done, what):
    """What the doctor said of one thing."""
    return [row for row in done.rows if row["what"] == what]


def the(done, what):
    (found,) = findings(done, what)
    return found


def changed(program, statement, *values):
    with closing(sqlite3.connect(program.data / "diembao.db")) as database, database:
        database.execute(statement, values)


def test_healthy_installation_is_said_to_be_well(archive):
    done = archive.ok("doctor")
    well = ("database", "integrity", "crawls", "sources", "seeds", "outlets", "clock", "disk")
    assert {the(done, what)["state"] for what in well} == {"ok"}
    assert "5" in the(done, "sources")["says"]


def test_unreadable_data_folder_is_said_and_the_rest_is_looked_at(program, tmp_path):
    done = program.having(DATA_DIR=tmp_path / ("x" * 300)).run("doctor")
    assert done.code == 1
    for what in ("database", "seeds", "disk"):
        assert the(done, what)["state"] == "bad"
        assert "too long" in the(done, what)["says"]
    assert the(done, "sources")["state"] == "ok"
    assert findings(done, "backup")


def test_missing_seeds_file_is_said_and_the_rest_is_looked_at(program):
    done = program.having(SEEDS_FILE="/nowhere/seeds.jsonl").run("doctor")
    assert the(done, "seeds")["state"] == "bad"
    assert "/nowhere/seeds.jsonl" in the(done, "seeds")["says"]
    assert the(done, "disk")["state"] == "ok"


def test_missing_mail_server_is_noted_with_the_folder(archive):
    found = the(archive.ok("doctor"), "mail")
    assert found["state"] == "note"
    assert str(archive.data / "outbox") in found["says"]


def test_mail_server_that_answers_is_no_note(program, mails):
    mailing = program.having(SMTP_URL=f"smtp://127.0.0.1:{mails.port}")
    found = findings(mailing.ok("doctor"), "mail")
    assert [row["state"] for row in found] == ["ok", "note"]
    assert "MAIL_FROM" in found[1]["says"]


def test_mail_server_that_does_not_answer_is_bad(program):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        silent = program.having(SMTP_URL=f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        done = silent.run("doctor")
    (found,) = [row for row in findings(done, "mail") if row["state"] == "bad"]
    assert done.code == 1
    assert "127.0.0.1" in found["says"]
    assert "SMTP_URL" in found["mend"]


def test_settings_that_fit_nobody_else_are_noted(program, mails):
    mailing = program.having(SMTP_URL=f"smtp://127.0.0.1:{mails.port}", USER_AGENT=None)
    said = " ".join(row["says"] + row["mend"] for row in findings(mailing.ok("doctor"), "settings"))
    assert "PUBLIC_URL" in said
    assert "USER_AGENT" in said
    public = mailing.having(PUBLIC_URL="https://bao.example.org", USER_AGENT="x (a@example.org)")
    assert the(public.ok("doctor"), "settings")["state"] == "ok"


def test_open_network_is_noted(program):
    assert the(program.ok("doctor"), "network")["state"] == "note"


def test_bad_source_file_is_bad(program):
    (program.folder / "sources" / "hong.toml").write_text("name = 3\n")
    done = program.run("doctor")
    assert done.code == 1
    assert any(row["state"] == "bad" and "hong.toml" in row["says"] for row in done.rows)


def test_damaged_database_is_bad_and_the_rest_is_looked_at(program):
    program.data.mkdir()
    (program.data / "diembao.db").write_bytes(b"no database at all" * 400)
    done = program.run("doctor")
    assert (done.code, the(done, "database")["state"]) == (1, "bad")
    assert "db restore" in the(done, "database")["mend"]
    assert the(done, "sources")["state"] == "ok"


def test_sources_that_do_not_fare_well_are_named(archive):
    stand(archive, "vamsong", "drifting", why="empty", bad=3, of=4)
    stand(archive, "bennghemoi", "failing", why="polls", polls=2, error="HTTP 503")
    said = [row["says"] for row in archive.ok("doctor").rows if row["what"] == "source"]
    assert said == [
        "bennghemoi: failing since 2025-11-27 08:00: the last 2 polls failed: HTTP 503",
        "vamsong: drifting since 2025-11-27 08:00: no article in 3 of 4 pages",
    ]


def test_source_that_is_switched_off_is_not_named(archive):
    stand(archive, "vamsong", "silent", why="silent", last="2025-11-20T02:00:00+00:00", missing=9)
    archive.ok("sources", "disable", "vamsong")
    assert findings(archive.ok("doctor"), "source") == []


def test_key_that_cannot_sign_is_bad_and_stops_whoever_would_send(program, tmp_path):
    key = tmp_path / "dkim.pem"
    key.write_text("no key")
    signing = program.having(DKIM_KEY_FILE=key, MAIL_FROM="Điểm Báo <bao@example.org>")
    done = signing.run("doctor", "--format", "json")
    (finding,) = [row for row in done.json if row["what"] == "dkim"]
    assert (done.code, finding["state"]) == (1, "bad")
    assert "DKIM_KEY_FILE" in finding["says"]
    sending = signing.run("subscribe", "a@example.org")
    assert (sending.code, sending.err.count("\n")) == (2, 1)
    assert "DKIM_KEY_FILE" in sending.err


def test_doctor_makes_no_archive_and_brings_none_up_to_date(program):
    assert the(program.ok("doctor"), "database")["state"] == "note"
    assert not (program.data / "diembao.db").exists()


def test_archive_of_another_version_is_bad_and_stays_as_it_is(archive):
    changed(archive, "UPDATE alembic_version SET version_num = '0009'")
    done = archive.run("doctor")
    assert (done.code, the(done, "database")["state"]) == (1, "bad")
    assert "db upgrade" in the(done, "database")["says"]
    changed(archive, "UPDATE alembic_version SET version_num = ? WHERE version_num = '0009'", HEAD)
    assert the(archive.ok("doctor"), "database")["state"] == "ok"


def test_damaged_page_is_found(archive):
    path = archive.data / "diembao.db"
    changed(archive, "PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)
    done = archive.run("doctor")
    assert done.code == 1
    assert "bad" in {row["state"] for what in ("integrity", "database")
                     for row in findings(done, what)}  # fmt: skip


def test_clock_that_was_ahead_shows_in_what_is_stored(archive):
    changed(archive, "UPDATE source SET last_checked_at = '2999-01-01 00:00:00' WHERE id='vamsong'")
    done = archive.run("doctor")
    assert (done.code, the(done, "clock")["state"]) == (1, "bad")


def test_lease_without_an_end_in_sight_is_bad(archive):
    changed(archive, "UPDATE source SET lease_by = 'may-khac/7', "
                     "lease_until = '2999-01-01 00:00:00' WHERE id = 'vamsong'")  # fmt: skip
    done = archive.run("doctor")
    assert (done.code, the(done, "lease")["state"]) == (1, "bad")
    assert "may-khac/7" in the(done, "lease")["says"]


def test_lease_of_a_process_that_is_no_more_is_noted(archive):
    owner = f"{this_machine()}/99999999"
    changed(archive, "UPDATE source SET lease_by = ?, lease_until = '2025-11-28 00:00:00' "
                     "WHERE id = 'vamsong'", owner)  # fmt: skip
    assert owner in the(archive.ok("doctor"), "lease")["says"]


def test_it_is_noted_that_nobody_hears_of_silent_outlets(archive):
    assert "--about outlets" in the(archive.ok("doctor"), "operator")["mend"]
    archive.ok("subscribe", "truc@example.org", "--confirmed", "--about", "outlets")
    assert findings(archive.ok("doctor"), "operator") == []


def test_daemon_at_work_is_seen(program):
    assert findings(program.ok("doctor"), "daemon") == []
    with daemon(program):
        assert the(program.ok("doctor"), "daemon")["state"] == "ok"
    assert the(program.ok("doctor"), "daemon")["state"] == "note"


def test_outlets_out_of_reach_are_bad(program):
    for path in (program.folder / "sources").glob("*.toml"):
        text = path.read_text("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("homepage")]
        path.write_text("\n".join(['homepage = "http://127.0.0.1:9/"', *lines]), "utf-8")
    done = program.run("doctor")
    assert (done.code, the(done, "outlets")["state"]) == (1, "bad")


def test_backup_that_is_too_old_is_bad(program):
    folder = program.folder / "backups"
    backing = program.having(BACKUP_DIR=folder)
    assert the(backing.ok("doctor"), "backup")["state"] == "note"
    folder.mkdir()
    (folder / "diembao-20251128T020000Z.db").touch()
    assert the(backing.run("doctor"), "backup")["state"] == "bad"
