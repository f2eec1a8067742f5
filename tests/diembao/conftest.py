from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from diembao.demo.newsroom.site import SHIPPED, Newsroom
from tests.diembao.program import Program, copy_of, new_program
from tests.servers import background

SEED_TEXTS = Path(__file__).parents[2].parent / "shared" / "seeds"
collect_ignore = [] if SEED_TEXTS.is_dir() else ["test_seeds_in_pages.py"]


@dataclass(frozen=True)
class Crawled:
    """An archive after two crawls of the sample newsroom, their reports and what they asked for."""

    newsroom: Newsroom
    program: Program
    first: dict[str, Any]
    second: dict[str, Any]
    requests: list[Any]


@pytest.fixture(scope="session")
def standing():
    """The sample newsroom, the same for all who only read it."""
    with background.newsroom() as running:
        yield running


@pytest.fixture(scope="session")
def crawled(standing, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crawled")
    program = new_program(folder, standing).having(SEEDS_FILE=folder / "seeds.jsonl")
    program.ok("seeds", "add", SHIPPED / "seed.txt")
    before = len(standing.requests)
    first = program.ok("crawl", "--format", "json").json
    second = program.ok("crawl", "--format", "json").json
    return Crawled(standing, program, first, second, standing.requests[before:])


@pytest.fixture
def archive(crawled, tmp_path):
    """The program with a crawled archive of its own."""
    return copy_of(crawled.program, tmp_path)


@pytest.fixture
def program(standing, tmp_path):
    """The program with an empty archive."""
    return new_program(tmp_path, standing)


@pytest.fixture
def newsroom():
    """A newsroom of one's own, to be changed at will."""
    with background.newsroom() as running:
        yield running


@pytest.fixture
def mails():
    with background.mailserver() as running:
        yield running


@pytest.fixture
def hooks():
    with background.receiver() as running:
        yield running
