import logging
from datetime import timedelta

import pytest

from scheduler.digests import POISON_PAUSE, make, make_due
from storage import outbox, subscriptions
from tests.alerts.archive import SENDER, position, subscribe, webhook
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, take


@pytest.fixture(autouse=True)
def _news(database):
    with database.writing() as session:
        take(session, 1, DATA_LAKE)


def due_at(database, name):
    with database.reading() as session:
        return subscriptions.get(session, name).due_at


def made(database, ids):
    with database.reading() as session:
        return sorted(outbox.get(session, delivery).subscription_id for delivery in ids)


def test_due_and_instant_subscriptions_get_what_is_new(database, clock):
    subscribe(database, "due")
    subscribe(database, "later", due_at=NOW + timedelta(minutes=1))
    webhook(database, "instant")
    assert made(database, make_due(database, SENDER, clock)) == ["due", "instant"]
    assert make_due(database, SENDER, clock) == []


def test_due_subscription_without_news_is_due_again_next_time(database, clock):
    subscribe(database, "due", filters={"topics": ["ai"]})
    assert make_due(database, SENDER, clock) == []
    assert due_at(database, "due") > NOW
    assert position(database, "due") == 1


@pytest.mark.parametrize("status", ["pending", "paused", "ended"])
def test_only_active_subscriptions_are_told(database, clock, status):
    subscribe(database, "quiet", status=status)
    assert make(database, SENDER, ["quiet"], clock) == []
    assert position(database, "quiet") == 0


def test_asked_by_hand_the_schedule_does_not_matter(database, clock):
    subscribe(database, "later", due_at=NOW + timedelta(days=1))
    assert made(database, make(database, SENDER, ["later"], clock)) == ["later"]


@pytest.mark.parametrize("subscribed", [subscribe, webhook], ids=["scheduled", "instant"])
def test_digest_that_cannot_be_made_is_set_aside_and_the_others_go_on(
    database, clock, caplog, subscribed
):
    subscribed(database, "poison", timezone="Nowhere/At_All")
    subscribed(database, "healthy")
    with caplog.at_level(logging.ERROR, "scheduler"):
        assert made(database, make_due(database, SENDER, clock)) == ["healthy"]
        assert due_at(database, "poison") == NOW + POISON_PAUSE
        assert make_due(database, SENDER, clock) == []
    assert [record.getMessage() for record in caplog.records] == [
        "digest of subscription poison could not be made"
    ]


def test_set_aside_subscription_is_tried_again_and_loses_nothing(database, clock):
    webhook(database, "poison", timezone="Nowhere/At_All")
    make_due(database, SENDER, clock)
    with database.writing() as session:
        subscriptions.get(session, "poison").timezone = "UTC"
        take(session, 2, FLOOD)
    clock.go_on(hours=1)
    assert made(database, make_due(database, SENDER, clock)) == ["poison", "poison"]
    assert due_at(database, "poison") is None
