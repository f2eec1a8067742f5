import socket
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.diembao.daemon import daemon, stored
from tests.diembao.letters import body_of, calls_at, verified
from tests.diembao.program import new_program
from tests.servers import background
from tests.servers.waiting import eventually

LATER = "bennghemoi/dien-tap-la-chan-song-310209"
COPY = "nhipphosong/dien-tap-la-chan-song-482233"
REVISED = "thuongcangmoi/kinh-te-so-dong-gop-grdp-77124"


@dataclass
class Lived:
    """What a daemon did from its start to its end."""

    secret: str = ""
    health: list[Any] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    everything: set[str] = field(default_factory=set)
    calls: list[Any] = field(default_factory=list)
    seconds_to_tell: float = 0.0
    seconds_to_stop: float = 0.0
    code: int = -1
    said: str = ""

    def told(self, type_):
        """The addresses of the articles told of in calls of a type, in order."""
        bodies = [body_of(call) for call in self.calls]
        return [body["data"]["url"] for body in bodies if body["type"] == type_]


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A day in a daemon's life: a first crawl, an article more, a revision, SIGTERM."""
    life = Lived()
    with background.newsroom() as newsroom, background.receiver() as hooks:
        newsroom.withdraw(LATER)
        newsroom.withdraw(COPY)
        life.urls = {name: newsroom.article_address(name) for name in (LATER, REVISED)}
        program = new_program(tmp_path_factory.mktemp("lived"), newsroom)
        wish = ("--webhook", hooks.url(path="/hook"), "--schedule", "instant", "--format", "json")
        life.secret = program.ok("subscribe", *wish).json["secret"]
        with daemon(program) as (running, client):
            life.health = [client.get("/healthz"), client.get("/readyz")]
            eventually(lambda: stored(program) == len(newsroom.articles) - 2, 60)
            started = time.monotonic()
            newsroom.publish(LATER)
            eventually(lambda: _told(hooks, life.urls[LATER], "article.published"))
            life.seconds_to_tell = time.monotonic() - started
            newsroom.revise(REVISED)
            eventually(lambda: _told(hooks, life.urls[REVISED], "article.revised"))
            stopping = time.monotonic()
            life.code = running.stop()
            life.seconds_to_stop = time.monotonic() - stopping
        life.said, life.calls = running.said, calls_at(hooks, "/hook")
        rows = program.ok("articles", "list").rows
        life.everything = {row["url"] for row in rows}
    return life


def _told(hooks, url, type_):
    bodies = [body_of(call) for call in hooks.calls]
    return any(body["type"] == type_ and body["data"]["url"] == url for body in bodies)


def test_health_and_readiness_are_answered(lived):
    assert [answer.status_code for answer in lived.health] == [200, 200]
    assert lived.health[0].json() == {"status": "ok"}


def test_every_news_article_is_told_once(lived):
    told = lived.told("article.published")
    assert len(told) == len(set(told))
    assert set(told) == lived.everything


def test_new_article_is_told_within_seconds(lived):
    assert lived.told("article.published")[-1] == lived.urls[LATER]
    assert lived.seconds_to_tell < 20


def test_revision_is_told_as_one(lived):
    assert lived.told("article.revised") == [lived.urls[REVISED]]


def test_calls_of_the_daemon_are_signed(lived):
    assert all(verified(lived.secret, call) for call in lived.calls)


def test_daemon_ends_within_seconds_when_asked_to(lived):
    assert lived.code == 0
    assert lived.seconds_to_stop < 10


def test_daemon_shows_its_token_once_and_no_trouble(lived):
    assert lived.said.count("ADMIN_TOKEN") == 1
    assert not [line for line in lived.said.splitlines() if "ERROR" in line or "Traceback" in line]


@pytest.fixture
def idle(program):
    """The program without any source to poll."""
    for path in (program.folder / "sources").iterdir():
        path.unlink()
    return program


def test_port_in_use_is_wrong_use(idle):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = idle.having(ADMIN_TOKEN="the-bai-cua-toa-soan").run("run", "--port", port)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert f"127.0.0.1:{port}: " in done.err


def test_daemon_without_web_page_runs_and_stops(idle):
    with idle.running("run", "--no-web") as running:
        eventually(lambda: "daemon started" in running.said)
        assert running.stop() == 0
    assert "listening" not in running.said


def test_second_daemon_on_the_same_archive_is_refused(idle):
    with idle.running("run", "--no-web") as running:
        eventually(lambda: "daemon started" in running.said)
        done = idle.run("run", "--no-web")
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert (
            f"diembao.db: a daemon works on this database already (process {running.process.pid})"
            in done.err
        )
        assert idle.ok("crawl", "--format", "json").json["sources"] == []
        running.kill()
    with idle.running("run", "--no-web") as running:
        eventually(lambda: running.said.count("daemon started") == 2)


def test_port_that_cannot_be_is_wrong_use(program):
    done = program.run("run", "--port", "70000")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "--port: 70000: a port from 0 to 65535" in done.err
