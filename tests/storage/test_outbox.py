from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from storage import outbox
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


def claim(session, owner="host/1", now=NOW, number=1):
    return outbox.claim(session, f"dlv-{number}", owner, now, LEASE)


def test_claim_writes_the_attempt_about_to_be_made(books):
    with books.writing() as session:
        claimed = claim(session)
    with books.reading() as session:
        attempt = outbox.attempts(session, "dlv-1")[0]
    assert (claimed.status, claimed.attempts, claimed.claimed_by) == ("sending", 1, "host/1")
    assert claimed.claimed_until == NOW + LEASE
    assert (attempt.number, attempt.started_at, attempt.outcome) == (1, NOW, None)


def test_delivery_is_claimed_by_one_of_many(books):
    def try_to(owner):
        with books.writing() as session:
            return claim(session, owner) is not None

    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(try_to, [f"host/{n}" for n in range(12)]))
    assert taken.count(True) == 1


def test_claim_that_ran_out_is_taken_up_under_the_same_id(books):
    with books.writing() as session:
        claim(session)
        assert outbox.due(session, NOW + LEASE, 9) == []
        assert claim(session, "host/2", NOW + LEASE) is None
        assert outbox.due(session, LATE, 9) == ["dlv-1"]
        again = claim(session, "host/2", LATE)
        started = [attempt.started_at for attempt in outbox.attempts(session, "dlv-1")]
    assert (again.id, again.attempts, again.claimed_by) == ("dlv-1", 2, "host/2")
    assert started == [NOW, LATE]


@pytest.mark.parametrize("status", ["done", "dead"])
def test_settled_delivery_is_not_claimed(books, status):
    with books.writing() as session:
        outbox.get(session, "dlv-1").status = status
        session.flush()
        assert claim(session, now=LATE) is None
        assert outbox.due(session, LATE, 9) == []


def test_done_is_recorded_on_delivery_and_attempt(books):
    with books.writing() as session:
        claim(session)
        outbox.done(session, "dlv-1", LATE, "250 taken")
    with books.reading() as session:
        found, attempt = outbox.get(session, "dlv-1"), outbox.attempts(session, "dlv-1")[0]
    assert (found.status, found.done_at, found.claimed_by) == ("done", LATE, None)
    assert (attempt.outcome, attempt.answer, attempt.finished_at) == ("done", "250 taken", LATE)


def test_retry_waits_until_it_is_due(books):
    with books.writing() as session:
        claim(session)
        outbox.retry(session, "dlv-1", NOW, "HTTP 500", LATE)
        assert outbox.due(session, LATE - timedelta(seconds=1), 9) == []
        assert outbox.due(session, LATE, 9) == ["dlv-1"]
        found, attempt = outbox.get(session, "dlv-1"), outbox.attempts(session, "dlv-1")[0]
    assert (found.status, found.last_error) == ("retrying", "HTTP 500")
    assert (attempt.outcome, attempt.answer) == ("retry", "HTTP 500")


def test_success_after_a_retry_leaves_both_attempts_and_no_error(books):
    with books.writing() as session:
        claim(session)
        outbox.retry(session, "dlv-1", NOW, "HTTP 500", NOW)
        claim(session)
        outbox.done(session, "dlv-1", NOW, "200")
        outcomes = [attempt.outcome for attempt in outbox.attempts(session, "dlv-1")]
        assert outbox.get(session, "dlv-1").last_error is None
    assert outcomes == ["retry", "done"]


def test_dead_delivery_may_be_put_in_line_again(books):
    with books.writing() as session:
        claim(session)
        outbox.dead(session, "dlv-1", NOW, "HTTP 500")
        assert outbox.get(session, "dlv-1").status == "dead"
        again = outbox.again(session, "dlv-1", LATE)
        assert (again.id, again.status, again.due_at) == ("dlv-1", "pending", LATE)
        assert claim(session, now=LATE).attempts == 2


def test_longest_due_are_sent_first_and_bounded(books):
    with books.writing() as session:
        for number in (4, 3, 2):
            session.add(delivery(number, due_at=NOW - timedelta(minutes=number)))
        session.add(delivery(9, due_at=LATE))
        session.flush()
        assert outbox.due(session, NOW, 9) == ["dlv-4", "dlv-3", "dlv-2", "dlv-1"]
        assert outbox.due(session, NOW, 2) == ["dlv-4", "dlv-3"]


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
        assert outbox.due(session, NOW, 9) == ["dlv-1"]
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
