import pytest

from scheduler.lines import Lines, Places
from storage.claims import Waiting


def waiting(*receivers):
    return [Waiting(f"{receiver}-{n}", receiver, "webhook") for n, receiver in enumerate(receivers)]


@pytest.fixture
def lines():
    return Lines(Places(begun=4, slow=4, each=2))


def test_receivers_take_turns(lines):
    lines.put(waiting("a", "a", "a", "b"))
    assert list(lines.next(9)) == ["a-0", "b-3"]


def test_no_more_are_taken_than_asked_for_and_the_rest_stays_in_line(lines):
    lines.put(waiting("a", "b", "c"))
    assert list(lines.next(2)) == ["a-0", "b-1"]
    assert list(lines.next(2)) == ["c-2"]
    assert lines.next(0) == {}


def test_receiver_gets_one_at_a_time_until_it_has_taken_one(lines):
    lines.put(waiting("a", "a", "a", "a"))
    assert list(lines.next(9)) == ["a-0"]
    assert lines.next(9) == {}
    lines.over("a", good=True)
    assert [*lines.next(9), *lines.next(9), *lines.next(9)] == ["a-1", "a-2"]


def test_receiver_that_failed_is_back_at_one_at_a_time(lines):
    lines.put(waiting("a", "a", "a"))
    lines.next(9)
    lines.over("a", good=True)
    lines.next(9)
    lines.over("a")
    assert [*lines.next(9), *lines.next(9)] == ["a-2"]


def test_those_that_hang_hold_at_most_half_of_the_slow_places(lines):
    lines.hanging = {"a", "b", "c"}
    lines.put(waiting("a", "a", "b", "c", "d"))
    assert sorted(lines.next(9).values()) == ["a", "b", "d"]


def test_call_without_an_answer_makes_room_while_there_are_slow_places(lines):
    lines.begun = 4
    assert [lines.makes_room() for _ in range(5)] == [True] * 4 + [False]
    assert (lines.begun, lines.slow) == (0, 4)
    lines.leaves(was_slow=True)
    assert lines.slow == 3


def test_new_plan_replaces_what_stood_in_line(lines):
    lines.put(waiting("a"))
    lines.put(waiting("b"))
    assert list(lines.next(9).values()) == ["b"]


def test_slow_mail_server_is_not_held_against_the_reader():
    lines = Lines(Places(begun=4))
    lines.put(waiting("a", "a"))
    lines.next(9)
    lines.over("a", hung=True)
    assert list(lines.next(9)) == ["a-1"]
