"""Daemons and workers as processes on a real PostgreSQL."""

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
        return self.program.having(USER_AGENT=name, LOG_LEVEL="DEBUG").running(*arguments)

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
    done = program.run("worker")
    assert done.code == 2
    assert "PostgreSQL" in done.err


def test_worker_that_is_killed_costs_no_article(fleet):
    stored = "SELECT count(*) FROM article"
    held = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    with fleet.process("daemon", "run", "--no-web") as daemon:
        with fleet.process("first", "worker", "--concurrency", "2") as first:
            eventually(lambda: "first" in {each.user_agent for each in fleet.newsroom.requests})
            eventually(lambda: fleet.count(stored) >= 3)
            first.kill()
        eventually(lambda: fleet.count(stored) == len(fleet.newsroom.articles), 60)
        eventually(lambda: fleet.count(held) == 0, 60)
        assert daemon.stop() == 0
