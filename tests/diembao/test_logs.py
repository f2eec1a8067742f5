import json
import logging
import sys

import pytest

from diembao.logs import LONGEST, JsonLines, TextLines, cleaned
from scheduler.log_context import log_about, log_run


def record(message, *values, trouble=None):
    return logging.LogRecord("x", logging.ERROR, "x.py", 1, message, values, trouble)


def test_record_becomes_one_json_object():
    try:
        raise ValueError("hỏng")
    except ValueError:
        trouble = sys.exc_info()
    line = JsonLines().format(record("nguồn %s", "a\nb", trouble=trouble))
    told = json.loads(line)
    assert "\n" not in line
    assert (told["level"], told["message"]) == ("ERROR", "nguồn a\nb")
    assert told["error"].endswith("ValueError: hỏng")


def test_line_says_to_which_run_it_belongs():
    with log_run("poll vamsong", "20251128T020000Z-abcdef"), log_about(source="vamsong"):
        told = json.loads(JsonLines().format(record("x")))
        text = TextLines().format(record("x"))
    assert (told["run"], told["job"], told["source"]) == (
        "20251128T020000Z-abcdef",
        "poll vamsong",
        "vamsong",
    )
    assert text.endswith(
        "ERROR x run='20251128T020000Z-abcdef' job='poll vamsong' source='vamsong'"
    )
    assert "run" not in json.loads(JsonLines().format(record("x")))


def test_run_within_a_run_is_one_of_its_own():
    with log_run("polls"), log_about(source="a"), log_run("poll b", "run-2"):
        told = json.loads(JsonLines().format(record("x")))
    assert (told["run"], told["job"], "source" in told) == ("run-2", "poll b", False)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("smtp+starttls://bao:mat-khau@mail.example.org", "smtp+starttls://…@mail.example.org"),
        ("secret whsec_MfKQ9r8GKYqrTwjU/+==", "secret whsec_…"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ("https://bao.example/confirm/sub-1.Zm9v-x", "https://bao.example/confirm/…"),
        ("550 <ban.doc+tin@example.org> unknown", "550 <…@example.org> unknown"),
        ("id <dlv-0a1b@bao.example.org>", "id <dlv-0a1b@bao.example.org>"),
        ("https://bao.example/bai-post1.html", "https://bao.example/bai-post1.html"),
    ],
)
def test_secrets_and_mailboxes_do_not_get_into_the_log(said, written):
    assert cleaned(said) == written


def test_line_is_of_bounded_length():
    assert len(cleaned("x" * 10_000)) == LONGEST + 1
    assert len(cleaned("a" * 3_000 + "@" + "b" * 3_000)) <= LONGEST + 1


def test_text_line_is_one_line_whatever_is_said():
    assert "\n" not in TextLines().format(record("lỗi: %s", "a\r\n2026-01-01 ERROR giả"))
