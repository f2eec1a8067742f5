import pytest


def values(done):
    return {row["name"]: row for row in done.rows}


def test_every_value_is_shown_with_its_origin(program):
    (program.folder / "diembao.toml").write_text('CONCURRENCY = 3\ntimezone = "UTC"\n')
    rows = values(program.ok("settings"))
    assert (rows["CONCURRENCY"]["value"], rows["TIMEZONE"]["value"]) == (3, "UTC")
    assert rows["CONCURRENCY"]["origin"].endswith("diembao.toml")
    assert (rows["DATA_DIR"]["origin"], rows["MAIL_FROM"]["origin"]) == ("environment", "default")


def test_environment_wins_over_the_file(program):
    (program.folder / "diembao.toml").write_text("CONCURRENCY = 3\n")
    row = values(program.having(CONCURRENCY=5).ok("settings"))["CONCURRENCY"]
    assert (row["value"], row["origin"]) == (5, "environment")


@pytest.mark.parametrize("place", [("--config", "other.toml", "settings"),
                                   ("settings", "--config", "other.toml")])  # fmt: skip
def test_other_file_may_be_named(program, place):
    (program.folder / "other.toml").write_text("RETENTION_DAYS = 7\n")
    assert values(program.ok(*place))["RETENTION_DAYS"]["value"] == 7


def test_secrets_are_masked(program):
    done = program.having(
        SECRET_KEY="bi-mat-bi-mat-bi-mat",
        ADMIN_TOKEN="the-bai-the-bai-the-bai",
        SMTP_URL="smtp://ban:mat-khau@example.org",
        DATABASE_URL="postgresql://ban:mat-khau@example.org/tin",
    ).ok("settings")
    assert not [s for s in ("bi-mat", "the-bai", "mat-khau") if s in done.out + done.err]
    assert "smtp://ban:" in done.out


@pytest.mark.parametrize("command", ["settings", "crawl", "doctor"])
def test_unknown_key_stops_every_command(program, command):
    done = program.having(CONCURENCY="3").run(command)
    assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")
    assert "DIEMBAO_CONCURENCY: " in done.err
    assert "CONCURRENCY" in done.err.partition(": ")[2]


def test_unknown_key_of_the_file_is_named_with_the_file(program):
    (program.folder / "diembao.toml").write_text("COLOUR = 3\n")
    done = program.run("settings")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "diembao.toml: COLOUR: " in done.err


def test_bad_value_is_named_in_the_users_language(program):
    done = program.having(LANGUAGE="vi", CONCURRENCY="0").run("settings")
    assert done.err == "diembao: DIEMBAO_CONCURRENCY: '0' không hợp lệ; được phép: từ 1 đến 64\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "smpt://toa-soan:bi-mat@mail.example.org"),
        ("SMTP_URL", "smtp://toa-soan:bi-mat@mail.example.org:port"),
        ("DATABASE_URL", "postgres://db:bi-mat@db.example.org/x"),
        ("DATABASE_URL", "postgresql://db:bi-mat@db.example.org:port/x"),
    ],
)
def test_password_in_a_bad_address_is_not_shown(program, name, value):
    done = program.having(**{name: value}).run("settings")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "bi-mat" not in done.err
    assert "example.org" in done.err


@pytest.mark.parametrize("value", ["", "Điểm Báo", "a@b\nBcc: x@example.org"])
def test_sender_that_cannot_be_is_named_at_the_start(program, value):
    done = program.having(MAIL_FROM=value).run("settings")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "DIEMBAO_MAIL_FROM" in done.err


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("CONCURRENCY", "many", "a whole number"),
        ("CONCURRENCY", "0", "from 1 to 64"),
        ("RELEVANCE_THRESHOLD", "2", "from 0 to 1"),
        ("TIMEZONE", "Saigon", "Asia/Ho_Chi_Minh"),
        ("LANGUAGE", "fr", "vi, en"),
        ("PUBLIC_URL", "example.org", "http://"),
        ("SMTP_URL", "mail.example.org", "smtps://"),
        ("DATABASE_URL", "mysql://x", "postgresql://"),
        ("LOG_FORMAT", "xml", "text, json"),
        ("ALLOW_PRIVATE_NETWORKS", "perhaps", "true or false"),
    ],
)
def test_bad_value_is_named_with_what_is_allowed(program, name, value, allowed):
    done = program.having(**{name: value}).run("settings")
    assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")
    assert f"DIEMBAO_{name}: " in done.err
    assert value in done.err
    assert allowed in done.err


def test_bad_secret_is_not_shown(program):
    done = program.having(SECRET_KEY="ngan-qua").run("settings")
    assert done.code == 2
    assert "ngan-qua" not in done.err


@pytest.mark.parametrize(("language", "word"), [("vi", "thiết lập"), ("en", "setting")])
def test_headings_speak_the_chosen_language(program, language, word):
    done = program.having(LANGUAGE=language).ok("settings", "--format", "table")
    assert word in done.out.splitlines()[0]


def test_damaged_file_is_named(program):
    (program.folder / "diembao.toml").write_text("LANGUAGE = \n")
    done = program.run("settings")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("diembao: diembao.toml: ")
