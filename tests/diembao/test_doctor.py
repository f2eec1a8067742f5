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
