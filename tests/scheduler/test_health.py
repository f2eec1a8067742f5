from datetime import UTC, datetime, timedelta

import pytest

from crawler.signs import Tally
from scheduler.health import (
    Past,
    Standing,
    after_failure,
    after_reading,
    after_silence,
    has_begun,
    mended,
    turned,
    uncovered,
    worse,
)

NOW = datetime(2025, 11, 28, 2, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)
MISSED = {"why": "missed", "bad": 3, "of": 3}
DOWN = {"why": "polls", "polls": 1, "error": "HTTP 503"}
QUIET = {"why": "silent", "last": "2025-11-26T02:00:00+00:00", "missing": 20}
DRIFTING = Standing("drifting", EARLIER, MISSED)


def bad(count, of=None):
    of = count if of is None else of
    return Tally(of, count, count if of == count else -1)


@pytest.mark.parametrize(
    ("pages", "past", "answer"),
    [
        pytest.param((0, 9), Past(100, 0), False, id="none-is-bad"),
        pytest.param((1, 1), Past(1000, 0), False, id="one-odd-page"),
        pytest.param((2, 2), Past(100, 0), True, id="two-where-none-was"),
        pytest.param((3, 4), Past(100, 0), True, id="most-where-none-was"),
        pytest.param((2, 4), Past(100, 0), False, id="no-more-than-half"),
        pytest.param((3, 3), Past(9, 0), True, id="three-after-nine"),
        pytest.param((2, 2), Past(9, 0), False, id="two-after-nine"),
        pytest.param((4, 4), Past(1000, 100), False, id="four-where-one-in-ten-was"),
        pytest.param((5, 5), Past(1000, 100), True, id="five-where-one-in-ten-was"),
        pytest.param((9, 10), Past(1000, 950), False, id="as-ever"),
        pytest.param((5, 5), Past(), False, id="five-without-a-past"),
        pytest.param((6, 6), Past(), True, id="six-without-a-past"),
        pytest.param((1500, 2000), Past(50, 1), True, id="many-at-once"),
    ],
)
def test_bad_pages_count_when_they_are_most_and_unusual(pages, past, answer):
    assert worse(*pages, past) is answer


def test_sign_is_noticed_within_one_poll():
    assert list(turned({"missed": bad(3)}, {"missed": Past(20, 0, -20)})) == [MISSED]


def test_sign_is_noticed_over_several_polls_of_one_page():
    tallies = {"missed": bad(1)}
    assert not list(turned(tallies, {"missed": Past(101, 0, -101)}))
    assert list(turned(tallies, {"missed": Past(102, 1, 1)})) == [
        {"why": "missed", "bad": 2, "of": 2}
    ]


def test_run_is_held_against_what_was_before_it():
    # Twenty pages that never missed; then three that did, one a poll.
    assert list(turned({"missed": bad(1)}, {"missed": Past(22, 2, 2)}))


@pytest.mark.parametrize("sign", ["undated", "unsigned", "disagreed"])
def test_what_an_outlet_may_never_have_had_needs_a_past(sign):
    assert not list(turned({sign: bad(9)}, {}))
    assert list(turned({sign: bad(9)}, {sign: Past(10, 0, -10)}))


@pytest.mark.parametrize("sign", ["missed", "empty", "unfetched"])
def test_what_every_page_owes_needs_none(sign):
    assert list(turned({sign: bad(9)}, {}))


def test_outlet_that_never_names_authors_is_not_drifting():
    assert not list(turned({"unsigned": bad(40)}, {"unsigned": Past(200, 200, 200)}))


@pytest.mark.parametrize(
    ("tally", "past", "answer"),
    [
        pytest.param(Tally(2, 0, -2), Past(9, 9, 9), True, id="two-good-pages"),
        pytest.param(Tally(1, 0, -1), Past(9, 9, 9), False, id="one-good-page"),
        pytest.param(Tally(1, 0, -1), Past(9, 8, -1), True, id="the-second-good-one"),
        pytest.param(Tally(3, 1, 1), Past(9, 9, 9), True, id="most-are-good"),
        pytest.param(Tally(2, 1, -1), Past(9, 9, 9), False, id="half-are-good"),
        pytest.param(Tally(0, 0, 0), Past(9, 0, -9), False, id="nothing-read"),
    ],
)
def test_sign_is_gone_with_two_pages_without_it(tally, past, answer):
    assert mended("missed", {"missed": tally}, {"missed": past}) is answer


def test_pages_read_as_ever_leave_a_source_well():
    good = {"missed": Tally(5, 0, -5), "empty": Tally(5, 1, -4)}
    assert after_reading(Standing(), NOW, good, {}) == Standing()


def test_drift_begins_with_its_reason_and_moment():
    after = after_reading(Standing(), NOW, {"missed": bad(3)}, {"missed": Past(20, 0, -20)})
    assert after == Standing("drifting", NOW, MISSED)


def test_drift_keeps_its_beginning_while_it_lasts():
    after = after_reading(DRIFTING, NOW, {"missed": bad(9)}, {"missed": Past(23, 3, 3)})
    assert (after.state, after.since) == ("drifting", EARLIER)


def test_drift_without_pages_to_judge_by_lasts():
    assert after_reading(DRIFTING, NOW, {}, {}) == DRIFTING


def test_drift_ends_with_pages_that_are_read_as_before():
    tallies = {"missed": Tally(2, 0, -2)}
    assert after_reading(DRIFTING, NOW, tallies, {"missed": Past(23, 3, 3)}) == Standing()


def test_most_telling_sign_is_the_reason():
    tallies = {"missed": bad(3), "undated": bad(3)}
    pasts = dict.fromkeys(tallies, Past(20, 0, -20))
    assert after_reading(Standing(), NOW, tallies, pasts).reason["why"] == "missed"


def test_pages_that_cannot_be_had_are_a_failure_and_no_drift():
    after = after_reading(Standing(), NOW, {"unfetched": bad(9)}, {})
    assert (after.state, after.reason["why"]) == ("failing", "unfetched")


def test_failure_keeps_its_beginning_and_takes_the_latest_reason():
    first = after_failure(Standing(), EARLIER, DOWN)
    after = after_failure(first, NOW, DOWN | {"polls": 2})
    assert (after.state, after.since, after.reason["polls"]) == ("failing", EARLIER, 2)


def test_success_after_a_failure_is_well():
    assert uncovered(after_failure(Standing(), EARLIER, DOWN)) == Standing()


@pytest.mark.parametrize("cover", [after_failure, after_silence])
def test_drift_waits_beneath_failure_and_silence(cover):
    covered = cover(DRIFTING, NOW, QUIET)
    assert covered.state in ("failing", "silent")
    assert uncovered(covered) == DRIFTING


def test_drift_beneath_a_silence_beneath_a_failure_is_kept():
    twice = after_failure(after_silence(DRIFTING, EARLIER, QUIET), NOW, DOWN)
    assert uncovered(twice).state == "silent"
    assert uncovered(uncovered(twice)) == DRIFTING


def test_silence_keeps_its_beginning():
    silent = after_silence(Standing(), EARLIER, QUIET)
    assert after_silence(silent, NOW, QUIET | {"missing": 99}) == silent


@pytest.mark.parametrize(
    ("before", "after", "begun"),
    [
        pytest.param(Standing(), DRIFTING, True, id="drift"),
        pytest.param(DRIFTING, DRIFTING, False, id="still-drifting"),
        pytest.param(after_failure(DRIFTING, NOW, DOWN), DRIFTING, False, id="drift-uncovered"),
        pytest.param(after_failure(Standing(), NOW, DOWN), DRIFTING, True, id="after-failure"),
        pytest.param(
            after_failure(after_silence(DRIFTING, EARLIER, QUIET), NOW, DOWN), DRIFTING, False,
            id="drift-beneath-both",
        ),
        pytest.param(DRIFTING, after_silence(DRIFTING, NOW, QUIET), True, id="silence"),
    ],
)  # fmt: skip
def test_episode_begins_once(before, after, begun):
    assert has_begun(before, after) is begun
