"""The daemon under test: started on a free port, asked over HTTP."""

import re
import sqlite3
from contextlib import closing, contextmanager

import httpx

from tests.servers.waiting import eventually

LISTENING = re.compile(r"listening on (http://\S+)")


@contextmanager
def daemon(program, *options):
    """Start the daemon and wait until it answers; gives it and a client of its pages."""
    with program.running("run", "--port", "0", *options) as running:
        started = len(LISTENING.findall(running.said)) + 1
        eventually(lambda: _up(running, started))
        address = LISTENING.findall(running.said)[-1]
        with httpx.Client(base_url=address, trust_env=False) as client:
            eventually(lambda: _answers(client))
            yield running, client


def _up(running, started):
    assert running.process.poll() is None, running.said
    return len(LISTENING.findall(running.said)) >= started


def _answers(client):
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


def stored(program):
    """How many articles there are."""
    return _number(program, "SELECT count(*) FROM article")


def undelivered(program):
    """How many deliveries are under way or wait."""
    return _number(program, "SELECT count(*) FROM delivery WHERE status != 'done'")


def untold(program):
    """How many events an instant subscription has not been told of."""
    return _number(
        program, "SELECT (SELECT max(id) FROM event) - (SELECT min(position) FROM subscription)"
    )


def _number(program, question):
    # Asked again and again beside a working daemon: cheaper than a command.
    with closing(sqlite3.connect(program.data / "diembao.db", timeout=30)) as database:
        return database.execute(question).fetchone()[0]
