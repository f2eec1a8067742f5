import re
from datetime import timedelta

import pytest

from storage import outbox
from storage.database import open_database
from tests.diembao.letters import mails_of, paths_of, text_of

READER = "ban.doc@example.org"
HOOK = ("--webhook", "https://example.org/hook")


def subscribed(program, *arguments):
    return program.ok("subscribe", *arguments, "--format", "json").json


@pytest.fixture
def mailing(program, mails):
    """The program with a mail server."""
    return program.having(SMTP_URL=f"smtp://127.0.0.1:{mails.port}")


def test_address_is_asked_before_it_is_written_to(mailing, mails):
    made = subscribed(mailing, READER)
    mail = mails_of(mails, READER)[0]
    assert made["status"] == "pending"
    assert set(paths_of(mail)) == {"confirm"}
    assert mail["List-Unsubscribe"] is None


def test_question_that_could_not_be_sent_is_named_and_waits(program):
    away = program.having(SMTP_URL="smtp://127.0.0.1:1")
    done = away.run("subscribe", READER, "--format", "json")
    waiting = away.ok("deliveries", "list").rows[0]
    assert (done.code, done.json["status"], waiting["status"]) == (1, "pending", "retrying")
    assert done.err.startswith(f"diembao: {waiting['id']}: ")


def test_question_is_put_in_the_chosen_language(mailing, mails):
    subscribed(mailing.having(LANGUAGE="vi"), READER, "--topic", "ai")
    mail = mails_of(mails, READER)[0]
    assert "xác nhận" in mail["Subject"]
    assert "Trí tuệ nhân tạo" in text_of(mail)


def test_confirmed_address_is_active_and_not_asked(mailing, mails):
    made = subscribed(mailing, READER, "--confirmed")
    assert made["status"] == "active"
    assert mails.mails == []


def test_address_gets_no_secret_but_a_page_of_its_own(mailing):
    made = subscribed(mailing, READER, "--confirmed")
    assert "secret" not in made
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/subscription/[\w.-]+", made["manage_url"])


def test_webhook_is_active_at_once_with_a_secret(program):
    made = subscribed(program, *HOOK)
    assert made["status"] == "active"
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]{32,}", made["secret"])


def test_same_subscription_twice_is_one(mailing, mails):
    made = [subscribed(mailing, READER)["id"] for _ in range(2)]
    assert made[0] == made[1]
    assert len(mails.mails) == 1
    assert len(mailing.ok("subscriptions", "list").rows) == 1


def test_secret_is_shown_once(program):
    made = [subscribed(program, *HOOK) for _ in range(2)]
    listed = program.ok("subscriptions", "list").out
    assert made[0]["id"] == made[1]["id"]
    assert "secret" not in made[1]
    assert "whsec_" not in listed


@pytest.mark.parametrize("more", [("--topic", "ai"), ("--schedule", "hourly")])
def test_other_wishes_of_an_address_are_another_subscription(program, more):
    made = {subscribed(program, READER, "--confirmed", *options)["id"] for options in ((), more)}
    assert len(made) == 2


def test_pending_subscription_may_be_confirmed_by_hand(program):
    first = subscribed(program, READER)
    second = subscribed(program, READER, "--confirmed")
    assert (first["id"], second["status"]) == (second["id"], "active")


def test_wishes_are_kept(program):
    options = ("--topic", "ai", "--source", "vamsong", "--kind", "press", "--min-relevance", "0.7",
               "--query", "bến cảng", "--schedule", "weekly@mon@07:00",
               "--timezone", "Europe/Berlin")  # fmt: skip
    made = subscribed(program, READER, "--confirmed", *options)
    shown = program.ok("subscriptions", "show", made["id"]).rows[0]
    assert (shown["schedule"], shown["timezone"]) == ("weekly@mon@07:00", "Europe/Berlin")
    assert shown["filters"] == {
        "topics": ["ai"],
        "sources": ["vamsong"],
        "kinds": ["press"],
        "min_relevance": 0.7,
        "query": "bến cảng",
    }


@pytest.mark.parametrize(
    "address", ["ban.doc", "a b@example.org", "a@b.vn\r\nBcc: c@d.vn", "a@localhost@b", ""]
)
def test_bad_address_is_wrong_use(program, address):
    done = program.run("subscribe", address)
    assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/hook",
        "http://localhost/hook",
        "http://[::1]/hook",
        "http://10.1.2.3/hook",
        "http://169.254.169.254/latest",
        "ftp://example.org/hook",
        "example.org",
    ],
)
def test_private_or_odd_webhook_address_is_wrong_use(program, url):
    done = program.having(ALLOW_PRIVATE_NETWORKS=None).run("subscribe", "--webhook", url)
    assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--schedule", "daily@25:00"), "daily@25:00"),
        (("--schedule", "cron:* * *"), "cron:* * *"),
        (("--timezone", "Mars"), "--timezone Mars"),
        (("--topic", "bong-da"), "--topic bong-da"),
        (("--since", "hôm qua"), "--since hôm qua"),
        (("--query", '"chưa đóng'), "--query"),
    ],
)
def test_wish_that_cannot_be_is_named(program, options, named):
    done = program.run("subscribe", READER, *options)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert named in done.err


def test_nobody_to_write_to_is_wrong_use(program):
    assert program.run("subscribe").code == 2


def test_pending_reader_is_asked_again_but_not_at_once(program):
    made = subscribed(program, READER)
    subscribed(program, READER)
    assert len(program.ok("deliveries", "list").rows) == 1
    database = open_database(f"sqlite:///{program.folder / 'data' / 'diembao.db'}")
    with database.writing() as session:
        asked = outbox.find(session, subscription=made["id"])[0]
        asked.created_at -= timedelta(hours=2)
    database.close()
    subscribed(program, READER)
    assert len(program.ok("deliveries", "list").rows) == 2


CHAT = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"


def test_chat_room_is_active_at_once_and_its_secret_never_shown(program):
    made = program.ok("subscribe", "--chat", CHAT, "--format", "json")
    assert (made.json["kind"], made.json["status"]) == ("chat", "active")
    assert made.json["address"] == "discord://…_js"
    listed = program.ok("subscriptions", "list", "--format", "json")
    shown = program.ok("subscriptions", "show", made.json["id"], "--format", "json")
    assert "JHMHI8" not in made.out + listed.out + shown.out


def test_chat_room_of_ones_own_is_wrong_use_without_private_networks(program):
    closed = program.having(ALLOW_PRIVATE_NETWORKS=None)
    done = closed.run("subscribe", "--chat", "json://10.0.0.1/ma-bi-mat")
    assert done.code == 2
    assert "json://… is no chat address" in done.err or "json://…mat is no chat" in done.err
    assert "ma-bi-mat" not in done.err


def test_note_on_a_quiet_year_is_only_for_mails_with_a_schedule(program):
    made = subscribed(program, READER, "--confirmed", "--quiet-note")
    shown = program.ok("subscriptions", "show", made["id"], "--format", "json").json
    assert shown[0]["quiet_note"] is True
    for wrong in ((*HOOK, "--quiet-note"), (READER, "--schedule", "instant", "--quiet-note")):
        assert program.run("subscribe", *wrong).code == 2


def test_operator_may_ask_how_outlets_fare(program):
    made = subscribed(program, READER, "--confirmed", "--schedule", "instant", "--about", "outlets",
                      "--source", "vamsong")  # fmt: skip
    assert made["filters"] == {"sources": ["vamsong"], "about": "outlets"}


@pytest.mark.parametrize(
    "options",
    [
        (READER, "--topic", "ai"),
        (READER, "--query", "dữ liệu"),
        (READER, "--quiet-note"),
        (*HOOK, "--schedule", "daily@07:00"),
    ],
)
def test_who_asks_how_outlets_fare_asks_for_nothing_else(program, options):
    done = program.run("subscribe", *options, "--about", "outlets")
    assert (done.code, done.err.count("\n")) == (2, 1)
