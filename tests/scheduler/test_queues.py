"""Work in a process's own places."""

from dataclasses import replace

import pytest

from alerts.sending import Post
from scheduler.clock import utc_now
from scheduler.queues import LocalQueue, places
from scheduler.work import Work, Workshop
from tests.alerts.archive import SENDER
from tests.alerts.test_sending import Letterbox
from tests.scheduler.trial import several
from tests.scheduler.waiting import until


@pytest.fixture
def queue(office):
    office.desk.manner = replace(office.desk.manner, concurrency=4)
    box = Letterbox()
    post = Post(box, box, "x@example.org", "may/1", utc_now, lambda: 0.0)
    return LocalQueue(Workshop(office.desk, SENDER, post))


async def test_what_is_in_hand_is_not_begun_again(queue, trial):
    assert await queue.put([Work("try news", "a")] * 2) == 1
    assert await queue.put([Work("try news", "a")]) == 0
    trial.end.set()
    await queue.idle()
    assert await queue.put([Work("try news", "a")]) == 1


async def test_what_has_no_place_is_left(queue, trial):
    assert await queue.put(several("try news", 9)) == 4
    assert await queue.room("news") == 0
    assert await queue.put(several("try alerts", 1)) == 1


@pytest.mark.parametrize(("concurrency", "history"), [(1, 1), (2, 1), (4, 3), (8, 6), (64, 48)])
def test_history_leaves_places_where_there_are_several(concurrency, history):
    assert places(concurrency)["history"] == history


async def test_work_that_failed_is_told_and_leaves_its_place(queue, trial, caplog):
    trial.failures = 1
    await queue.put([Work("try news", "a")])
    await queue.idle()
    assert "try news a failed" in caplog.text
    assert not queue.in_hand


async def test_stop_breaks_off_what_is_in_hand(queue, trial):
    await queue.put(several("try news", 2))
    await until(lambda: trial.at_once == 2)
    await queue.stop()
    assert trial.at_once == 0
    assert await queue.put(several("try news", 1)) == 0
