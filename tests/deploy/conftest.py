"""The tools that read what is in deploy/; those that packages bring lie beside this Python."""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def tool(name):
    """The path of a program that the development packages bring."""
    path = Path(sys.executable).with_name(name)
    assert path.is_file(), f"{name} is missing: make setup"
    return path


def run(*command, **options):
    """Run a tool; gives its exit code and all it said."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
        **options,
    )
    return done.returncode, done.stdout


def is_understood(words):
    """Tell whether the program has such a command; argparse leaves where it has not."""
    parser = argparse.ArgumentParser()
    importlib.import_module(f"diembao.commands.{words[0]}").arguments(parser)
    return parser.parse_args(words[1:])


@pytest.fixture
def spoiled(tmp_path):
    """Copy a file with one thing in it changed: proof that a check would notice."""

    def copy(path, before, after):
        text = path.read_text("utf-8")
        assert before in text
        (tmp_path / path.name).write_text(text.replace(before, after), "utf-8")
        return tmp_path / path.name

    return copy
