from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from storage import claims, outbox
from storage.claims import Tried
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


def claim(session, owner="host/1", now=NOW, number=1, **how):
    found = claims.claim(session, [f"dlv-{number}"], owner, now, LEASE, **how)
    return found[0] if found else None


def finish(session, outcome, answer, *, owner="host/1", number=1, due_at=None, now=NOW):
    tried = Tried("dlv-1", number, now, now, outcome, answer, due_at)
    claims.finish(session, [tried], owner)
    session.expire_all()


def due(session, now=NOW, limit=9):
    return [waiting.id for waiting in claims.due(session, now, limit)]


def test_claim_writes_the_attempt_about_to_be_made(books):
    with books.writing() as session:
        claimed = claim(session)
    with books.reading() as session:
        found, attempt = outbox.get(session, "dlv-1"), outbox.attempts(session, "dlv-1")[0]
    assert (claimed.id, claimed.number, claimed.way) == ("dlv-1", 1, "mail")
    assert (found.status, found.attempts, found.claimed_by) == ("sending", 1, "host/1")
    assert found.claimed_until == NOW + LEASE
    assert (attempt.number, attempt.started_at, attempt.outcome) == (1, NOW, None)


def test_claim_gives_what_sending_needs(books):
    with books.writing() as session:
        sub = session.get(Subscription, "sub-1")
        sub.kind, sub.secrets, sub.old_secret_until = "webhook", ["whsec_a", "whsec_b"], LATE
        outbox.get(session, "dlv-1").payload = {"body": "{}"}
        session.flush()
        claimed = claim(session)
    assert (claimed.way, claimed.address) == ("webhook", "sub-1@example.org")
    assert (claimed.secrets, claimed.old_secret_until) == (["whsec_a", "whsec_b"], LATE)
    assert (claimed.payload, claimed.created_at) == ({"body": "{}"}, NOW)


def test_notice_goes_to_the_owner_by_mail_even_where_the_webhook_is_paused(books):
    with books.writing() as session:
        sub = session.get(Subscription, "sub-1")
        sub.kind, sub.status, sub.owner = "webhook", "paused", "chu@example.org"
        outbox.get(session, "dlv-1").type = claims.NOTICE
        session.add(delivery(2))
        session.flush()
        assert due(session) == ["dlv-1"]
        claimed = claim(session)
    assert (claimed.way, claimed.address) == ("mail", "chu@example.org")


def test_several_are_claimed_at_once_and_what_others_have_is_left(books):
    with books.writing() as session:
        session.add_all([delivery(2), delivery(3, status="done"), delivery(4)])
        session.flush()
        claim(session, "host/2", number=4)
        wanted = [f"dlv-{number}" for number in (1, 2, 3, 4, 9)]
        taken = claims.claim(session, wanted, "host/1", NOW, LEASE)
    assert sorted(each.id for each in taken) == ["dlv-1", "dlv-2"]


def test_delivery_put_off_meanwhile_is_left_by_who_wants_due_ones_only(books):
    with books.writing() as session:
        claims.put_off(session, "sub-1", LATE)
        assert due(session) == []
        assert claim(session, due_only=True) is None
        assert claim(session).number == 1


def test_putting_off_moves_nothing_nearer_and_no_one_elses(books):
    with books.writing() as session:
        session.add(delivery(2, subscription_id="sub-2"))
        session.add(delivery(3, due_at=LATE, status="retrying"))
        session.flush()
        claims.put_off(session, "sub-1", NOW + LEASE)
        found = {row.id: row.due_at for row in outbox.find(session)}
    assert found == {"dlv-1": NOW + LEASE, "dlv-2": NOW, "dlv-3": LATE}


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
        assert due(session, NOW + LEASE) == []
        assert claim(session, "host/2", NOW + LEASE) is None
        assert due(session, LATE) == ["dlv-1"]
        again = claim(session, "host/2", LATE)
        started = [attempt.started_at for attempt in outbox.attempts(session, "dlv-1")]
    assert (again.id, again.number) == ("dlv-1", 2)
    assert started == [NOW, LATE]


def test_failure_of_who_lost_the_claim_changes_nothing(books):
    with books.writing() as session:
        claim(session)
        claim(session, "host/2", LATE)
        finish(session, "dead", "HTTP 500")
        found = outbox.get(session, "dlv-1")
        assert (found.status, found.claimed_by, found.last_error) == ("sending", "host/2", None)
        assert [each.outcome for each in outbox.attempts(session, "dlv-1")] == ["dead", None]


def test_what_arrived_is_done_even_if_the_claim_was_lost(books):
    with books.writing() as session:
        claim(session)
        claim(session, "host/2", LATE)
        finish(session, "done", "200")
        assert outbox.get(session, "dlv-1").status == "done"


@pytest.mark.parametrize("status", ["done", "dead"])
def test_settled_delivery_is_not_claimed(books, status):
    with books.writing() as session:
        outbox.get(session, "dlv-1").status = status
        session.flush()
        assert claim(session, now=LATE) is None
        assert due(session, LATE) == []


def test_done_is_recorded_on_delivery_and_attempt(books):
    with books.writing() as session:
        claim(session)
        finish(session, "done", "250 taken", now=LATE)
    with books.reading() as session:
        found, attempt = outbox.get(session, "dlv-1"), outbox.attempts(session, "dlv-1")[0]
    assert (found.status, found.done_at, found.claimed_by) == ("done", LATE, None)
    assert (attempt.outcome, attempt.answer) == ("done", "250 taken")
    assert (attempt.started_at, attempt.finished_at) == (LATE, LATE)


def test_retry_waits_until_it_is_due(books):
    with books.writing() as session:
        claim(session)
        finish(session, "retry", "HTTP 500", due_at=LATE)
        assert due(session, LATE - timedelta(seconds=1)) == []
        assert due(session, LATE) == ["dlv-1"]
        found, attempt = outbox.get(session, "dlv-1"), outbox.attempts(session, "dlv-1")[0]
    assert (found.status, found.last_error, found.claimed_by) == ("retrying", "HTTP 500", None)
    assert (attempt.outcome, attempt.answer) == ("retry", "HTTP 500")


def test_success_after_a_retry_leaves_both_attempts_and_no_error(books):
    with books.writing() as session:
        claim(session)
        finish(session, "retry", "HTTP 500", due_at=NOW)
        claim(session)
        finish(session, "done", "200", number=2)
        outcomes = [attempt.outcome for attempt in outbox.attempts(session, "dlv-1")]
        assert outbox.get(session, "dlv-1").last_error is None
    assert outcomes == ["retry", "done"]


def test_claim_that_was_given_back_leaves_no_trace(books):
    with books.writing() as session:
        claimed = claim(session)
        claims.give_back(session, [claimed])
        session.expire_all()
        found = outbox.get(session, "dlv-1")
        assert (found.status, found.attempts, found.claimed_by) == ("retrying", 0, None)
        assert outbox.attempts(session, "dlv-1") == []
        assert claim(session).number == 1


def test_longest_due_are_sent_first_and_bounded(books):
    with books.writing() as session:
        for number in (4, 3, 2):
            session.add(subscription(f"sub-0{number}"))
            session.flush()
            due_at = NOW - timedelta(minutes=number)
            session.add(delivery(number, due_at=due_at, subscription_id=f"sub-0{number}"))
        session.add(delivery(9, due_at=LATE))
        session.flush()
        assert due(session) == ["dlv-4", "dlv-3", "dlv-2", "dlv-1"]
        assert due(session, limit=2) == ["dlv-4", "dlv-3"]


def test_receiver_with_one_delivery_does_not_wait_for_one_with_many(books):
    with books.writing() as session:
        for number in range(2, 6):
            session.add(delivery(number, due_at=NOW - timedelta(hours=1)))
        session.add(delivery(6, subscription_id="sub-2"))
        session.flush()
        assert due(session, limit=3) == ["dlv-2", "dlv-6", "dlv-3"]


def test_what_waits_for_a_paused_subscription_is_not_due(books):
    with books.writing() as session:
        session.get(Subscription, "sub-1").status = "paused"
        session.flush()
        assert due(session) == []
        assert outbox.waiting(session, ["sub-1"], NOW) == []


def test_given_up_deliveries_of_a_receiver_are_counted_since_a_moment(books):
    with books.writing() as session:
        claim(session)
        finish(session, "dead", "HTTP 500", now=LATE)
        assert claims.died_since(session, "sub-1", LATE) == 1
        assert claims.died_since(session, "sub-1", LATE + LEASE) == 0
        assert claims.died_since(session, "sub-2", NOW) == 0


def test_named_ones_are_given_in_their_order_and_unknown_ones_left_out(books):
    with books.writing() as session:
        session.add(delivery(2))
        session.flush()
        found = claims.named(session, ["dlv-2", "dlv-9", "dlv-1", "dlv-2"])
    assert [(each.id, each.way) for each in found] == [("dlv-2", "mail"), ("dlv-1", "mail")]
