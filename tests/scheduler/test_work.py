import pytest

from scheduler.work import KINDS, Work, Workshop


@pytest.fixture
def shop(office):
    return Workshop(office.desk, None, None)


def test_work_is_stuck_when_it_takes_longer_than_it_may(shop):
    with shop.at_work(Work("digests")), shop.at_work(Work("poll", "vamsong")):
        assert shop.stuck() == []
        shop._begun[Work("digests")] -= 60 * (KINDS["digests"].stuck_minutes + 1)
        (words,) = shop.stuck()
        assert words.startswith("digests: begun 1260 s ago")
    assert shop.stuck() == []
