import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from alerts.errors import TransportError
from alerts.sending import JITTER, LEASE, PAUSES, Post, claim, retry_pause, settle, try_once
from network.guard import GuardError
from storage import outbox, subscriptions
from storage.tables import Delivery
from tests.alerts.archive import subscribe, webhook
from tests.storage.sample import NOW


@dataclass
class Letterbox:
    """A receiver in this process: it keeps what it takes, or fails as it is told to."""

    failures: list[BaseException] = field(default_factory=list)
    taken: list[object] = field(default_factory=list)
    tried: int = 0
    hold: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    async def send(self, message):
        self.tried += 1
        self.arrived.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(message)
        return "250 taken"

    async def aclose(self):
        self.closed = True


@pytest.fixture
def box():
    return Letterbox()


@pytest.fixture
def post(box, clock):
    return Post(box, box, "Điểm Báo <diembao@example.org>", "host/1", clock, lambda: 0.0)


@pytest.fixture
def mail(database):
    """A mail that waits to be sent."""
    subscribe(database)
    return put(database, {"subject": "Điểm báo", "text": "Chữ", "html": "<p>Chữ</p>"})


def put(database, payload, **changes):
    plain = {"id": "dlv-1", "subscription_id": "sub-1", "type": "digest.published"}
    plain |= {"status": "pending", "created_at": NOW, "due_at": NOW, "payload": payload}
    with database.writing() as session:
        session.add(Delivery(**(plain | changes)))
    return "dlv-1"


def found(database):
    with database.reading() as session:
        return outbox.get(session, "dlv-1"), outbox.attempts(session, "dlv-1")


async def deliver(database, delivery_id, post):
    """Claim, try and settle one delivery; None if somebody else has it in hand."""
    with database.writing() as session:
        claimed = claim(session, [delivery_id], post)
    for each in claimed:
        sent = await try_once(each, post)
        with database.writing() as session:
            return settle(session, [sent], post)[0]
    return None


@pytest.mark.parametrize(
    ("attempts", "chance", "pause"),
    [
        *(pytest.param(n, 0.0, PAUSES[n - 1], id=f"after-{n}") for n in range(1, 7)),
        pytest.param(1, 1.0, PAUSES[0] * (1 + JITTER), id="most-jitter"),
        pytest.param(4, 0.5, PAUSES[3] * (1 + JITTER / 2), id="some-jitter"),
        pytest.param(7, 0.0, None, id="after-the-last"),
        pytest.param(70, 1.0, None, id="long-after-the-last"),
    ],
)
def test_pause_after_failed_attempts(attempts, chance, pause):
    assert retry_pause(attempts, chance) == pause


def test_tries_are_spread_over_about_a_day():
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(hours=12) < sum(PAUSES, timedelta()) < timedelta(hours=36)


async def test_delivery_is_done_and_its_answer_kept(database, mail, post, box):
    assert await deliver(database, mail, post) == "done"
    delivery, attempts = found(database)
    assert (delivery.status, delivery.done_at, delivery.attempts) == ("done", NOW, 1)
    assert [(a.outcome, a.answer) for a in attempts] == [("done", "250 taken")]
    sent = box.taken[0]
    assert (sent.delivery_id, sent.recipient, sent.subject) == (
        "dlv-1", "sub-1@example.org", "Điểm báo",
    )  # fmt: skip


async def test_done_delivery_is_not_sent_again(database, mail, post, box):
    await deliver(database, mail, post)
    assert await deliver(database, mail, post) is None
    assert box.tried == 1


async def test_webhook_call_has_body_secrets_and_id(database, post, box):
    webhook(database)
    put(database, {"body": '{"type":"article.published"}'})
    assert await deliver(database, "dlv-1", post) == "done"
    call = box.taken[0]
    assert (call.delivery_id, call.url) == ("dlv-1", "https://nhan-tin.example/hook")
    assert call.body == b'{"type":"article.published"}'
    assert call.secrets == ("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",)


@pytest.mark.parametrize(
    ("wish", "wait"),
    [
        pytest.param(None, PAUSES[0], id="own-pause"),
        pytest.param(120.0, timedelta(minutes=2), id="longer-wish"),
        pytest.param(0.5, PAUSES[0], id="shorter-wish"),
    ],
)
async def test_failed_try_is_repeated_after_a_pause(database, mail, post, box, wish, wait):
    box.failures = [TransportError("HTTP 503", retry_after=wish)]
    assert await deliver(database, mail, post) == "retrying"
    delivery, attempts = found(database)
    assert (delivery.status, delivery.last_error) == ("retrying", "HTTP 503")
    assert delivery.due_at == NOW + wait
    assert [(a.outcome, a.answer) for a in attempts] == [("retry", "HTTP 503")]


async def test_retry_goes_out_under_the_same_id_and_date(database, mail, post, box, clock):
    box.failures = [TransportError("HTTP 503")]
    await deliver(database, mail, post)
    clock.go_on(hours=1)
    assert await deliver(database, mail, post) == "done"
    assert (box.taken[0].delivery_id, box.taken[0].date) == ("dlv-1", NOW)
    assert [a.number for a in found(database)[1]] == [1, 2]


async def test_delivery_is_dead_after_the_last_try(database, mail, post, box, clock):
    box.failures = [TransportError(f"HTTP 50{n}") for n in range(7)]
    outcomes = []
    for _ in box.failures.copy():
        outcomes.append(await deliver(database, mail, post))
        clock.go_on(hours=11)
    delivery, attempts = found(database)
    assert outcomes == ["retrying"] * 6 + ["dead"]
    assert (delivery.status, delivery.last_error, len(attempts)) == ("dead", "HTTP 506", 7)
    assert await deliver(database, mail, post) is None


@pytest.mark.parametrize(
    "failure",
    [TransportError("HTTP 400", retry=False), GuardError("'http://10.0.0.1' is not public")],
    ids=["by-the-receiver", "by-the-guard"],
)
async def test_what_can_never_be_sent_is_dead_at_once(database, mail, post, box, failure):
    box.failures = [failure]
    assert await deliver(database, mail, post) == "dead"
    assert found(database)[0].last_error == str(failure)


@pytest.mark.parametrize(
    ("subscribed", "status"), [(webhook, "ended"), (subscribe, "paused")], ids=["webhook", "mail"]
)
async def test_receiver_that_is_gone_hears_no_more(database, post, box, subscribed, status):
    subscribed(database)
    put(database, {"body": "{}", "subject": "", "text": "", "html": ""})
    box.failures = [TransportError("HTTP 410", retry=False, gone=True)]
    assert await deliver(database, "dlv-1", post) == "dead"
    with database.reading() as session:
        assert subscriptions.get(session, "sub-1").status == status


async def test_ended_subscription_is_sent_nothing(database, post, box):
    webhook(database, status="ended")
    put(database, {"body": "{}"})
    assert await deliver(database, "dlv-1", post) == "dead"
    assert (box.tried, found(database)[0].last_error) == (0, "the subscription has ended")


@pytest.mark.parametrize(
    ("payload", "failure"),
    [
        pytest.param({"subject": "", "text": "", "html": ""}, RuntimeError("ours"), id="transport"),
        pytest.param({"subject": "no text"}, None, id="row"),
    ],
)
async def test_fault_of_ours_is_recorded_and_ends(database, post, box, payload, failure):
    subscribe(database)
    put(database, payload, attempts=6)
    box.failures = [failure] if failure else []
    assert await deliver(database, "dlv-1", post) == "dead"
    delivery, _ = found(database)
    assert delivery.last_error == ("RuntimeError: ours" if failure else "KeyError: 'text'")


async def test_of_two_senders_one_sends(database, mail, post, box, clock):
    other = Post(box, box, "x@example.org", "host/2", clock, lambda: 0.0)
    outcomes = await asyncio.gather(*(deliver(database, mail, p) for p in (post, other) * 3))
    assert sorted(outcomes, key=str) == [None] * 5 + ["done"]
    assert box.tried == 1


async def test_sender_that_died_is_taken_over_under_the_same_id(database, mail, post, box, clock):
    with database.writing() as session:
        claim(session, [mail], replace(post, owner="host/dead"))
    assert await deliver(database, mail, post) is None
    clock.go_on(seconds=LEASE.total_seconds() + 1)
    assert await deliver(database, mail, post) == "done"
    assert box.taken[0].delivery_id == "dlv-1"
    assert [a.outcome for a in found(database)[1]] == [None, "done"]


async def test_stopped_sender_leaves_the_delivery_in_its_hand(database, mail, post, box):
    box.hold = asyncio.Event()
    sending = asyncio.create_task(deliver(database, mail, post))
    await box.arrived.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    delivery, attempts = found(database)
    assert (delivery.status, delivery.claimed_by) == ("sending", "host/1")
    assert [a.outcome for a in attempts] == [None]


async def test_closing_the_post_closes_its_transports(post, box):
    await post.aclose()
    assert box.closed


async def test_chat_room_gets_its_message_and_ends_when_it_is_gone(database, post, box):
    address = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
    subscribe(database, kind="chat", address=address)
    put(database, {"subject": "x", "text": "Điểm Báo"})
    box.failures.append(TransportError("410 gone", retry=False, gone=True))
    assert await deliver(database, "dlv-1", replace(post, chat=box)) == "dead"
    with database.reading() as session:
        assert subscriptions.get(session, "sub-1").status == "ended"
