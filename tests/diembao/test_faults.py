"""Faults around the running program: it stays up, says so once, and goes on by itself."""

import re
import resource

import pytest

from tests.diembao.program import Program
from tests.servers import background, postgresql
from tests.servers.rude import feed, http
from tests.servers.waiting import eventually
from tests.storage.sample import DATA_LAKE

SOURCE = """name = 'Báo Thử'
homepage = '{base}/'
feeds = ['{base}/feed.json']
article_pattern = '-post\\d+\\.html$'
[politeness]
delay = 0.0
[poll]
every = "1s"
at_most = "1s"
"""
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>
<body><article><h1>{title}</h1>{body}</article></body></html>"""
# What the kernel grants a process that may write no file beyond this many bytes.
SMALL, ENOUGH = 96 * 1024, resource.RLIM_INFINITY
START = 40


@pytest.fixture
def outlet():
    with background.rude() as made:
        yield made


@pytest.fixture
def program(tmp_path, outlet):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "thu.toml").write_text(SOURCE.format(base=outlet.base), "utf-8")
    settings = {
        "DATA_DIR": str(tmp_path / "data"),
        "SOURCES_DIR": str(tmp_path / "sources"),
        "ALLOW_PRIVATE_NETWORKS": "1",
        "LANGUAGE": "en",
        "INSTANT_WAIT": "0",
    }
    outlet.answers["/feed.json"] = feed()
    return Program(tmp_path, settings)


def publish(outlet, *names):
    """Publish articles, each by its own name."""
    addresses = []
    for number, name in enumerate(names):
        path = f"/{name}-post{number}.html"
        body = "".join(f"<p>{name} {part}</p>" for part in DATA_LAKE.split("\n\n"))
        page = PAGE.format(title=f"TP.HCM mở kho dữ liệu dùng chung {name}", body=body)
        outlet.answers[path] = http(page.encode(), "Content-Type: text/html; charset=utf-8")
        addresses.append(outlet.base + path)
    outlet.answers["/feed.json"] = feed(*addresses)


def told(program):
    """The mails that were laid into the folder."""
    return sorted(path.name for path in (program.data / "outbox").glob("*.eml"))


def lines(running, level):
    return [line for line in running.said.splitlines() if f" {level} " in line]


def test_disk_that_is_full_stops_nothing_for_good(program, outlet):
    program.ok("subscribe", "ban.doc@example.org", "--schedule", "instant", "--confirmed")
    with program.running("run", "--no-web") as running:
        eventually(lambda: "/feed.json" in outlet.paths, START)
        pid = running.process.pid
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALL, ENOUGH))
        publish(outlet, "mot")
        eventually(lambda: "writing to the archive failed" in running.said, START)
        assert running.process.poll() is None
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (ENOUGH, ENOUGH))
        eventually(lambda: told(program), 100)
        assert running.stop() == 0
    assert len(told(program)) == 1
    assert len(lines(running, "ERROR")) < 8, running.said
    assert program.ok("articles", "list", "--all", "--format", "jsonl").rows
    assert re.search(r"writing to the archive: goes on after \d+ failures", running.said)


def test_database_that_restarts_is_found_again(program, outlet):
    with postgresql.running() as server:
        program = program.having(DATABASE_URL=server.address)
        program.ok("subscribe", "ban.doc@example.org", "--schedule", "instant", "--confirmed")
        with program.running("run", "--port", "0") as running:
            eventually(lambda: "/feed.json" in outlet.paths, START)
            server.stop()
            publish(outlet, "mot")
            eventually(lambda: "polls failed" in running.said, START)
            server.start()
            eventually(lambda: told(program), 100)
            assert running.stop() == 0
        assert len(told(program)) == 1
        assert len(lines(running, "ERROR")) < 15, running.said
