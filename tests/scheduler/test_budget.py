import math
from datetime import UTC, datetime, timedelta

import pytest

from crawler.sources import Poll
from scheduler.budget import GOOD_FOR, HEED, RESERVE, USUAL_PAUSE, Budget, Share, common_pace
from scheduler.rhythm import DAYS_A_WEEK, HOUR, HOURS, Rhythm, habits

NOW = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)
ANY = Poll(every=timedelta(seconds=1), at_most=timedelta(days=30))
ALLOWED = (1 - RESERVE) * 168 * (HOUR / USUAL_PAUSE)  # polls a week and source


def share(a_day, poll=ANY):
    weeks = 4.0
    counts = [a_day / HOURS * days * weeks for days in DAYS_A_WEEK for _ in range(HOURS)]
    days = (DAYS_A_WEEK[0] * weeks, DAYS_A_WEEK[1] * weeks)
    return Share(poll, Rhythm(NOW, days, tuple(counts)))


def polls_a_week(one, pace):
    least, most = HOUR / one.poll.at_most, HOUR / one.poll.every
    wishes = [pace * math.sqrt(rate + HEED) for rate in habits(one.rhythm)]
    hours = [days for days in DAYS_A_WEEK for _ in range(HOURS)]
    return sum(
        min(max(wish, least), most) * count for wish, count in zip(wishes, hours, strict=True)
    )


def divided(shares):
    pace = common_pace(shares)
    return [polls_a_week(one, pace) for one in shares]


@pytest.mark.parametrize(
    "shares",
    [
        pytest.param([share(20)], id="one"),
        pytest.param([share(n) for n in (1, 5, 20, 60, 120)], id="all-free"),
        pytest.param(
            [share(120, Poll(timedelta(minutes=8))), share(1), share(5)], id="the-busy-one-is-held"
        ),
        pytest.param(
            [share(0, Poll(at_most=timedelta(minutes=11))), share(60)], id="the-quiet-one-is-held"
        ),
    ],
)
def test_all_polls_together_use_up_the_budget(shares):
    assert sum(divided(shares)) == pytest.approx(len(shares) * ALLOWED, rel=0.01)


def test_polls_are_as_the_roots_of_the_rates():
    calm, busy = share(4), share(100)
    a, b = divided([calm, busy])
    roots = [sum(math.sqrt(r + HEED) for r in habits(s.rhythm)[:HOURS]) for s in (calm, busy)]
    assert b / a == pytest.approx(roots[1] / roots[0], rel=0.05)


def test_what_one_cannot_use_the_others_get():
    free = divided([share(120), share(5)])
    held = divided([share(120, Poll(every=timedelta(minutes=10))), share(5)])
    assert held[0] < free[0]
    assert held[1] > free[1]


def test_all_at_their_shortest_pause_use_less_than_the_budget():
    shares = [share(60, Poll(every=timedelta(hours=1)))] * 3
    assert divided(shares) == pytest.approx([168] * 3)


def test_source_that_its_file_wants_asked_oftener_takes_nothing_from_the_others():
    hasty = Poll(every=timedelta(seconds=1), at_most=timedelta(seconds=2))
    _, left = divided([share(20, hasty), share(20)])
    assert left == pytest.approx(ALLOWED, rel=0.01)


def test_no_sources_need_no_budget():
    assert common_pace([]) > 0


def test_pace_is_counted_anew_only_after_a_while():
    budget, counts = Budget(), []

    def shares():
        counts.append(1)
        return [share(20)]

    first = budget.current(shares, NOW)
    assert budget.current(shares, NOW + GOOD_FOR / 2) == first
    assert len(counts) == 1
    budget.current(shares, NOW + GOOD_FOR)
    assert len(counts) == 2


def test_pace_is_counted_anew_when_the_clock_was_put_back():
    budget = Budget()
    budget.current(lambda: [share(20)], NOW)
    alone = budget.current(lambda: [share(120), share(1)], NOW - timedelta(days=400))
    assert alone == pytest.approx(common_pace([share(120), share(1)]))


def test_bigger_budget_gives_more_polls():
    shares = [share(n) for n in (1, 20, 60)]
    assert common_pace(shares, USUAL_PAUSE / 2) > common_pace(shares)
