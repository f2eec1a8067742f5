from dataclasses import dataclass, replace

import pytest

from crawler.crawl import Manner
from crawler.sources import read_folder
from diembao.demo.newsroom import Newsroom
from scheduler.intake import Archive
from scheduler.poll import Desk, poll, register_sources, regular_plan
from scheduler.readers import Readers
from storage import reading
from storage.filters import Filter, Window
from tests.scheduler.trial import Trial, announce

THRESHOLD = 0.0  # everything counts as relevant: what does is not the business of these tests


@pytest.fixture(scope="session")
def readers():
    """The reading processes, the same for all: starting them takes longer than a test."""
    made = Readers(processes=2)
    yield made
    made.close()


@pytest.fixture
async def newsroom(clock):
    async with Newsroom(clock.now) as running:
        yield running


@dataclass
class Office:
    """A desk over an archive, with the sources of the newsroom."""

    desk: Desk

    @property
    def database(self):
        return self.desk.database

    async def poll(self, source, **plan):
        wanted = self.desk.sources[source]
        return await poll(self.desk, wanted, replace(regular_plan(self.desk, wanted), **plan))

    def articles(self):
        """All that is stored, by address."""
        with self.database.reading() as session:
            found = reading.find(session, Filter(), Window(everything=True))
        return {tagged.article.canonical_url: tagged.article for tagged in found}


def open_office(newsroom, database, readers, clock, folder, **manner):
    newsroom.write_sources(folder / "sources")
    sources, faults = read_folder(folder / "sources")
    assert not faults
    archive = Archive(database, sources, [], THRESHOLD, readers, clock)
    desk = Desk(archive, Manner(**({"user_agent": "diembao-test", "allow_private": True} | manner)))
    register_sources(desk)
    return Office(desk)


@pytest.fixture
def office(newsroom, sqlite_database, readers, clock, tmp_path):
    return open_office(newsroom, sqlite_database, readers, clock, tmp_path)


@pytest.fixture
def trial(monkeypatch):
    """Work that goes on until the test ends it."""
    made = Trial()
    announce(made, monkeypatch)
    yield made
    made.end.set()
