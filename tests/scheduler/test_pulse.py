from dataclasses import dataclass, field

import pytest

from scheduler.pulse import Pulse


@dataclass
class Manager:
    """A service manager that wants a sign of life in any twelve seconds."""

    watchdog_seconds: float = 12.0
    signs: int = 0
    said: list[str] = field(default_factory=list)

    def alive(self):
        self.signs += 1

    def status(self, words):
        self.said.append(words)


@pytest.fixture
def manager():
    return Manager()


def test_signs_of_life_come_in_good_time(manager):
    pulse = Pulse(manager, list, lambda: "3 sources")
    for second in range(60):
        pulse.beat(float(second))
    assert manager.signs == 20
    assert manager.said == ["3 sources"] * 6


def test_what_is_stuck_ends_the_signs_of_life_and_is_told_once(manager, caplog):
    stuck = ["polls: no look has ended for 400 s"]
    pulse = Pulse(manager, lambda: stuck, lambda: "3 sources")
    for second in range(60):
        pulse.beat(float(second))
    assert manager.signs == 0
    assert manager.said[-1] == f"no progress: {stuck[0]}"
    assert len(caplog.records) == 1
    stuck.clear()
    pulse.beat(60.0)
    assert manager.signs == 1
