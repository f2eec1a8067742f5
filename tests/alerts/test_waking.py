from datetime import timedelta

import pytest

from alerts import waking
from alerts.waking import Pace, wake
from analysis.judgement import TopicTag
from storage import events, subscriptions
from storage.tables import Delivery
from tests.alerts.archive import position, subscribe, webhook
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, TOPIC, TWIN_CITY, judged, take

PACE = Pace(wait=timedelta(seconds=30), most_an_hour=2)
AI = TopicTag("ai", "Trí tuệ nhân tạo", 0.7)


def publish(database, number, text, topics=(TOPIC,), **how):
    with database.writing() as session:
        take(session, number, text, judged(text, topics=topics), **how)


def instant(database, name="sub-1", **changes):
    subscribe(database, name, **({"schedule": "instant", "due_at": None} | changes))


def woken(database, now=NOW, pace=PACE):
    """Judge what is new; gives when each subscription is due."""
    with database.writing() as session:
        wake(session, now, pace)
    with database.reading() as session:
        return {each.id: each.due_at for each in subscriptions.everyone(session)}


def tell(database, *moments, name="sub-1"):
    """Put deliveries made at these moments into the books."""
    with database.writing() as session:
        session.add_all(
            Delivery(id=f"dlv-{name}-{moment}", subscription_id=name, type="digest.published",
                     status="done", created_at=moment, due_at=moment)
            for moment in moments
        )  # fmt: skip


def test_mail_waits_for_what_belongs_to_it_and_a_call_does_not(database):
    instant(database, "mail")
    webhook(database, "call")
    publish(database, 1, DATA_LAKE)
    assert woken(database) == {"mail": NOW + PACE.wait, "call": NOW}
    assert position(database, "mail") == position(database, "call") == 0


def test_the_pause_is_counted_from_the_first_piece_of_news(database):
    instant(database)
    publish(database, 1, DATA_LAKE)
    woken(database)
    later = NOW + timedelta(seconds=20)
    publish(database, 2, FLOOD, first_seen_at=later)
    assert woken(database, later) == {"sub-1": NOW + PACE.wait}


def test_news_of_a_clock_that_is_ahead_does_not_wait_for_it(database):
    instant(database)
    publish(database, 1, DATA_LAKE, first_seen_at=NOW + timedelta(days=300))
    assert woken(database) == {"sub-1": NOW + PACE.wait}


def test_whom_news_does_not_concern_only_moves_on(database):
    instant(database, filters={"topics": ["ai"]})
    webhook(database, "call", filters={"query": "vũ trụ song song xyz"})
    publish(database, 1, DATA_LAKE)
    assert woken(database) == {"sub-1": None, "call": None}
    assert position(database) == position(database, "call") == 1


def test_news_before_a_position_wakes_nobody(database):
    publish(database, 1, DATA_LAKE)
    instant(database, "new", position=1)
    instant(database, "old")
    publish(database, 2, FLOOD, topics=(AI,))
    instant(database, "only-data", filters={"topics": ["du-lieu"]}, position=1)
    assert woken(database) == {"new": NOW + PACE.wait, "old": NOW + PACE.wait, "only-data": None}


@pytest.mark.parametrize("status", ["pending", "paused", "ended"])
def test_only_active_ones_are_judged(database, status):
    instant(database, status=status)
    publish(database, 1, DATA_LAKE)
    assert woken(database) == {"sub-1": None}
    assert position(database) == 0


def test_scheduled_ones_keep_their_time(database):
    subscribe(database, due_at=NOW + timedelta(hours=3))
    publish(database, 1, DATA_LAKE)
    assert woken(database) == {"sub-1": NOW + timedelta(hours=3)}
    assert position(database) == 0


def test_a_source_in_trouble_wakes_calls_and_no_mails(database):
    instant(database, "mail")
    webhook(database, "call")
    webhook(database, "other", filters={"sources": ["nhipphosong"]})
    with database.writing() as session:
        events.publish(session, "source.drift", NOW, data={"source": "vamsong"})
    assert woken(database) == {"mail": None, "call": NOW, "other": None}


def test_after_as_many_mails_as_an_hour_may_have_the_next_waits_for_room(database):
    instant(database)
    tell(database, NOW - timedelta(minutes=50), NOW - timedelta(minutes=10))
    publish(database, 1, DATA_LAKE)
    assert woken(database) == {"sub-1": NOW + timedelta(minutes=10)}


def test_mails_of_more_than_an_hour_ago_do_not_count(database):
    instant(database)
    tell(database, NOW - timedelta(minutes=61), NOW - timedelta(minutes=10))
    publish(database, 1, DATA_LAKE)
    assert woken(database) == {"sub-1": NOW + PACE.wait}


def test_calls_and_other_readers_are_not_held_back(database):
    instant(database, "busy")
    instant(database, "quiet")
    webhook(database, "call")
    for name in ("busy", "call"):
        moments = [NOW - timedelta(minutes=minute) for minute in (1, 2)]
        tell(database, *moments, name=name)
    publish(database, 1, DATA_LAKE)
    due = woken(database)
    assert (due["quiet"], due["call"]) == (NOW + PACE.wait, NOW)
    assert due["busy"] == NOW + timedelta(minutes=58)


def test_who_is_far_behind_is_told_without_being_judged(database, monkeypatch):
    monkeypatch.setattr(waking, "MOST_EVENTS", 1)
    instant(database, "far", filters={"topics": ["ai"]})
    for number, text in enumerate((DATA_LAKE, FLOOD, TWIN_CITY)):
        publish(database, number, text)
    instant(database, "near", position=2)
    assert woken(database) == {"far": NOW + PACE.wait, "near": NOW + PACE.wait}


def test_filter_that_is_no_longer_understood_does_not_stop_the_others(database):
    instant(database, "broken", filters={"query": "topic:khong-con"})
    instant(database, "sound")
    publish(database, 1, DATA_LAKE)
    assert woken(database) == {"broken": NOW + PACE.wait, "sound": NOW + PACE.wait}
