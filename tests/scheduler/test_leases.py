import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from scheduler.leases import take_over_from_the_dead, this_machine, this_owner
from storage import claims, outbox, polling
from tests.alerts.archive import SOURCES, subscribe
from tests.alerts.test_sending import put
from tests.storage.sample import NOW

LEASE = timedelta(minutes=3)


def dead():
    """A process of this machine that is no more."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return f"{this_machine()}/{ended.pid}"


def hold(database, owner):
    """Let somebody take a source and a delivery; then look whose they are after a take-over."""
    subscribe(database)
    put(database, {})
    with database.writing() as session:
        polling.claim(session, "vamsong", owner, NOW, LEASE)
        claims.claim(session, ["dlv-1"], owner, NOW, LEASE)
    take_over_from_the_dead(database, NOW)
    with database.reading() as session:
        return polling.lease_owners(session), outbox.lease_owners(session)


def test_owner_is_this_process():
    assert this_owner() == f"{this_machine()}/{os.getpid()}"
    assert this_machine().startswith(socket.gethostname())


def test_leases_of_a_dead_process_are_free_at_once(database):
    assert hold(database, dead()) == (set(), set())
    with database.reading() as session:
        assert "vamsong" in polling.due(session, SOURCES, NOW, 9)
        assert [each.id for each in claims.due(session, NOW, 9)] == ["dlv-1"]


@pytest.mark.parametrize(
    "owner",
    [
        pytest.param(this_owner(), id="alive"),
        pytest.param(f"{this_machine()}/1", id="alive-and-not-ours"),
        pytest.param("another-machine/4242", id="another-machine"),
        pytest.param(f"{socket.gethostname()}:1/4242", id="another-container"),
        pytest.param("nonsense", id="no-owner-of-ours"),
        pytest.param(f"{this_machine()}/x", id="no-number"),
    ],
)
def test_leases_of_others_stay(database, owner):
    assert hold(database, owner) == ({owner}, {owner})
