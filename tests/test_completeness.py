"""Nothing half there: what can be set, called or said is documented, tested and translated."""

import argparse
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from diembao.commands import COMMANDS
from diembao.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PROMISED_SETTINGS = [
    "DATA_DIR",
    "DATABASE_URL",
    "AUTO_MIGRATE",
    "SOURCES_DIR",
    "EXTRA_SOURCES_DIR",
    "SEEDS_FILE",
    "SMTP_URL",
    "MAIL_FROM",
    "PUBLIC_URL",
    "SECRET_KEY",
    "ADMIN_TOKEN",
    "TIMEZONE",
    "LANGUAGE",
    "ALLOW_PRIVATE_NETWORKS",
    "RELEVANCE_THRESHOLD",
    "USER_AGENT",
    "CONCURRENCY",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "RETENTION_DAYS",
]
SETTINGS = [name.upper() for name in Settings.model_fields]
TRANSPORTS = [
    path.stem
    for path in sorted((ROOT / "alerts" / "transports").glob("*.py"))
    if path.stem != "__init__"
]


@pytest.mark.parametrize("name", PROMISED_SETTINGS)
def test_promised_setting_exists(name):
    assert name in SETTINGS


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_is_in_the_readme(name):
    assert re.search(rf"`(?:DIEMBAO_)?{name}`", README)


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_says_what_it_means(name):
    assert Settings.model_fields[name.lower()].description


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_in_the_readme(command):
    assert re.search(rf"`(?:diembao )?{command}[ `]|diembao {command}\b", README)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_has_a_module_and_a_test_module(command):
    name = command.replace("-", "_")
    assert (ROOT / "diembao" / "commands" / f"{name}.py").is_file()
    assert (ROOT / "tests" / "diembao" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_transport_has_a_test_module(transport):
    assert (ROOT / "tests" / "alerts" / f"test_{transport}.py").is_file()


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """All messages of the program, and of argparse, which speaks on its behalf."""
    found = tmp_path_factory.mktemp("messages") / "said.pot"
    command = ["pybabel", "-q", "extract", "-F", str(ROOT / "messages" / "babel.cfg")]
    CommandLineInterface().run([*command, "-o", str(found), str(ROOT), argparse.__file__])
    with found.open("rb") as file:
        return [message for message in read_po(file) if message.id]


@pytest.fixture(scope="module")
def vietnamese():
    path = ROOT / "messages" / "vi" / "LC_MESSAGES" / "diembao.po"
    with path.open("rb") as file:
        return read_po(file, locale="vi")


def test_every_message_has_a_vietnamese_translation(said, vietnamese):
    assert len(said) > 200
    missing = [m.id for m in said if m.id not in vietnamese or not all(_texts(vietnamese[m.id]))]
    assert missing == []


def test_no_translation_is_a_guess(vietnamese):
    assert [message.id for message in vietnamese if message.fuzzy and message.id] == []


def test_translations_keep_the_placeholders(said, vietnamese):
    wrong = [
        message.id
        for message in said
        if message.id in vietnamese and "python-brace-format" in message.flags
        for text in _texts(vietnamese[message.id])
        if _places(text) != _places(_ids(message)[-1])
    ]
    assert wrong == []


def _ids(message):
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _texts(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


def _places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
