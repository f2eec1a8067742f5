"""The daemon under a service manager: what it says of itself, what it reads anew, how it ends."""

import asyncio
import contextlib
import re
import signal
import socket
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from storage.database import open_database
from storage.tables import Delivery
from tests.alerts.archive import webhook
from tests.diembao.program import Program
from tests.servers import background
from tests.servers.rude import feed, http
from tests.servers.waiting import eventually
from tests.storage.sample import NOW

SOURCE = """name = 'Báo {name}'
homepage = '{base}/'
feeds = ['{base}/{name}.json']
article_pattern = '-post\\d+\\.html$'
enabled = {enabled}
[politeness]
delay = 0.0
"""
CHANGED = "USER_AGENT = 'sau'\nDKIM_SELECTOR = 'hai'\nTRUSTED_PROXIES = '10.0.0.1'\n"


@dataclass
class Manager:
    """A service manager's socket; ``heard`` are the messages until now."""

    listening: socket.socket
    heard: list[str] = field(default_factory=list)

    def hears(self, start):
        """Whether a message that begins so has come."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard.append(self.listening.recv(4096).decode())
        return any(message.startswith(start) for message in self.heard)


@pytest.fixture(scope="module")
def manager(tmp_path_factory):
    path = tmp_path_factory.mktemp("manager") / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.setblocking(False)
        yield Manager(listening)


@dataclass
class Served:
    """What a daemon said to its service manager and in its log, from start to end."""

    heard: list[str] = field(default_factory=list)
    said: str = ""
    code: int = -1
    user_agent: str = ""
    port: int = 0


@pytest.fixture(scope="module")
def served(manager, tmp_path_factory):
    folder, life = tmp_path_factory.mktemp("served"), Served()
    around = {"NOTIFY_SOCKET": manager.listening.getsockname(), "WATCHDOG_USEC": "4000000"}
    program = replace(_program(folder), around=around)
    sources, config = folder / "sources", folder / "diembao.toml"
    sources.mkdir()
    _write(sources, "mot", "https://mot.example")
    config.write_text("USER_AGENT = 'truoc'\n", "utf-8")
    with program.running("run", "--port", "0") as running, background.rude() as outlet:
        eventually(lambda: manager.hears("READY=1"))
        life.port = int(re.search(r"listening on http://[^:]+:(\d+)", running.said)[1])
        eventually(lambda: manager.hears("WATCHDOG=1"))
        eventually(lambda: manager.hears("STATUS="))
        _write(sources, "hai", outlet.base, enabled="true")
        outlet.answers["/hai.json"] = feed()
        (sources / "mot.toml").write_text("name = 3\n", "utf-8")
        config.write_text(CHANGED, "utf-8")
        running.process.send_signal(signal.SIGHUP)
        eventually(lambda: "/hai.json" in outlet.paths)
        life.user_agent = dict(outlet.asked)["/hai.json"]["User-Agent"]
        config.write_text("CONCURRENCY = 'nhiều'\n", "utf-8")
        running.process.send_signal(signal.SIGHUP)
        eventually(lambda: running.said.count("sources read anew") == 2)
        life.code = running.stop()
        eventually(lambda: manager.hears("STOPPING=1"))
    life.heard, life.said = manager.heard, running.said
    return life


def _write(folder, name, base, enabled="false"):
    text = SOURCE.format(name=name, base=base, enabled=enabled)
    (folder / f"{name}.toml").write_text(text, "utf-8")


def test_readiness_is_told_once_all_listens(served):
    assert served.port
    assert served.heard[0] == "READY=1"


def test_status_says_what_goes_on(served):
    assert "STATUS=1 sources, 0 deliveries on the way" in served.heard


def test_reload_is_told_with_its_beginning_and_end(served):
    at = next(i for i, one in enumerate(served.heard) if one.startswith("RELOADING=1\nMONOTONIC"))
    assert "READY=1" in served.heard[at:]


def test_end_is_told(served):
    assert served.code == 0
    assert "STOPPING=1" in served.heard[-3:]


def test_source_file_that_is_new_is_polled_after_a_reload(served):
    assert "sources read anew: 2, 1 new, 0 gone, 1 as they were for a fault" in served.said


def test_setting_that_has_changed_holds_after_a_reload(served):
    assert served.user_agent == "sau"
    assert "settings read anew: DKIM_SELECTOR, USER_AGENT" in served.said


def test_setting_that_takes_a_restart_is_named(served):
    assert served.said.count("TRUSTED_PROXIES is another now: it takes a restart") == 1


def test_source_file_that_has_become_bad_is_named_and_keeps_what_it_said(served):
    assert re.search(r"ERROR .*mot\.toml:\d+: ", served.said)


def test_bad_settings_file_is_named_and_keeps_what_it_said(served):
    (line,) = (one for one in served.said.splitlines() if "stay as they were" in one)
    assert "diembao.toml: CONCURRENCY: 'nhiều' is not allowed" in line


def test_what_is_in_hand_at_the_end_is_handed_back(tmp_path):
    with background.receiver() as hooks, background.rude() as outlet:
        hooks.hang()
        program = _program(tmp_path)
        (program.folder / "sources").mkdir()
        _write(program.folder / "sources", "hai", outlet.base, enabled="true")
        outlet.answers["/hai.json"] = feed(f"{outlet.base}/dai-post1.html")
        outlet.answers["/dai-post1.html"] = _dripping
        _deliver(program, hooks.url())
        with program.running("run", "--no-web") as running:
            eventually(lambda: "/dai-post1.html" in outlet.paths and hooks.calls)
            began = time.monotonic()
            code = running.stop()
            seconds = time.monotonic() - began
    assert (code, seconds < 10) == (0, True)
    assert _rows(program, "SELECT lease_by FROM source UNION SELECT lease_by FROM host") == [
        (None,)
    ]
    assert _rows(program, "SELECT status FROM candidate") == [("pending",)]
    handed_back = "SELECT status, claimed_by, attempts, last_error FROM delivery"
    assert _rows(program, handed_back) == [("retrying", None, 1, "stopped before an answer came")]


async def _dripping(writer):
    """A page that comes a byte a second."""
    writer.write(http(b"<html>", length=10_000))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(1)


def _program(folder):
    settings = {
        "DATA_DIR": str(folder / "data"),
        "SOURCES_DIR": str(folder / "sources"),
        "ALLOW_PRIVATE_NETWORKS": "1",
        "LANGUAGE": "en",
    }
    return Program(folder, settings)


def _deliver(program, url):
    """Put a delivery to a webhook in line."""
    database = open_database(f"sqlite:///{program.data / 'diembao.db'}")
    webhook(database, address=url)
    with database.writing() as session:
        session.add(
            Delivery(id="dlv-1", subscription_id="sub-1", type="digest.published", created_at=NOW,
                     status="pending", due_at=NOW, payload={"body": "{}"})
        )  # fmt: skip
    database.close()


def _rows(program, question):
    with closing(sqlite3.connect(program.data / "diembao.db", timeout=30)) as database:
        return database.execute(question).fetchall()


def test_lock_that_others_hold_does_not_hold_up_the_end(tmp_path):
    with background.rude() as outlet:
        program = _program(tmp_path)
        (program.folder / "sources").mkdir()
        _write(program.folder / "sources", "hai", outlet.base, enabled="true")
        outlet.answers["/hai.json"] = _dripping
        with program.running("run", "--no-web") as running:
            eventually(lambda: "/hai.json" in outlet.paths)
            with closing(sqlite3.connect(program.data / "diembao.db", timeout=30)) as database:
                database.isolation_level = None
                database.execute("BEGIN IMMEDIATE")
                began = time.monotonic()
                code = running.stop()
                assert time.monotonic() - began < 10
    assert code == 1
    assert "what is in hand does not end" in running.said
