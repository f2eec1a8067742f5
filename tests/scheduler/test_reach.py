from dataclasses import dataclass

import pytest

from scheduler.reach import Reach


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def reach(seconds):
    return Reach(seconds)


def silent(reach, seconds, source, at, others=5):
    seconds.now = at
    return reach.is_to_blame(source, others)


def heard(reach, seconds, source, at):
    seconds.now = at
    reach.heard(source)


def test_outlet_is_to_blame_once_another_has_answered_since(reach, seconds):
    heard(reach, seconds, "khac", 0)
    assert not silent(reach, seconds, "mot", 10)
    assert not silent(reach, seconds, "mot", 70)
    heard(reach, seconds, "khac", 80)
    assert silent(reach, seconds, "mot", 130)


def test_outlet_that_has_answered_again_begins_anew(reach, seconds):
    silent(reach, seconds, "mot", 10)
    heard(reach, seconds, "mot", 20)
    assert not silent(reach, seconds, "mot", 30)


def test_only_outlet_is_to_blame_at_once(reach, seconds):
    assert silent(reach, seconds, "mot", 10, others=0)


def test_network_that_is_gone_is_told_once_and_its_return_too(reach, seconds, caplog):
    heard(reach, seconds, "mot", 0)
    for at in range(10, 600, 10):
        for source in ("mot", "hai", "ba"):
            assert not silent(reach, seconds, source, at)
    heard(reach, seconds, "hai", 610)
    gone, back = (record.getMessage() for record in caplog.records)
    assert gone.startswith("no outlet answers")
    assert back == "the network is back after 600 s"


def test_two_silent_outlets_of_many_are_no_network_that_is_gone(reach, seconds, caplog):
    for source in ("mot", "hai"):
        silent(reach, seconds, source, 10)
    assert not caplog.records
