import pytest

from alerts.errors import TransportError
from alerts.sending import Post
from scheduler.deliveries import MOST_AT_ONCE, send, send_due
from storage import claims
from storage.tables import Delivery
from tests.alerts.archive import subscribe
from tests.alerts.test_sending import Letterbox
from tests.storage.sample import NOW

PAYLOAD = {"subject": "Điểm báo", "text": "Chữ", "html": "<p>Chữ</p>"}


@pytest.fixture
def box():
    return Letterbox()


@pytest.fixture
def post(box, clock):
    return Post(box, box, "Điểm Báo <diembao@example.org>", "host/1", clock, lambda: 0.0)


def put(database, count):
    subscribe(database)
    with database.writing() as session:
        session.add_all(
            Delivery(id=f"dlv-{n}", subscription_id="sub-1", type="digest.published",
                     status="pending", created_at=NOW, due_at=NOW, payload=PAYLOAD)
            for n in range(count)
        )  # fmt: skip


async def test_all_that_is_due_is_sent_and_counted(database, post, box, clock):
    put(database, 20)
    box.failures = [TransportError("HTTP 503"), TransportError("HTTP 400", retry=False)]
    assert await send_due(database, post, clock) == {"done": 18, "retrying": 1, "dead": 1}
    assert len({message.delivery_id for message in box.taken}) == 18
    assert await send_due(database, post, clock) == {}


async def test_what_is_not_due_waits(database, post, box, clock):
    put(database, 1)
    clock.go_on(hours=-1)
    assert await send_due(database, post, clock) == {}
    assert box.tried == 0


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
