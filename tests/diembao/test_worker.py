"""Daemons and workers as processes on a real PostgreSQL."""

import signal
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.conftest import new_database
from tests.diembao.program import new_program
from tests.servers import background
from tests.servers.waiting import eventually


@dataclass
class Fleet:
    """The program on PostgreSQL, and its archive."""

    program: object
    engine: object
    newsroom: object

    def count(self, question):
        with self.engine.connect() as connection:
            return connection.execute(text(question)).scalar()

    def process(self, name, *arguments):
        return self.program.having(USER_AGENT=name, CONCURRENCY=2).running(*arguments)

    def agents(self, outlet):
        """Who asked an outlet, in order, each once in a row."""
        asked = [each.user_agent for each in self.newsroom.requests if each.outlet == outlet]
        return [name for at, name in enumerate(asked) if at == 0 or asked[at - 1] != name]


@pytest.fixture
def fleet(tmp_path, postgresql_address):
    with background.newsroom() as newsroom, new_database(postgresql_address) as address:
        program = new_program(tmp_path, newsroom, delay=0.3).having(
            DATABASE_URL=address, SECRET_KEY="mot-khoa-bi-mat-du-dai"
        )
        engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
        yield Fleet(program, engine, newsroom)
        engine.dispose()


def test_worker_is_for_postgresql(program):
    done = program.called("worker")
    assert done.code == 2
    assert "PostgreSQL" in done.err


def test_worker_needs_the_key_of_the_daemon(program):
    done = program.having(DATABASE_URL="postgresql://x@127.0.0.1:1/x").called("worker")
    assert done.code == 2
    assert "SECRET_KEY" in done.err


def test_daemon_without_places_needs_workers(program):
    done = program.called("run", "--no-work")
    assert done.code == 2
    assert "--no-work" in done.err


def test_worker_that_is_killed_costs_no_article(fleet):
    stored = "SELECT count(*) FROM article"
    held = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    with fleet.process("daemon", "run", "--no-web") as daemon:
        with fleet.process("worker", "worker") as worker:
            eventually(lambda: "worker" in {each.user_agent for each in fleet.newsroom.requests})
            eventually(lambda: fleet.count(stored) >= 3)
            worker.kill()
        eventually(lambda: fleet.count(stored) == len(fleet.newsroom.articles), 120)
        eventually(lambda: fleet.count(held) == 0, 60)
        assert daemon.stop() == 0
    # Whoever asks after a kill is another one, and nobody asks between another's requests.
    for outlet in fleet.newsroom.outlets:
        assert fleet.agents(outlet) in (["daemon"], ["worker"], ["worker", "daemon"])


def test_worker_reads_settings_and_sources_anew_at_sighup(fleet):
    config = fleet.program.folder / "diembao.toml"
    with fleet.process("worker", "worker") as worker:
        eventually(lambda: "worker started: 2 places" in worker.said, 60)
        config.write_text("RETENTION_DAYS = 30\nINSTANT_WAIT = 5\n", "utf-8")
        worker.process.send_signal(signal.SIGHUP)
        eventually(lambda: "sources read anew" in worker.said)
        assert worker.stop() == 0
    assert "settings read anew: INSTANT_WAIT, RETENTION_DAYS" in worker.said


def test_backfill_goes_on_when_one_of_two_workers_is_killed(fleet):
    outlets = ("nhipphosong", "vamsong")
    days = ("--from", "2020-01-01", "--to", "2100-01-01")
    stored = "SELECT count(*) FROM article"
    fleet.program.ok("db", "upgrade")
    with fleet.process("second", "worker") as second, fleet.process("first", "worker") as first:
        eventually(lambda: fleet.count("SELECT count(*) FROM procrastinate_workers") == 6, 90)
        with fleet.process("command", "backfill", *outlets, *days) as command:
            eventually(lambda: fleet.count(stored) >= 3, 60)
            first.kill()
            assert command.process.wait(120) == 0, command.said
        second.stop()
    paths = {item.path for outlet in outlets for item in fleet.newsroom.items(outlet)}
    assert fleet.count(stored) == len(paths)
    assert fleet.count("SELECT count(*) FROM event") == 0
    asked = [each.path for each in fleet.newsroom.requests if each.path in paths]
    assert len(asked) - len(paths) <= 4  # what the dead one had in hand
    assert "command" not in {each.user_agent for each in fleet.newsroom.requests}
    # A piece is one worker's; were two at it at once, they would take turns more often than that.
    pieces = "SELECT (counts ->> 'pieces')::int FROM backfill WHERE source = '{}'"
    for outlet in outlets:
        begun = fleet.count(pieces.format(outlet)) + 1  # the dead one's did not end
        assert len(fleet.agents(outlet)) <= begun, fleet.agents(outlet)
