from zoneinfo import ZoneInfo

import pytest

from alerts.standings import reason_in_words, state_in_words
from messages.catalogue import LANGUAGES
from scheduler.health import State

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STATES = State.__args__
REASONS = {
    "polls": {"polls": 3, "error": "HTTP 503"},
    "unfetched": {"bad": 5, "of": 6},
    "missed": {"bad": 5, "of": 6},
    "empty": {"bad": 5, "of": 6},
    "undated": {"bad": 5, "of": 6},
    "unsigned": {"bad": 5, "of": 6},
    "disagreed": {"bad": 5, "of": 6},
    "silent": {"last": "2025-11-25T02:00:00+00:00", "missing": 24},
    "partly": {"url": "https://a.example/rss", "days": 4, "error": "HTTP 404"},
}


def said(why, language="en", **facts):
    return reason_in_words({"why": why} | REASONS[why] | facts, ZONE, language)


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_vietnamese_word(state):
    assert state_in_words(state, "vi") not in ("", state_in_words(state, "en"))


def test_states_have_words_of_their_own():
    assert len({state_in_words(state, "vi") for state in STATES}) == len(STATES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", REASONS)
def test_every_reason_is_one_line_with_its_facts(why, language):
    line = said(why, language)
    assert line
    assert "{" not in line
    assert "\n" not in line
    for name in ("error", "url", "missing", "days", "bad"):
        assert str(REASONS[why].get(name, "")) in line


@pytest.mark.parametrize(
    ("why", "facts", "line"),
    [
        pytest.param("polls", {"polls": 1}, "the last poll failed: HTTP 503", id="one-poll"),
        pytest.param("polls", {}, "the last 3 polls failed: HTTP 503", id="several-polls"),
        pytest.param(
            "silent", {},
            "nothing new since 09:00, Tuesday 2025-11-25; about 24 articles were to be expected "
            "by now", id="silence-in-the-readers-zone",
        ),
        pytest.param(
            "partly", {},
            "https://a.example/rss has failed for 4 days while others answer: HTTP 404",
            id="one-endpoint",
        ),
    ],
)  # fmt: skip
def test_reason_reads_as_a_sentence(why, facts, line):
    assert said(why, **facts) == line


def test_all_well_needs_no_reason():
    assert reason_in_words({}, ZONE, "en") == ""


def test_hostile_error_stays_one_bounded_line():
    line = said("polls", error="tệ\r\nSet-Cookie: x\u202e" * 200)
    assert len(line) <= 300
    assert line.isprintable()
