"""The house's dependency rule, as the imports keep it."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "messages": set(),
    "network": {"messages"},
    "analysis": {"messages"},
    "crawler": {"network", "messages"},
    "storage": {"analysis", "messages"},
    "alerts": {"storage", "network", "messages"},
    "scheduler": {"crawler", "analysis", "storage", "alerts", "network", "messages"},
    "web": {"alerts", "storage", "analysis", "messages", "network"},
}
ROOMS = {*MAY_IMPORT, "diembao"}
MAY_IMPORT["diembao"] = ROOMS
AT_HOME = {
    "scrapy": ("crawler/",),
    "trafilatura": ("crawler/",),
    "apscheduler": ("scheduler/daemon.py", "alerts/schedules.py"),
    "procrastinate": ("scheduler/fleet.py", "scheduler/fleet_tables.py"),
    "sqlmodel": ("storage/", "alerts/", "scheduler/", "web/", "diembao/"),
    "alembic": ("storage/",),
    "fastapi": ("web/",),
    "httpx": ("network/",),
    "aiohttp": ("network/", "crawler/", "diembao/demo/"),
    "playwright": ("crawler/rendering.py",),
    "pydantic_settings": ("diembao/settings.py",),
    "argparse": ("diembao/",),
}
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "lib", "core"}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def place(path):
    return path.relative_to(ROOT).as_posix()


@cache
def imported(path):
    """The modules that a file imports anywhere in it, whole names."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}: a relative import"
            found.append(node.module)
    return tuple(found)


def top(name):
    return name.partition(".")[0]


each_file = pytest.mark.parametrize("path", FILES, ids=place)


def test_every_room_is_looked_at():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == ROOMS


@each_file
def test_room_imports_only_the_rooms_below_it(path):
    room = place(path).partition("/")[0]
    used = {top(name) for name in imported(path)} & ROOMS - {room}
    assert used <= MAY_IMPORT[room]


@each_file
def test_libraries_stay_in_their_rooms(path):
    strays = [
        name
        for name in imported(path)
        if top(name) in AT_HOME and not place(path).startswith(AT_HOME[top(name)])
    ]
    assert strays == []


@each_file
def test_program_knows_nothing_of_its_tests(path):
    assert "tests" not in {top(name) for name in imported(path)}


def test_nothing_imports_the_program_but_itself():
    importers = {
        place(path) for path in FILES if "diembao" in {top(name) for name in imported(path)}
    }
    assert {name for name in importers if not name.startswith("diembao/")} == set()


def test_rooms_form_no_circle():
    ready = set()
    while len(ready) < len(MAY_IMPORT):
        free = {room for room, below in MAY_IMPORT.items() if below - {room} <= ready} - ready
        assert free, f"a circle among {set(MAY_IMPORT) - ready}"
        ready |= free


def test_no_room_takes_a_name_of_the_standard_library():
    assert ROOMS & sys.stdlib_module_names == set()


@each_file
def test_module_is_named_for_what_it_is(path):
    names = {path.stem, *(parent.name for parent in path.relative_to(ROOT).parents)}
    assert names & NO_NAMES == set()


@each_file
def test_module_stays_small(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400
