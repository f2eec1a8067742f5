from datetime import UTC, datetime, timedelta

import pytest

from storage import checkup, events, hosts, polling, subscriptions
from storage.checkup import Soundness
from tests.storage.sample import NOW
from tests.storage.test_outbox import subscription

LEASE = timedelta(minutes=1)


@pytest.fixture
def archive(database):
    with database.writing() as session:
        polling.register(session, {name: (name, "press") for name in "ab"}, NOW)
    return database


def test_sound_database_is_said_to_be_sound(archive):
    assert checkup.quick_check(archive, 30.0) == Soundness()


def test_check_ends_when_its_time_is_over(sqlite_database):
    with sqlite_database.writing() as session:
        polling.register(session, {f"s{n}": ("Báo " * 50, "press") for n in range(5_000)}, NOW)
    assert checkup.quick_check(sqlite_database, -1.0) == Soundness(finished=False)
    assert checkup.quick_check(sqlite_database, 30.0) == Soundness()


def test_holders_of_outlets_and_hosts_are_told_with_their_latest_end(archive):
    with archive.writing() as session:
        polling.claim(session, "a", "may-1/7", NOW, LEASE)
        hosts.claim(session, ["a.example"], "may-1/7", NOW, 2 * LEASE)
        polling.claim(session, "b", "may-2/9", NOW, LEASE)
    with archive.reading() as session:
        assert checkup.holders(session) == {"may-1/7": NOW + 2 * LEASE, "may-2/9": NOW + LEASE}


def test_latest_moment_is_that_of_the_last_event_or_poll(archive):
    with archive.reading() as session:
        assert checkup.latest_moment(session) is None
    with archive.writing() as session:
        events.publish(session, "source.silent", NOW, data={"source": "a"})
        polling.checked(session, "a", NOW - LEASE, new=0, error=None, pause=LEASE)
    with archive.reading() as session:
        assert checkup.latest_moment(session) == NOW


def test_other_machine_tells_its_time(archive):
    with archive.reading() as session:
        told = checkup.server_time(session)
    assert told is None or abs(told - datetime.now(UTC)) < timedelta(minutes=1)
    assert (told is None) == (archive.engine.dialect.name == "sqlite")


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({"filters": {"about": "outlets"}}, 1),
        ({"kind": "webhook"}, 1),
        ({"kind": "webhook", "schedule": "daily@07:00"}, 0),
        ({}, 0),
        ({"filters": {"about": "outlets"}, "status": "paused"}, 0),
    ],
)
def test_those_who_hear_of_outlets_are_counted(archive, changes, heard):
    made = subscription("sub-1")
    for name, value in changes.items():
        setattr(made, name, value)
    with archive.writing() as session:
        session.add(made)
    with archive.reading() as session:
        assert subscriptions.hear_of_outlets(session) == heard
