from sqlalchemy.exc import IntegrityError, OperationalError

from scheduler.recess import FIRST_SECONDS, LONGEST_SECONDS, Recess
from tests.scheduler.test_reach import Seconds

FULL = OperationalError("INSERT …", None, Exception("database or disk is full"))


def test_each_failure_in_a_row_doubles_the_rest_up_to_a_minute():
    seconds = Seconds()
    recess = Recess(seconds)
    rests = []
    for _ in range(6):
        assert recess.failed(FULL)
        rests.append(recess.until - seconds.now)
        seconds.now = recess.until
        assert not recess.goes_on
    assert rests == [5, 10, 20, 40, LONGEST_SECONDS, LONGEST_SECONDS]


def test_polls_that_fail_together_count_once():
    recess = Recess(Seconds())
    for _ in range(8):
        recess.failed(FULL)
    assert recess.until == FIRST_SECONDS


def test_poll_that_goes_well_ends_it():
    recess = Recess(Seconds())
    recess.failed(FULL)
    recess.went_well()
    assert not recess.goes_on


def test_one_thing_that_cannot_be_stored_makes_no_rest():
    recess = Recess(Seconds())
    assert not recess.failed(IntegrityError("INSERT …", None, Exception("UNIQUE")))
    assert not recess.goes_on
