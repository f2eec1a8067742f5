"""Stopped or killed in the middle of its work, the daemon loses nothing and repeats nothing."""

import os
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from tests.diembao.daemon import daemon, stored, undelivered, untold
from tests.diembao.letters import body_of, id_of, verified
from tests.diembao.program import new_program
from tests.servers import background
from tests.servers.waiting import eventually


@dataclass
class Survived:
    """What came of a daemon that was stopped once, killed twice and then left in peace."""

    secret: str = ""
    expected: set[str] = field(default_factory=set)
    stop_code: int = -1
    at_stop: int = 0
    at_first_kill: int = 0
    hanging: int = 0
    addresses: list[str] = field(default_factory=list)
    news: set[str] = field(default_factory=set)
    calls: list = field(default_factory=list)


@pytest.fixture(scope="module")
def survived(tmp_path_factory):
    result = Survived()
    folder = tmp_path_factory.mktemp("survived")
    with background.newsroom() as newsroom, background.receiver() as hooks:
        # Slowly, so that there is a middle.
        program = new_program(folder, newsroom, delay=1.0)
        wish = ("--webhook", hooks.url(), "--schedule", "instant", "--format", "json")
        result.secret = program.ok("subscribe", *wish).json["secret"]
        result.expected = {newsroom.article_address(name) for name in newsroom.articles}
        with daemon(program) as (running, _):
            eventually(lambda: stored(program) >= 3)
            result.stop_code = running.stop()
        result.at_stop = stored(program)
        new_program(folder, newsroom, delay=0.1)
        with daemon(program) as (running, _):
            eventually(lambda: stored(program) >= result.at_stop + 3)
            running.kill()
            eventually(lambda: not _alive(running.process.pid))
        result.at_first_kill = stored(program)
        hooks.hang()
        before = len(hooks.calls)
        with daemon(program) as (running, _):
            eventually(lambda: len(hooks.calls) > before)
            running.kill()
        result.hanging = len(hooks.calls) - before
        hooks.let_go()
        with daemon(program) as (running, _):
            eventually(
                lambda: stored(program) == len(newsroom.articles), 400
            )  # a fetch cut off by the stop is tried again after 5 minutes
            eventually(lambda: not (untold(program) or undelivered(program)), 60)
            running.stop()
        rows = program.ok("articles", "list", "--all").rows
        result.addresses = [row["canonical_url"] for row in rows]
        result.news = {row["id"] for row in rows if row["status"] == "new"}
        result.calls = hooks.calls
    return result


def _alive(group):
    """Whether a killed daemon has left anything behind."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_daemon_stops_in_the_middle_of_a_crawl(survived):
    assert survived.stop_code == 0
    assert 3 <= survived.at_stop < len(survived.expected)


def test_kill_came_in_the_middle_of_a_crawl(survived):
    assert survived.at_stop + 3 <= survived.at_first_kill < len(survived.expected)


def test_kill_came_in_the_middle_of_sending(survived):
    assert survived.hanging >= 1


def test_no_article_is_lost(survived):
    assert sorted(survived.addresses) == sorted(survived.expected)


def test_every_news_article_is_told(survived):
    assert {body_of(call)["data"]["id"] for call in survived.calls} == survived.news


def test_call_that_comes_again_is_known_by_its_id(survived):
    contents = defaultdict(set)
    for call in survived.calls:
        contents[id_of(call)].add(call.body)
    assert {len(bodies) for bodies in contents.values()} == {1}


def test_no_story_is_told_twice(survived):
    ids = defaultdict(set)
    for call in survived.calls:
        body = body_of(call)
        ids[body["type"], body["data"]["id"]].add(id_of(call))
    assert {len(names) for names in ids.values()} == {1}


def test_all_calls_are_signed(survived):
    assert all(verified(survived.secret, call) for call in survived.calls)
