from tests.diembao.standing import stand


def findings(done):
    return {row["what"]: row for row in done.rows}


def test_healthy_installation_is_said_to_be_well(archive):
    found = findings(archive.ok("doctor"))
    assert {found[what]["state"] for what in ("database", "sources", "seeds", "disk")} == {"ok"}
    assert "5" in found["sources"]["says"]


def test_missing_mail_server_is_noted_with_the_folder(archive):
    found = findings(archive.ok("doctor"))
    assert found["mail"]["state"] == "note"
    assert str(archive.data / "outbox") in found["mail"]["says"]


def test_mail_server_is_no_note(program):
    found = findings(program.having(SMTP_URL="smtp://127.0.0.1:25").ok("doctor"))
    assert found["mail"]["state"] == "ok"


def test_open_network_is_noted(program):
    assert findings(program.ok("doctor"))["network"]["state"] == "note"


def test_bad_source_file_is_bad(program):
    (program.folder / "sources" / "hong.toml").write_text("name = 3\n")
    done = program.run("doctor")
    assert done.code == 1
    assert any(row["state"] == "bad" and "hong.toml" in row["says"] for row in done.rows)


def test_damaged_database_is_bad_and_the_rest_is_looked_at(program):
    program.data.mkdir()
    (program.data / "diembao.db").write_bytes(b"no database at all" * 400)
    done = program.run("doctor")
    found = findings(done)
    assert (done.code, found["database"]["state"]) == (1, "bad")
    assert found["sources"]["state"] == "ok"


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
    assert "source" not in findings(archive.ok("doctor"))


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
