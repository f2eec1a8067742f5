"""Article patterns: which ones are let pass."""

import pytest

from crawler.patterns import MAX_PATTERN, check_pattern, ran_away, search


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"-post\d+\.html$", id="ids"),
        pytest.param(r"^https?://x\.vn/(?:[a-z0-9-]+/)*[a-z0-9-]+-\d{6,20}\.htm$", id="sections"),
        pytest.param(r"/(?:[a-z0-9]+-){4,}[a-z0-9]+\.htm$", id="words-of-a-slug"),
        pytest.param(r"(?:/[^/]+)*$", id="mark-in-front"),
        pytest.param(r"(a+){0,5}", id="outer-limit"),
        pytest.param(r"(a++)+", id="possessive"),
        pytest.param(r"(a+\/)*", id="escaped-mark"),
        pytest.param(r"(?:(?:[a-z]+-)*[a-z]+/)*", id="two-marks"),
        pytest.param(r"//[^/]+/(?!tag/|video/).+-\d+", id="look-ahead"),
    ],
)
def test_patterns_with_clear_turns_pass(pattern: str):
    assert check_pattern(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"(a+)+", id="plain"),
        pytest.param(r"(a*b*)*", id="two-inside"),
        pytest.param(r"(?:a+|b/)*", id="branches"),
        pytest.param(r"(?:[a-z-]+-)+x", id="mark-inside-its-class"),
        pytest.param(r"(.*x)*", id="dot"),
        pytest.param(r"((a+)b?)+", id="mark-may-be-absent"),
        pytest.param(r"(a{2,})+", id="braces"),
        pytest.param(r"(?:(a+))+", id="deeper"),
        pytest.param(r"(?P<x>a+){3,}", id="named"),
    ],
)
def test_patterns_that_may_run_away_are_refused(pattern: str):
    with pytest.raises(ValueError, match="nests unlimited quantifiers; allowed: a limit"):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("[", id="open-class"),
        pytest.param("(" * 400, id="open-groups"),
        pytest.param("a{9999999999999}", id="huge-count"),
        pytest.param("[[a]", id="ambiguous-class"),
        pytest.param("a**", id="twice-repeated"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str):
    with pytest.raises(ValueError, match="is no regular expression"):
        check_pattern(pattern)


def test_a_pattern_has_a_longest_length():
    with pytest.raises(ValueError, match="is too long; allowed: 500 characters"):
        check_pattern("a" * (MAX_PATTERN + 1))


def test_search_finds_what_pythons_own_search_finds():
    found = search(r"-post(\d+)\.html$", "https://x.vn/chuyen-doi-so-post42.html")
    assert found is not None
    assert found[1] == "42"


def test_a_pattern_that_runs_away_fits_nothing_from_then_on():
    pattern = r"(?:a|aa)+-post\d+$"
    check_pattern(pattern)
    assert search(pattern, "https://x.vn/a-post1")
    assert search(pattern, "https://x.vn/" + "a" * 1_900) is None
    assert ran_away(pattern)
    assert search(pattern, "https://x.vn/a-post1") is None
