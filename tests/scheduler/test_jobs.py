import logging
import time

import pytest
from sqlalchemy.exc import OperationalError

from scheduler.faults import TELL_AGAIN_SECONDS
from scheduler.jobs import RULES, Job

FULL = OperationalError("INSERT …", None, Exception("database or disk is full"))


class Look:
    """A look that fails as long as it is told to."""

    def __init__(self, error=None):
        self.error = error

    async def __call__(self):
        if self.error:
            raise self.error


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_no_job_overlaps_itself_or_is_left_out(rule):
    assert (rule.at_once, rule.merge, rule.late) == (1, True, None)


async def test_fault_that_stays_is_told_once(caplog):
    job = Job(RULES["polls"], Look(FULL))
    for _ in range(100):
        await job.run()
    (record,) = caplog.records
    assert record.getMessage() == "polls failed (1 in a row): database or disk is full"
    assert record.exc_info is None


async def test_fault_that_stays_long_is_told_again_with_its_count(caplog):
    job = Job(RULES["polls"], Look(FULL))
    await job.run()
    await job.run()
    job.faults.standing["polls"].told -= TELL_AGAIN_SECONDS
    await job.run()
    assert "3 in a row" in caplog.records[-1].getMessage()


async def test_end_of_a_fault_is_told_with_its_count(caplog):
    job = Job(RULES["polls"], Look(FULL))
    await job.run()
    await job.run()
    job.look.error = None
    await job.run()
    await job.run()
    assert len(caplog.records) == 2
    assert caplog.records[-1].getMessage().startswith("polls: goes on after 2 failures in ")


async def test_fault_of_the_program_is_told_with_its_place(caplog):
    await Job(RULES["polls"], Look(KeyError("x"))).run()
    assert caplog.records[0].exc_info
    assert caplog.records[0].levelno == logging.ERROR


async def test_job_that_fails_is_not_stuck():
    job = Job(RULES["polls"], Look(FULL), ended=time.monotonic() - 1000)
    assert job.is_stuck(time.monotonic())
    await job.run()
    assert not job.is_stuck(time.monotonic())
