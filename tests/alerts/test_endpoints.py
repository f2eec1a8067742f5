from datetime import timedelta

import pytest
from sqlmodel import select

from alerts import endpoints
from storage import claims, subscriptions
from storage.claims import Tried
from storage.tables import Attempt, Delivery, Subscription
from tests.alerts.archive import webhook
from tests.storage.sample import NOW

DAY = timedelta(days=1)


def died(database, number, at, owner=None):
    """One more delivery to the webhook is given up."""
    with database.writing() as session:
        session.add(Delivery(id=f"dlv-{number}", subscription_id="sub-1", type="digest.published",
                             status="dead", created_at=at, due_at=at, attempts=1))  # fmt: skip
        session.flush()
        session.add(Attempt(delivery_id=f"dlv-{number}", number=1, started_at=at, finished_at=at,
                            outcome="dead", answer="503 busy"))  # fmt: skip
        session.flush()
        tried = Tried(f"dlv-{number}", 1, at, at, "dead", "503 busy")
        found = subscriptions.get(session, "sub-1")
        found.owner = owner
        endpoints.failed(session, found, tried, lambda name: f"https://diembao.example/{name}")


def standing(database):
    with database.reading() as session:
        found = subscriptions.get(session, "sub-1")
    return found.status, found.failing_since


def test_webhook_that_fails_for_days_is_disabled_and_says_why(sqlite_database):
    webhook(sqlite_database)
    for day in range(4):
        assert standing(sqlite_database)[0] == "active"
        died(sqlite_database, day, NOW + day * DAY)
    with sqlite_database.reading() as session:
        found = subscriptions.get(session, "sub-1")
    assert (found.status, found.failing_since) == ("paused", NOW)
    assert found.reason.startswith("nothing has arrived since 2025-11-")
    assert found.reason.endswith("last answer: 503 busy")


def test_few_failures_over_a_long_time_do_not_disable(sqlite_database):
    webhook(sqlite_database)
    for number in range(2):
        died(sqlite_database, number, NOW + number * 9 * DAY)
    assert standing(sqlite_database) == ("active", NOW)


def test_many_failures_in_a_short_time_do_not_disable(sqlite_database):
    webhook(sqlite_database)
    for number in range(9):
        died(sqlite_database, number, NOW + number * timedelta(hours=1))
    assert standing(sqlite_database) == ("active", NOW)


def test_what_arrives_between_failures_begins_the_count_anew(sqlite_database):
    webhook(sqlite_database)
    for day in range(3):
        died(sqlite_database, day, NOW + day * DAY)
    with sqlite_database.writing() as session:
        endpoints.arrived(session, {"sub-1"})
    died(sqlite_database, 3, NOW + 3 * DAY)
    assert standing(sqlite_database) == ("active", NOW + 3 * DAY)


def test_resumed_webhook_gets_its_days_again(sqlite_database):
    webhook(sqlite_database)
    for day in range(4):
        died(sqlite_database, day, NOW + day * DAY)
    with sqlite_database.writing() as session:
        subscriptions.resume(subscriptions.get(session, "sub-1"))
    died(sqlite_database, 4, NOW + 4 * DAY)
    assert standing(sqlite_database) == ("active", NOW + 4 * DAY)


def test_owner_of_a_disabled_webhook_is_told_once_by_mail(sqlite_database):
    webhook(sqlite_database)
    for day in range(6):
        died(sqlite_database, day, NOW + day * DAY, owner="chu@example.org")
    with sqlite_database.writing() as session:
        (notice,) = session.exec(select(Delivery).where(Delivery.type == claims.NOTICE))
        (claimed,) = claims.claim(session, [notice.id], "host/1", NOW + 9 * DAY, DAY)
    assert (claimed.way, claimed.address) == ("mail", "chu@example.org")
    assert "https://nhan-tin.example/hook" in claimed.payload["text"]
    assert "503 busy" in claimed.payload["text"]
    assert "https://diembao.example/sub-1" in claimed.payload["html"]


def test_webhook_without_an_owner_is_disabled_without_a_mail(sqlite_database):
    webhook(sqlite_database)
    for day in range(4):
        died(sqlite_database, day, NOW + day * DAY)
    with sqlite_database.reading() as session:
        assert session.exec(select(Delivery).where(Delivery.type == claims.NOTICE)).all() == []


@pytest.mark.parametrize(
    ("hours", "signing"),
    [(0, ("new", "old")), (23, ("new", "old")), (24, ("new",)), (1000, ("new",))],
)
def test_old_secret_signs_for_a_stated_time(hours, signing):
    found = Subscription(secrets=["old"])
    endpoints.rotated(found, "new", NOW, timedelta(hours=24))
    now = NOW + timedelta(hours=hours)
    assert endpoints.signing(found.secrets, found.old_secret_until, now) == signing


def test_of_two_rotations_in_a_row_the_oldest_secret_is_dropped():
    found = Subscription(secrets=["old"])
    endpoints.rotated(found, "new", NOW, DAY)
    endpoints.rotated(found, "newest", NOW, DAY)
    assert endpoints.signing(found.secrets, found.old_secret_until, NOW) == ("newest", "new")


def test_secret_that_leaked_can_be_dropped_at_once():
    found = Subscription(secrets=["leaked"])
    endpoints.rotated(found, "new", NOW, timedelta())
    assert endpoints.signing(found.secrets, found.old_secret_until, NOW) == ("new",)
    assert found.secrets == ["new"]
