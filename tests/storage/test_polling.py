from datetime import timedelta

import pytest

from storage import polling
from tests.storage.sample import NOW

LEASE = timedelta(minutes=1)
SOURCES = {"a": ("Báo A", "press"), "b": ("Cổng B", "official"), "c": ("C", "english")}


@pytest.fixture
def registered(database):
    with database.writing() as session:
        polling.register(session, SOURCES, NOW)
    return database


def due(session, now=NOW, names="abc", limit=9, owner=""):
    return list(polling.due(session, names, now, limit, owner))


def check(session, source, minutes, error=None, new=0):
    pause = timedelta(minutes=minutes)
    polling.checked(session, source, NOW, new=new, error=error, pause=pause)


def test_new_source_is_due_at_once(registered):
    with registered.reading() as session:
        assert sorted(due(session)) == ["a", "b", "c"]


def test_registering_again_keeps_the_schedule_and_takes_new_names(registered):
    with registered.writing() as session:
        check(session, "a", 30)
        polling.register(session, {"a": ("Báo Á", "official")}, NOW)
        state = polling.states(session)["a"]
    assert (state.name, state.kind) == ("Báo Á", "official")
    assert state.next_check_at == NOW + timedelta(minutes=30)


def test_due_sources_come_longest_due_first_and_bounded(registered):
    with registered.writing() as session:
        for source, minutes in (("a", 30), ("b", 10), ("c", 20)):
            check(session, source, minutes)
        later = NOW + timedelta(minutes=30)
        assert due(session, later) == ["b", "c", "a"]
        assert due(session, later, limit=2) == ["b", "c"]
        assert due(session, NOW + timedelta(minutes=15)) == ["b"]
        assert due(session, later, names=["a", "unknown"]) == ["a"]


def test_source_is_claimed_once(registered):
    with registered.writing() as session:
        assert polling.claim(session, "a", "host/1", NOW, LEASE)
        assert not polling.claim(session, "a", "host/2", NOW, LEASE)
        assert due(session) == ["b", "c"]
        assert "a" in due(session, owner="host/1")  # let go of in vain, or in hand


def test_owner_may_renew_a_claim(registered):
    with registered.writing() as session:
        polling.claim(session, "a", "host/1", NOW, LEASE)
        assert polling.claim(session, "a", "host/1", NOW + LEASE / 2, LEASE)
        assert not polling.claim(session, "a", "host/2", NOW + LEASE * 1.4, LEASE)


def test_claim_that_ran_out_may_be_taken(registered):
    late = NOW + LEASE * 2
    with registered.writing() as session:
        polling.claim(session, "a", "host/1", NOW, LEASE)
        assert "a" in due(session, late)
        assert polling.claim(session, "a", "host/2", late, LEASE)
        assert not polling.claim(session, "a", "host/1", late, LEASE)


def test_only_the_owner_gives_a_source_back(registered):
    with registered.writing() as session:
        polling.claim(session, "a", "host/1", NOW, LEASE)
        polling.release(session, "a", "host/2")
        assert "a" not in due(session)
        polling.release(session, "a", "host/1")
        assert "a" in due(session)


def test_leases_of_the_dead_are_freed_and_no_others(registered):
    with registered.writing() as session:
        for source, owner in (("a", "host/1"), ("b", "host/2"), ("c", "host/1")):
            polling.claim(session, source, owner, NOW, LEASE)
        assert polling.lease_owners(session) == {"host/1", "host/2"}
        polling.take_over(session, "host/1")
        assert polling.lease_owners(session) == {"host/2"}
        assert sorted(due(session)) == ["a", "c"]


def test_unknown_source_cannot_be_claimed(registered):
    with registered.writing() as session:
        assert not polling.claim(session, "unknown", "host/1", NOW, LEASE)


def test_failures_are_counted_until_one_succeeds(registered):
    with registered.writing() as session:
        for count in (1, 2, 3):
            check(session, "a", 10, error="HTTP 500")
            assert polling.states(session)["a"].failures == count
        assert polling.states(session)["a"].last_success_at is None
        check(session, "a", 10)
        state = polling.states(session)["a"]
    assert (state.failures, state.last_error, state.last_success_at) == (0, None, NOW)


def test_check_records_when_there_was_something_new(registered):
    with registered.writing() as session:
        check(session, "a", 10)
        assert polling.states(session)["a"].last_new_at is None
        check(session, "a", 10, new=2)
        state = polling.states(session)["a"]
    assert (state.last_new_at, state.last_checked_at, state.interval_seconds) == (NOW, NOW, 600)


def test_source_switched_on_is_due_at_once(registered):
    with registered.writing() as session:
        check(session, "a", 600)
        polling.set_enabled(session, "a", enabled=False, now=NOW)
        assert (polling.states(session)["a"].enabled, "a" in due(session)) == (False, False)
        polling.set_enabled(session, "a", enabled=True, now=NOW)
        assert (polling.states(session)["a"].enabled, "a" in due(session)) == (True, True)


def test_clock_set_back_makes_a_source_due(registered):
    with registered.writing() as session:
        check(session, "a", 30)
        assert due(session, NOW - timedelta(seconds=30), names="a") == []
        assert due(session, NOW - timedelta(hours=1), names="a") == ["a"]
