from datetime import date, timedelta

import pytest

from storage import health, polling
from storage.tables import SourceState
from tests.storage.sample import NOW

DAY = date(2025, 11, 28)


@pytest.fixture
def registered(database):
    with database.writing() as session:
        polling.register(session, {"a": ("Báo A", "press"), "b": ("B", "press")}, NOW)
    return database


def add(database, sums, *, source="a", day=DAY, marks=None, gone=()):
    with database.writing() as session:
        health.add(session, source, day, sums, marks=marks or {}, gone=gone)


def days(database, source="a", since=DAY - timedelta(days=27)):
    with database.reading() as session:
        return health.days(session, source, since)


def test_sums_of_a_day_add_up(registered):
    add(registered, {"polls": 1, "fetched": 3})
    add(registered, {"polls": 1, "bytes": 900})
    assert days(registered) == {DAY: {"polls": 2, "fetched": 3, "bytes": 900}}


def test_nothing_is_kept_of_what_is_nothing(registered):
    add(registered, {"polls": 1, "fetched": 0})
    assert days(registered) == {DAY: {"polls": 1}}


def test_marks_hold_their_latest_value_until_they_are_taken_out(registered):
    add(registered, {"polls": 1}, marks={"run/missed": -4, "unread/x": 1})
    add(registered, {"polls": 1}, marks={"run/missed": 2})
    assert days(registered)[DAY] == {"polls": 2, "run/missed": 2, "unread/x": 1}
    add(registered, {}, gone={"unread/x", "unread/y"})
    assert days(registered)[DAY] == {"polls": 2, "run/missed": 2}


def test_days_come_latest_first_and_from_one_source(registered):
    for back in (3, 0, 40, 1):
        add(registered, {"polls": back + 1}, day=DAY - timedelta(days=back))
    add(registered, {"polls": 9}, source="b")
    assert [counts["polls"] for counts in days(registered).values()] == [1, 2, 4]
    assert list(days(registered)) == [DAY - timedelta(days=back) for back in (0, 1, 3)]


def test_marks_are_left_out_of_sums():
    counted = {DAY: {"polls": 2, "run/missed": -3}, DAY - timedelta(days=1): {"polls": 5}}
    assert health.summed(counted) == {"polls": 7}


def test_standing_is_kept_with_its_reason(registered):
    reason = {"why": "polls", "error": "không trả lời"}
    with registered.writing() as session:
        state = session.get_one(SourceState, "a")
        health.settle(session, state, ("failing", NOW), reason)
    with registered.reading() as session:
        state = session.get_one(SourceState, "a")
    assert (state.state, state.state_since, health.reason(state)) == ("failing", NOW, reason)


@pytest.mark.parametrize("stored", [None, "", "{", "[1]", "fell silent"])
def test_reason_that_cannot_be_read_is_none(stored):
    state = SourceState(id="a", name="A", next_check_at=NOW, state_reason=stored)
    assert health.reason(state) == {}
