from datetime import timedelta

import pytest

from storage import claims, outbox
from storage.claims import Tried
from storage.errors import UnknownThing
from storage.tables import Delivery, Subscription
from tests.storage.sample import NOW

LEASE = timedelta(minutes=3)
LATE = NOW + LEASE * 2


def subscription(name):
    return Subscription(
        id=name,
        kind="mail",
        address=f"{name}@example.org",
        status="active",
        schedule="instant",
        timezone="UTC",
        language="vi",
        period_from=NOW,
        created_at=NOW,
    )


def delivery(number, **changes):
    plain = {"id": f"dlv-{number}", "subscription_id": "sub-1", "type": "digest.published"}
    plain |= {"status": "pending", "created_at": NOW, "due_at": NOW}
    return Delivery(**(plain | changes))


@pytest.fixture
def books(database):
    with database.writing() as session:
        session.add_all([subscription("sub-1"), subscription("sub-2")])
        session.flush()
        session.add(delivery(1))
    return database


def claim(session, owner="host/1", number=1):
    return claims.claim(session, [f"dlv-{number}"], owner, NOW, LEASE)


def dead(session):
    claim(session)
    claims.finish(session, [Tried("dlv-1", 1, NOW, NOW, "dead", "HTTP 500")], "host/1")
    session.expire_all()


def due(session, now):
    return [waiting.id for waiting in claims.due(session, now, 9)]


def test_dead_delivery_may_be_put_in_line_again(books):
    with books.writing() as session:
        dead(session)
        assert outbox.get(session, "dlv-1").status == "dead"
        again = outbox.again(session, "dlv-1", LATE)
        assert (again.id, again.status, again.due_at) == ("dlv-1", "pending", LATE)
        session.flush()
        assert claim(session)[0].number == 2


def test_attempts_are_given_by_delivery(books):
    with books.writing() as session:
        session.add(delivery(2))
        session.flush()
        dead(session)
        found = outbox.attempts_of(session, ["dlv-1", "dlv-2"])
    assert {name: [a.outcome for a in tries] for name, tries in found.items()} == {
        "dlv-1": ["dead"], "dlv-2": []
    }  # fmt: skip


def test_waiting_ones_are_given_whether_due_or_not_but_not_those_in_hand(books):
    with books.writing() as session:
        session.add(delivery(2, due_at=LATE, status="retrying", subscription_id="sub-2"))
        session.add(delivery(3, status="done"))
        session.flush()
        assert sorted(outbox.waiting(session, None, NOW)) == ["dlv-1", "dlv-2"]
        assert outbox.waiting(session, ["sub-2"], NOW) == ["dlv-2"]
        claim(session)
        assert outbox.waiting(session, ["sub-1"], NOW) == []
        assert outbox.waiting(session, ["sub-1"], LATE) == ["dlv-1"]


def test_what_the_dead_had_in_hand_is_back_in_line_at_once(books):
    with books.writing() as session:
        session.add(delivery(2))
        session.flush()
        claim(session, "host/1", number=1)
        claim(session, "host/2", number=2)
        assert outbox.lease_owners(session) == {"host/1", "host/2"}
        outbox.take_over(session, "host/1", NOW)
        assert due(session, NOW) == ["dlv-1"]
        assert outbox.lease_owners(session) == {"host/2"}


def test_list_is_newest_first_and_may_be_narrowed(books):
    with books.writing() as session:
        session.add(delivery(2, created_at=LATE, status="dead", subscription_id="sub-2"))
        session.flush()

        def found(**narrowed):
            return [row.id for row in outbox.find(session, **narrowed)]

        assert found() == ["dlv-2", "dlv-1"]
        assert found(limit=1) == ["dlv-2"]
        assert found(status="pending") == ["dlv-1"]
        assert found(subscription="sub-2") == ["dlv-2"]
        assert found(since=LATE) == ["dlv-2"]


def test_unknown_delivery_is_named(database):
    with database.reading() as session, pytest.raises(UnknownThing, match="no delivery dlv-7"):
        outbox.get(session, "dlv-7")
