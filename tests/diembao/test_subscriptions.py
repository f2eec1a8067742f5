import pytest

from tests.diembao.letters import body_of, calls_at, verified

BACKLOG = ("--since", "2020-01-01")


@pytest.fixture
def hook(archive, hooks):
    """A webhook subscription that has news to come."""
    url = hooks.url(path="/hook")
    return archive.ok("subscribe", "--webhook", url, *BACKLOG, "--format", "json").json


def status(program, made):
    return program.ok("subscriptions", "show", made["id"]).rows[0]["status"]


def test_paused_subscription_is_told_when_it_is_resumed(archive, hook, hooks):
    archive.ok("subscriptions", "pause", hook["id"])
    archive.ok("digest", "send")
    assert (status(archive, hook), hooks.calls) == ("paused", [])
    archive.ok("subscriptions", "resume", hook["id"])
    archive.ok("digest", "send")
    assert (status(archive, hook), len(hooks.calls)) == ("active", 1)


def test_removed_subscription_is_told_nothing(archive, hook, hooks):
    archive.ok("subscriptions", "remove", hook["id"])
    archive.ok("digest", "send")
    assert (status(archive, hook), hooks.calls) == ("ended", [])


def test_test_message_arrives_and_takes_no_news(archive, hook, hooks):
    archive.ok("subscriptions", "test", hook["id"])
    assert body_of(calls_at(hooks, "/hook")[0])["data"]["stories"] == []
    archive.ok("digest", "send")
    assert len(body_of(calls_at(hooks, "/hook")[1])["data"]["stories"]) > 10


def test_test_message_that_fails_is_said_to_fail(archive, hook, hooks):
    hooks.status = 500
    assert archive.run("subscriptions", "test", hook["id"]).code == 1


def test_new_secret_signs_beside_the_old_one(archive, hook, hooks):
    rotated = archive.ok("subscriptions", "rotate-secret", hook["id"]).rows[0]
    archive.ok("subscriptions", "test", hook["id"])
    call = hooks.calls[0]
    assert rotated["secret"] != hook["secret"]
    assert verified(rotated["secret"], call) == verified(hook["secret"], call)


def test_old_secret_can_be_dropped_at_once(archive, hook, hooks):
    rotated = archive.ok("subscriptions", "rotate-secret", hook["id"], "--keep-old", "0").rows[0]
    archive.ok("subscriptions", "test", hook["id"])
    assert len(hooks.calls[0].headers["webhook-signature"].split()) == 1
    assert verified(rotated["secret"], hooks.calls[0])


@pytest.mark.parametrize("hours", ["-1", "721", "nan", "mai"])
def test_time_for_an_old_secret_is_a_number_of_hours(program, hours):
    done = program.run("subscriptions", "rotate-secret", "khong-co", f"--keep-old={hours}")
    assert (done.code, hours in done.err.splitlines()[-1]) == (2, True)


def test_list_and_show_tell_no_secret(archive, hook):
    told = archive.ok("subscriptions", "list").out
    told += archive.ok("subscriptions", "show", hook["id"]).out
    assert hook["id"] in told
    assert "whsec_" not in told


@pytest.mark.parametrize("action", ["show", "pause", "resume", "remove", "test", "rotate-secret"])
def test_unknown_subscription_is_a_named_failure(program, action):
    done = program.run("subscriptions", action, "khong-co")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "khong-co" in done.err


def test_what_cannot_be_done_to_a_subscription_is_told(archive):
    made = archive.ok("subscribe", "cho@example.org", "--format", "json").json["id"]
    for action, told in (
        ("pause", "is pending: it can be neither paused nor resumed"),
        ("resume", "is pending: it can be neither paused nor resumed"),
        ("rotate-secret", "is no webhook: it has no secret"),
    ):
        done = archive.run("subscriptions", action, made)
        assert (done.code, done.out, done.err) == (2, "", f"diembao: {made} {told}\n")
    sent = archive.ok("digest", "send", made)
    assert f"{made} is pending: nothing new is made for it" in sent.err
