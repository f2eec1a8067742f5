from datetime import timedelta

import pytest

from storage import figures, health, polling
from storage.tables import CandidateRow, SourceState
from tests.storage.sample import NOW
from tests.storage.test_outbox import delivery, subscription

MINUTE = timedelta(minutes=1)


@pytest.fixture
def archive(database):
    with database.writing() as session:
        polling.register(session, {name: (name, "press") for name in "abc"}, NOW)
        session.add_all([subscription("sub-1"), subscription("sub-2")])
    return database


def read(database, watched="ab", now=NOW):
    with database.reading() as session:
        return figures.read(session, lambda _states: list(watched), now)


def change(database, *rows):
    with database.writing() as session:
        for row in rows:
            session.merge(row)


def source(name, **changes):
    return SourceState(**({"id": name, "name": name, "next_check_at": NOW} | changes))


def test_outlet_that_is_due_and_in_nobodys_hand_waits(archive):
    held = {"lease_until": NOW + MINUTE, "lease_by": "host/1"}
    change(archive, source("a", next_check_at=NOW - 5 * MINUTE, **held),
           source("b", next_check_at=NOW - 3 * MINUTE))  # fmt: skip
    polls = read(archive).polls
    assert (polls.counts, polls.lag) == ({"due": 1, "running": 1}, 180.0)


def test_lease_that_ran_out_is_nobodys_hand(archive):
    gone = {"lease_until": NOW - MINUTE, "lease_by": "host/1"}
    change(archive, source("a", next_check_at=NOW - 5 * MINUTE, **gone),
           source("b", next_check_at=NOW + MINUTE))  # fmt: skip
    assert read(archive).polls.counts == {"due": 1, "running": 0}


def test_outlet_that_is_switched_off_waits_for_nothing(archive):
    assert read(archive, watched="").polls.counts == {"due": 0, "running": 0}


def test_deliveries_are_counted_by_what_they_wait_for(archive):
    paused = subscription("sub-2")
    paused.status = "paused"
    change(
        archive,
        paused,
        delivery(1, due_at=NOW - 2 * MINUTE),
        delivery(2, status="retrying", due_at=NOW + MINUTE),
        delivery(3, status="done"),
        delivery(4, status="dead", due_at=NOW - 60 * MINUTE),
        delivery(5, due_at=NOW - 60 * MINUTE, subscription_id="sub-2"),
    )
    outbox = read(archive).outbox
    assert outbox.counts == {"pending": 1, "retrying": 1, "dead": 1, "held": 1}
    assert outbox.lag == 120.0


def test_digest_that_is_late_is_said_to_be(archive):
    late = subscription("sub-1")
    late.due_at = NOW - 4 * MINUTE
    change(archive, late)
    digests = read(archive).digests
    assert (digests.counts, digests.lag) == ({"active": 2}, 240.0)


def test_candidates_that_wait_are_counted(archive):
    def candidate(number, status):
        address = f"https://a.example/{number}"
        return CandidateRow(
            canonical_url=address, url=address, source="a", status=status, first_seen_at=NOW
        )

    change(archive, candidate(1, "pending"), candidate(2, "pending"), candidate(3, "fetched"))
    assert read(archive).candidates == 2


def test_counts_are_of_vietnams_day(archive):
    today = NOW.astimezone(health.VIETNAM).date()
    with archive.writing() as session:
        for name, back, polls in (("a", 0, 3), ("b", 1, 5), ("c", 0, 7)):
            day = today - timedelta(days=back)
            health.add(session, name, day, {"polls": polls}, marks={}, gone=())
    assert read(archive).days == {"a": {"polls": 3}, "c": {"polls": 7}}


def test_size_of_the_database_is_told(archive):
    assert read(archive).size > 100_000
