from datetime import timedelta

from storage import hosts
from tests.storage.sample import NOW

MINUTE = timedelta(minutes=1)
BOTH = ("a.example", "www.a.example")


def claim(database, owner, now=NOW, names=BOTH):
    with database.writing() as session:
        return hosts.claim(session, names, owner, now, MINUTE)


def release(database, owner, **free_at):
    with database.writing() as session:
        hosts.release(session, BOTH, owner, {"a.example": free_at.get("at", NOW)})


def test_hosts_nobody_holds_are_taken_together(database):
    assert claim(database, "một").ours
    assert not claim(database, "hai", names=("www.a.example", "b.example")).ours
    assert claim(database, "hai", names=("b.example",)).ours


def test_holder_may_claim_again(database):
    assert [claim(database, "một").ours, claim(database, "một").ours] == [True, True]


def test_lease_that_ran_out_is_free_for_anyone(database):
    claim(database, "một")
    assert claim(database, "hai", NOW + MINUTE + timedelta(seconds=1)).ours


def test_renewed_lease_lasts(database):
    claim(database, "một")
    with database.writing() as session:
        hosts.renew(session, BOTH, "một", NOW + 3 * MINUTE)
    assert not claim(database, "hai", NOW + 2 * MINUTE).ours


def test_released_host_rests_before_the_next(database):
    claim(database, "một")
    release(database, "một", at=NOW + timedelta(seconds=5))
    turn = claim(database, "hai", NOW)
    assert (turn.ours, turn.free_at) == (False, NOW + timedelta(seconds=5))
    assert claim(database, "hai", NOW + timedelta(seconds=5)).ours


def test_only_the_holder_releases(database):
    claim(database, "một")
    release(database, "hai")
    assert not claim(database, "hai").ours


def test_rest_that_was_asked_for_outlasts_the_pause_between_requests(database):
    claim(database, "một")
    with database.writing() as session:
        hosts.rest(session, "a.example", NOW + timedelta(hours=1), "HTTP 429")
    release(database, "một", at=NOW + timedelta(seconds=5))
    turn = claim(database, "một")
    assert (turn.free_at, turn.reason) == (NOW + timedelta(hours=1), "HTTP 429")


def test_robots_txt_is_kept_by_host_and_grows_old(database):
    with database.writing() as session:
        hosts.keep_robots(session, "a.example", "Disallow: /", NOW)
        hosts.keep_robots(session, "b.example", "", NOW - MINUTE)
    with database.reading() as session:
        found = hosts.robots(session, ("a.example", "b.example"), NOW - timedelta(seconds=30))
    assert found == {"a.example": "Disallow: /"}


def test_host_of_a_dead_holder_is_freed(database):
    claim(database, "máy/1")
    with database.writing() as session:
        assert hosts.lease_owners(session) == {"máy/1"}
        hosts.take_over(session, "máy/1")
    assert claim(database, "máy/2").ours


def test_pause_of_before_the_clock_was_set_back_is_not_kept(database):
    claim(database, "một")
    release(database, "một", at=NOW + timedelta(seconds=5))
    assert claim(database, "hai", NOW - timedelta(hours=1)).ours
