import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.errors import TransportError
from alerts.sending import Post
from scheduler.deliveries import PLACES, Outgoing, send, send_due
from scheduler.outbox_books import MOST_AT_ONCE
from storage import claims, outbox
from storage.tables import Delivery, Subscription
from tests.alerts.archive import subscribe, webhook
from tests.alerts.test_sending import Letterbox
from tests.scheduler.waiting import until
from tests.storage.sample import NOW

PAYLOAD = {"subject": "Điểm báo", "text": "Chữ", "html": "<p>Chữ</p>"}


@pytest.fixture
def box():
    return Letterbox()


@pytest.fixture
def post(box, clock):
    return Post(box, box, "Điểm Báo <diembao@example.org>", "host/1", clock, lambda: 0.0)


def put(database, count, due_at=NOW):
    subscribe(database)
    with database.writing() as session:
        session.add_all(
            Delivery(id=f"dlv-{n}", subscription_id="sub-1", type="digest.published",
                     status="pending", created_at=NOW, due_at=due_at, payload=PAYLOAD)
            for n in range(count)
        )  # fmt: skip


async def test_all_that_is_due_is_sent_and_counted(database, post, box, clock):
    put(database, 20)
    box.failures = [TransportError("HTTP 503"), TransportError("HTTP 400", retry=False)]
    assert await send_due(database, post, clock) == {"done": 18, "retrying": 1, "dead": 1}
    assert len({message.delivery_id for message in box.taken}) == 18
    assert await send_due(database, post, clock) == {}


async def test_what_is_not_due_waits(database, post, box, clock):
    put(database, 1, due_at=clock.now + timedelta(hours=1))
    assert await send_due(database, post, clock) == {}
    assert box.tried == 0


async def test_clock_set_back_keeps_nothing_new_waiting(database, post, clock):
    put(database, 1)
    clock.go_on(hours=-1)
    assert await send_due(database, post, clock) == {"done": 1}


async def test_one_look_takes_a_bounded_number(database, post, box, clock):
    put(database, MOST_AT_ONCE + 5)
    assert await send_due(database, post, clock) == {"done": MOST_AT_ONCE}
    assert await send_due(database, post, clock) == {"done": 5}


async def test_delivery_in_other_hands_is_left(database, post, clock):
    put(database, 2)
    with database.writing() as session:
        claims.claim(session, ["dlv-0"], "host/2", clock(), clock() - NOW)
    assert await send(database, post, ["dlv-0", "dlv-1"]) == {"taken": 1, "done": 1}


async def test_sender_that_falls_over_does_not_stop_the_others(database, post, box):
    put(database, 2)
    assert await send(database, post, ["dlv-unknown", "dlv-0", "dlv-1"]) == {"taken": 1, "done": 2}
    assert len(box.taken) == 2


async def test_try_that_breaks_off_keeps_nobody_waiting(database, post, box):
    put(database, 3)
    box.failures = [asyncio.CancelledError()]
    async with asyncio.timeout(20):
        assert await send(database, post, ["dlv-0"]) == {}
        box.failures = [asyncio.CancelledError()]
        assert await send(database, post, ["dlv-1", "dlv-2"]) == {"done": 1}
    with database.reading() as session:
        found = [session.get_one(Delivery, f"dlv-{n}").status for n in range(3)]
    assert found == ["sending", "sending", "done"]  # taken up when the leases have run out


async def test_what_stands_ready_is_sent_though_all_before_it_broke_off(database, post, box):
    places = PLACES["mail"].begun
    with database.writing() as session:
        for n in range(3 * places):
            session.add(Subscription(
                id=f"sub-{n}", kind="mail", address=f"a{n}@example.org", status="active",
                schedule="hourly", timezone="UTC", language="vi", period_from=NOW, created_at=NOW,
            ))  # fmt: skip
        session.flush()
        for n in range(3 * places):
            session.add(Delivery(id=f"dlv-{n}", subscription_id=f"sub-{n}", payload=PAYLOAD,
                                 type="digest.published", status="pending", created_at=NOW,
                                 due_at=NOW))  # fmt: skip
    box.failures = [asyncio.CancelledError() for _ in range(places)]
    ids = [f"dlv-{n}" for n in range(3 * places)]
    assert await send(database, post, ids) == {"done": 2 * places}


class Hooks:
    """Receivers in this process; those at an address with 'hang' answer when they are let go."""

    def __init__(self):
        self.let_go = asyncio.Event()
        self.called, self.most, self.now = [], 0, 0

    async def send(self, call):
        self.now += 1
        self.most = max(self.most, self.now)
        self.called.append(call.delivery_id)
        if "hang" in call.url:
            await self.let_go.wait()
        self.now -= 1
        return "200"

    async def aclose(self):
        pass


@pytest.fixture
def hooks(post):
    made = Hooks()
    return made, replace(post, webhook=made)


def hang_and_answer(database, hanging, good):
    with database.writing() as session:
        for n in range(hanging + good):
            where = "hang" if n < hanging else "good"
            session.add(
                Subscription(id=f"{where}-{n}", kind="webhook", status="active",
                             address=f"https://{where}.example/", schedule="instant",
                             timezone="UTC", language="vi", period_from=NOW, created_at=NOW)
            )  # fmt: skip
        session.flush()
        for n in range(hanging + good):
            where = "hang" if n < hanging else "good"
            session.add(
                Delivery(id=f"{where}-{n}", subscription_id=f"{where}-{n}", type="digest.published",
                         status="pending", created_at=NOW, due_at=NOW, payload={"body": "{}"})
            )  # fmt: skip


async def test_receivers_that_hang_keep_nobody_waiting(sqlite_database, hooks):
    receivers, post = hooks
    hang_and_answer(sqlite_database, hanging=50, good=20)
    outgoing = Outgoing(sqlite_database, post, due_only=True)
    await outgoing.look()
    await until(lambda: outgoing.outcomes["done"] == 20)
    assert sum(name.startswith("hang") for name in receivers.called) == 50
    receivers.let_go.set()
    await outgoing.idle()
    assert outgoing.outcomes == {"done": 70}


async def test_next_look_need_not_wait_for_the_slowest_of_the_last(sqlite_database, hooks):
    receivers, post = hooks
    hang_and_answer(sqlite_database, hanging=1, good=0)
    outgoing = Outgoing(sqlite_database, post, due_only=True)
    await outgoing.look()
    await until(lambda: receivers.called)
    webhook(sqlite_database, "late", address="https://good.example/")
    with sqlite_database.writing() as session:
        session.add(
            Delivery(id="late", subscription_id="late", type="digest.published", status="pending",
                     created_at=NOW, due_at=NOW, payload={"body": "{}"})
        )  # fmt: skip
    await outgoing.look()
    await until(lambda: outgoing.outcomes["done"] == 1)
    assert receivers.called == ["hang-0", "late"]
    receivers.let_go.set()
    await outgoing.idle()


async def test_one_receiver_gets_a_bounded_number_side_by_side(sqlite_database, hooks):
    receivers, post = hooks
    webhook(sqlite_database)
    with sqlite_database.writing() as session:
        session.add_all(
            Delivery(id=f"dlv-{n}", subscription_id="sub-1", type="digest.published",
                     status="pending", created_at=NOW, due_at=NOW, payload={"body": "{}"})
            for n in range(30)
        )  # fmt: skip
    assert await send_due(sqlite_database, post, post.clock) == {"done": 30}
    assert receivers.most <= PLACES["webhook"].each


async def test_stopping_waits_for_what_has_begun_and_gives_the_rest_back(sqlite_database, hooks):
    receivers, post = hooks
    hang_and_answer(sqlite_database, hanging=40, good=0)
    outgoing = Outgoing(sqlite_database, post, due_only=True)
    await outgoing.look()
    await until(lambda: len(receivers.called) == PLACES["webhook"].begun)
    stopping = asyncio.create_task(outgoing.stop())
    receivers.let_go.set()
    await stopping
    with sqlite_database.reading() as session:
        found = outbox.find(session)
    assert {row.status for row in found} <= {"done", "pending", "retrying"}
    assert sum(row.status == "done" for row in found) == len(receivers.called)
    assert all(row.attempts == 0 for row in found if row.status != "done")
