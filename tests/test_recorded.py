"""Failures that are kept as English sentences: each can be told in Vietnamese."""

import ast
from pathlib import Path

import pytest

from messages.catalogue import translations
from messages.recorded import LONGEST, retold

ROOT = Path(__file__).parents[1]
# No sentence of their own, or told as soon as raised.
ELSEWHERE = {"{…}: {…}", "{…}: the look at it ended early", "the answer broke off{…}"}


def vietnamese(text):
    return retold(text, translations("vi").gettext)


def _said(node):
    """A sentence as it stands in the code, its places as {…}."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(p.value if isinstance(p, ast.Constant) else "{…}" for p in node.values)
    return None


def sentences():
    """What the crawler's errors say that are kept: those that are raised, and the network's."""
    for file in sorted((ROOT / "crawler").glob("*.py")):
        tree = ast.parse(file.read_text())
        raised = [
            found.exc.args[0]
            for found in ast.walk(tree)
            if isinstance(found, ast.Raise) and isinstance(found.exc, ast.Call) and found.exc.args
        ]
        told = [found.body for found in ast.walk(tree) if isinstance(found, ast.Lambda)]
        kept = raised + (told if file.name == "reasons.py" else [])
        for said in sorted({_said(node) or "" for node in kept} - ELSEWHERE):
            # A lone word is the key of a source file.
            if " " in said:
                yield pytest.param(said.replace("{…}", "x1"), id=f"{file.stem}-{len(said)}")


@pytest.mark.parametrize("sentence", list(sentences()))
def test_each_sentence_that_is_kept_is_known(sentence):
    assert retold(sentence, lambda known: f"« {known} »") != sentence


def test_a_kept_failure_is_told_with_the_one_inside_it():
    told = vietnamese("robots.txt: its name cannot be resolved: www.sggp.org.vn")
    assert told == "robots.txt: không phân giải được tên miền: www.sggp.org.vn"


def test_an_address_in_front_stays():
    told = vietnamese("https://x.vn/a: no feed: its root is <html>")
    assert told == "https://x.vn/a: không phải nguồn cấp tin: phần tử gốc là <html>"


def test_what_the_guard_refuses_is_told():
    told = vietnamese("'http://127.0.0.1:9/hook' is not a public address: 127.0.0.1")
    assert told == "'http://127.0.0.1:9/hook' không phải địa chỉ công khai: 127.0.0.1"


@pytest.mark.parametrize("text", ["HTTP 404", "250 2.0.0 kept", "x" * (LONGEST + 1), ""])
def test_what_is_no_sentence_of_ours_stays_as_it_is(text):
    assert vietnamese(text) == text


def test_english_stays_as_it_was_kept():
    text = "the receiver answers HTTP 502 (Bad Gateway): {busy}"
    assert retold(text, translations("en").gettext) == text
