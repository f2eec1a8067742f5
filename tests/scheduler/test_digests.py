import logging
from datetime import timedelta

import pytest

from alerts import schedules
from alerts.waking import Pace
from scheduler.digests import POISON_PAUSE, make, make_due
from storage import outbox, subscriptions
from tests.alerts.archive import SENDER, position, subscribe, webhook
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, TWIN_CITY, take


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


def later(database, name, **changes):
    """Change a subscription as its reader may: its next time is planned anew."""
    with database.writing() as session:
        found = subscriptions.get(session, name)
        for field, value in changes.items():
            setattr(found, field, value)
        schedules.plan(found, NOW)


def told(database, ids):
    """The articles of some deliveries, each delivery by itself."""
    with database.reading() as session:
        return [outbox.get(session, delivery).articles for delivery in ids]


def test_after_a_standstill_one_digest_tells_all_that_was_missed(database, clock):
    webhook(database, "daily", schedule="daily@07:00", due_at=NOW + timedelta(hours=22))
    for number, body in enumerate((FLOOD, TWIN_CITY), start=2):
        with database.writing() as session:
            take(session, number, body)
    clock.go_on(days=5)
    assert told(database, make_due(database, SENDER, clock)) == [[1, 2, 3]]
    assert make_due(database, SENDER, clock) == []
    assert NOW + timedelta(days=5) < due_at(database, "daily") < NOW + timedelta(days=6)


def test_another_schedule_and_zone_lose_and_repeat_nothing(database, clock):
    webhook(database, "daily", schedule="daily@07:00", due_at=NOW + timedelta(hours=22))
    later(database, "daily", schedule="weekly@sat@07:00", timezone="Europe/Berlin")
    clock.go_on(hours=23)
    assert make_due(database, SENDER, clock) == []  # 07:00 in Vietnam, not in Berlin
    clock.go_on(hours=5)
    assert told(database, make_due(database, SENDER, clock)) == [[1]]
    later(database, "daily", schedule="instant")
    assert make_due(database, SENDER, clock) == []


def test_who_was_paused_is_told_at_the_next_time_what_came_meanwhile(database, clock):
    webhook(database, "daily", schedule="daily@07:00", due_at=NOW, status="paused")
    assert make_due(database, SENDER, clock) == []
    later(database, "daily", status="active")
    assert make_due(database, SENDER, clock) == []
    clock.go_on(hours=22)
    assert told(database, make_due(database, SENDER, clock)) == [[1]]


def test_instant_mail_holds_what_came_within_its_pause(database, clock):
    subscribe(database, "mail", schedule="instant", due_at=None)
    assert make_due(database, SENDER, clock) == []
    with database.writing() as session:
        take(session, 2, FLOOD)
        take(session, 3, DATA_LAKE, source="nhipphosong")
    clock.go_on(seconds=10)
    assert [sorted(each) for each in told(database, make_due(database, SENDER, clock))] == [
        [1, 2, 3]
    ]
    assert make_due(database, SENDER, clock) == []


def test_what_an_hour_has_no_room_for_comes_in_one_mail(database, clock):
    pace = Pace(timedelta(0), most_an_hour=1)
    subscribe(database, "mail", schedule="instant", due_at=None)
    assert told(database, make_due(database, SENDER, clock, pace)) == [[1]]
    for number, body in enumerate((FLOOD, TWIN_CITY), start=2):
        clock.go_on(minutes=10)
        with database.writing() as session:
            take(session, number, body, first_seen_at=clock.now)
        assert make_due(database, SENDER, clock, pace) == []
    clock.go_on(minutes=40)
    assert [sorted(each) for each in told(database, make_due(database, SENDER, clock, pace))] == [
        [2, 3]
    ]
