from contextlib import contextmanager

import pytest

from tests.diembao.letters import calls_at, id_of, mails_of, verified
from tests.servers.waiting import eventually

READER = "ban.doc@example.org"
BACKLOG = ("--since", "2020-01-01")
RETRYING = {"made": 1, "done": 0, "retrying": 1, "dead": 0}
SENT = {"made": 0, "done": 1, "retrying": 0, "dead": 0}


@pytest.fixture
def hooked(archive, hooks):
    """The program with one webhook that has news to come; and its secret."""
    url = hooks.url(path="/hook")
    made = archive.ok("subscribe", "--webhook", url, *BACKLOG, "--format", "json").json
    return archive, made["secret"]


def delivery(program):
    """The only delivery there is, with its attempts."""
    rows = program.ok("deliveries", "list").rows
    assert len(rows) == 1
    return program.ok("deliveries", "show", rows[0]["id"]).rows[0]


@contextmanager
def answering(hooks, status, **headers):
    """Let the receiver answer so for a while."""
    hooks.status, hooks.headers = status, headers
    yield
    hooks.status, hooks.headers = 204, {}


def test_refused_mail_is_sent_later_as_the_same_message(archive, mails):
    program = archive.having(SMTP_URL=f"smtp://127.0.0.1:{mails.port}")
    program.ok("subscribe", READER, "--confirmed", *BACKLOG)
    mails.data = "451 4.3.0 not now"
    failed = program.run("digest", "send")
    waiting = delivery(program)
    mails.data = ""
    sent = program.ok("digest", "send")
    assert (failed.code, failed.rows, sent.rows) == (1, [RETRYING], [SENT])
    assert waiting["status"] == "retrying"
    assert "451" in waiting["last_error"]
    assert failed.err == f"diembao: {waiting['id']}: {waiting['last_error']}\n"
    assert [m["Message-ID"] for m in mails_of(mails, READER)] == [f"<{waiting['id']}@localhost>"]


def test_mail_server_that_is_away_is_no_loss(archive, mails):
    program = archive.having(SMTP_URL="smtp://127.0.0.1:1")
    program.ok("subscribe", READER, "--confirmed", *BACKLOG)
    assert program.run("digest", "send").code == 1
    back = program.having(SMTP_URL=f"smtp://127.0.0.1:{mails.port}")
    back.ok("digest", "send")
    assert len(mails_of(mails, READER)) == 1
    assert [each["outcome"] for each in delivery(back)["tries"]] == ["retry", "done"]


@pytest.mark.parametrize("status", [500, 302])
def test_failed_call_is_made_again_under_the_same_id(hooked, hooks, status):
    program, secret = hooked
    with answering(hooks, status, Location=hooks.url(path="/elsewhere")):
        failed = program.run("digest", "send")
    sent = program.ok("digest", "send")
    first, second = calls_at(hooks, "/hook")
    assert (failed.code, failed.rows, sent.rows) == (1, [RETRYING], [SENT])
    assert (id_of(first), first.body) == (id_of(second), second.body)
    assert verified(secret, second)["type"] == "digest.published"
    assert calls_at(hooks, "/elsewhere") == []


def test_every_attempt_is_kept_with_its_answer(hooked, hooks):
    program, _ = hooked
    with answering(hooks, 500):
        program.run("digest", "send")
    program.ok("digest", "send")
    found = delivery(program)
    assert [each["outcome"] for each in found["tries"]] == ["retry", "done"]
    assert ["500" in each["answer"] for each in found["tries"]] == [True, False]
    assert (found["status"], found["attempts"]) == ("done", 2)


def test_receiver_that_is_gone_is_not_called_again(hooked, hooks):
    program, _ = hooked
    with answering(hooks, 410):
        assert program.run("digest", "send").code == 1
    assert program.ok("subscriptions", "list").rows[0]["status"] == "ended"
    assert delivery(program)["status"] == "dead"
    program.ok("digest", "send")
    assert len(calls_at(hooks, "/hook")) == 1


def test_waiting_delivery_can_be_tried_at_once(hooked, hooks):
    program, _ = hooked
    with answering(hooks, 503):
        program.run("digest", "send")
    assert program.ok("deliveries", "retry").rows[0]["done"] == 1
    first, second = calls_at(hooks, "/hook")
    assert id_of(first) == id_of(second)


def test_delivery_that_was_sent_can_be_sent_again(hooked, hooks):
    program, _ = hooked
    program.ok("digest", "send")
    program.ok("deliveries", "replay", delivery(program)["id"])
    first, second = calls_at(hooks, "/hook")
    assert (id_of(first), first.body) == (id_of(second), second.body)
    assert delivery(program)["attempts"] == 2


def test_list_can_be_narrowed(hooked, hooks):
    program, _ = hooked
    program.ok("digest", "send")
    assert len(program.ok("deliveries", "list", "--status", "done").rows) == 1
    assert program.ok("deliveries", "list", "--status", "dead").rows == []
    assert program.ok("deliveries", "list", "--since", "2099-01-01").rows == []


@pytest.mark.parametrize("action", ["show", "retry", "replay"])
def test_unknown_delivery_is_a_named_failure(program, action):
    done = program.run("deliveries", action, "dlv-khong-co")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "dlv-khong-co" in done.err


def test_replay_of_nothing_in_particular_is_wrong_use(program):
    assert program.run("deliveries", "replay").code == 2


def test_send_killed_in_the_middle_is_taken_up_under_the_same_id(hooked, hooks):
    program, _ = hooked
    hooks.hang()
    with program.running("digest", "send") as sending:
        eventually(lambda: hooks.calls)
        sending.kill()
    hooks.let_go()
    assert program.ok("digest", "send").rows == [SENT]
    first, second = calls_at(hooks, "/hook")
    assert (id_of(first), first.body) == (id_of(second), second.body)
    assert [each["outcome"] for each in delivery(program)["tries"]] == [None, "done"]
