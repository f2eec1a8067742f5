import pytest

from analysis.automaton import Automaton, Hit, Term, longest, needs_case
from analysis.text import fold


def scan(text, *phrases, exact=False):
    automaton = Automaton(Term(p, "topic", p, exact=exact) for p in phrases)
    return [text[hit.start : hit.end] for hit in automaton.scan(text, fold(text))]


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        pytest.param("Chuyển đổi số", "chuyển đổi số", True, id="case does not matter"),
        pytest.param("toạ đàm", "tọa đàm", True, id="tone placement does not matter"),
        pytest.param("chuyên đổi số", "chuyển đổi số", False, id="accents matter"),
        pytest.param("dữ liệu", "liệ", False, id="inside a syllable"),
        pytest.param("(TP.HCM)", "TP.HCM", True, id="between signs"),
        pytest.param("TP.HCMC", "TP.HCM", False, id="longer word"),
        pytest.param("5G,", "5G", True, id="digit and letter"),
        pytest.param("đường sắt đô thị số 2", "đô thị số", False, id="numbered"),
        pytest.param("ngày chuyển đổi số 2025", "chuyển đổi số", True, id="before a year"),
    ],
)
def test_phrase_stands_between_word_boundaries(text, phrase, found):
    assert bool(scan(text, phrase)) is found


def test_shorter_phrase_is_found_where_the_longer_fails_the_boundary():
    assert scan("UBND quận 1", "UBND q", "UBND") == ["UBND"]


def test_overlapping_phrases_are_all_found():
    assert scan("dịch vụ công trực tuyến", "dịch vụ công", "công trực tuyến") == [
        "dịch vụ công",
        "công trực tuyến",
    ]


def test_exact_phrase_needs_its_case():
    assert scan("Ai dùng AI?", "AI", exact=True) == ["AI"]


def test_exact_phrase_is_not_believed_in_a_shouted_text():
    assert scan("AI ĐƯỢC NHẬN QUÀ?", "AI", exact=True) == []


def test_one_phrase_may_have_several_owners():
    terms = [Term("AI", "topic", "a"), Term("ai", "topic", "b")]
    assert {hit.term.owner for hit in Automaton(terms).scan("AI", "ai")} == {"a", "b"}


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("AI", True), ("Bộ", True), ("VNeID", True), ("app", False), ("Bộ Công an", False)],
)
def test_single_words_with_a_capital_need_case(phrase, expected):
    assert needs_case(phrase) is expected


def test_longest_of_overlapping_hits_wins():
    term = Term("x", "topic", "x")
    hits = [Hit(term, 0, 5), Hit(term, 3, 12), Hit(term, 12, 14)]
    assert [(hit.start, hit.end) for hit in longest(hits)] == [(3, 12), (12, 14)]
