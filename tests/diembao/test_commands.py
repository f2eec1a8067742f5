"""The command line as a whole: what it imports, how every command is started."""

import importlib
import os
import subprocess
import sys
from argparse import ArgumentParser

import pytest

from diembao import __version__
from diembao.commands import COMMANDS
from tests.diembao.program import PROCESSES

HEAVY = ("scrapy", "trafilatura", "fastapi", "sqlmodel", "sqlalchemy", "pydantic", "numpy", "lxml")
IMPORTED = """
import sys
from diembao.__main__ import main
try:
    code = main({arguments!r})
except SystemExit as stop:
    code = stop.code
print(sorted({{name.split(".")[0] for name in sys.modules}} & set({heavy!r})), file=sys.stderr)
sys.exit(code)
"""
# A cheap thing that a command does, and the exit code it ends with; what is missing here is run as
# a process in the command's own tests.
STARTED = {
    "sources": (("sources", "list"), 0),
    "seeds": (("seeds", "list"), 0),
    "articles": (("articles", "search", "chuyển", "đổi", "số"), 0),
    "analyze": (("analyze", "-"), 0),
    "extract": (("extract", "khong-co.html", "--url", "https://example.org/"), 2),
    "evaluate": (("evaluate", "khong-co.jsonl"), 2),
    "subscribe": (("subscribe", "ban.doc@example.org"), 0),
    "subscriptions": (("subscriptions", "list"), 0),
    "digest": (("digest", "send"), 0),
    "stories": (("stories", "list"), 0),
    "deliveries": (("deliveries", "list"), 0),
    "doctor": (("doctor",), 0),
    "db": (("db", "upgrade"), 0),
    "settings": (("settings",), 0),
}

each_command = pytest.mark.parametrize("command", COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []], ids=str)
def test_help_imports_nothing_heavy(arguments, tmp_path):
    script = IMPORTED.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_help_names_every_command(program):
    out = program.ok("--help").out
    assert all(f"\n  {command} " in out for command in COMMANDS)


def test_version_is_said(program):
    assert program.ok("--version").out == f"diembao {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--help"], "thiết lập"), (["settings", "--format", "jsonl"], "Điểm Báo")],
    ids=str,
)
def test_vietnamese_comes_out_whole_in_any_locale(arguments, words, tmp_path):
    around = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    around |= {"DIEMBAO_LANGUAGE": "vi", "DIEMBAO_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "diembao", *arguments], cwd=tmp_path, check=False,
        capture_output=True, env={**os.environ, **around},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert words in done.stdout.decode("utf-8")


def test_command_goes_on_without_anybody_to_listen(tmp_path):
    command = f"exec {sys.executable} -m diembao settings >&- 2>&-"
    around = {**os.environ, "DIEMBAO_DATA_DIR": str(tmp_path)}
    assert (
        subprocess.run(["sh", "-c", command], cwd=tmp_path, env=around, check=False).returncode == 0
    )


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nonsense",), "nonsense"),
        (("articles", "list", "--limit", "-3"), "--limit: -3: not a whole number from 0"),
        (("deliveries", "list", "--limit", "ba"), "--limit: ba: not a whole number from 0"),
        (("articles", "search"), "WORD"),
        (("articles", "list", "--topic", "bong-da"), "--topic bong-da: There is no “bong-da”"),
        (("crawl", "--format", "xml"), "--format: invalid choice: 'xml'"),
        (("seeds", "add", "x.txt", "--date", "hôm qua"), "--date: hôm qua: a date such as"),
        (("run", "--port", "65536"), "--port: 65536: a port from 0 to 65535"),
        (("subscribe", "ban@example.org", "--source", "khong-co"), "There is no “khong-co”"),
        (("subscribe", "ban@example.org", "--schedule", "khi nào rảnh"), "--schedule khi nào rảnh"),
        (("subscribe", "ban@example.org", "--timezone", "Sao/Hoa"), "--timezone Sao/Hoa"),
        (("extract", "trang.html", "--url", "vo-nghia"), "--url 'vo-nghia'"),
    ],
)
def test_wrong_use_is_one_line_that_names_it(program, words, named):
    done = program.run(*words)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert named in done.err


@each_command
def test_command_has_a_module_with_arguments_and_run(command):
    module = importlib.import_module(f"diembao.commands.{command.replace('-', '_')}")
    parser = ArgumentParser()
    module.arguments(parser)
    assert callable(module.run)
    assert parser.format_usage()


@each_command
def test_command_explains_itself(program, command):
    done = program.called(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"diembao {command}" in done.out


def test_every_command_is_started_somewhere():
    assert COMMANDS.keys() == STARTED.keys() | {name for name in PROCESSES if " " not in name}


@pytest.mark.parametrize("command", STARTED)
def test_command_starts_as_a_process(program, command):
    arguments, code = STARTED[command]
    done = program.started(*arguments)
    assert done.code == code, done.err
    assert "Traceback" not in done.err


def test_unknown_command_is_wrong_use(program):
    done = program.run("khong-co")
    assert done.code == 2
    assert "khong-co" in done.err


def test_reader_that_goes_away_is_no_fault_of_ours(archive):
    command = [sys.executable, "-m", "diembao", "articles", "export", "--all"]
    with subprocess.Popen(
        command,
        cwd=archive.folder,
        env=archive.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        process.wait(30)
    assert b"Traceback" not in said
