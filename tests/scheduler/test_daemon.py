import asyncio
import json
import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.sending import Post
from crawler.dates import VIETNAM
from scheduler.clock import utc_now
from scheduler.daemon import Daemon, Every
from scheduler.queues import LocalQueue
from scheduler.work import Workshop
from storage import events, health, polling
from storage.tables import SourceState
from tests.alerts.archive import SENDER, webhook
from tests.alerts.test_sending import Letterbox
from tests.scheduler.conftest import open_office
from tests.scheduler.waiting import until

FIRST = "bennghemoi/tro-ly-ao-sen-vang-tiep-dan-o-24-phuong-310214"


@pytest.fixture
def box():
    return Letterbox()


@pytest.fixture
def office(newsroom, sqlite_database, readers, tmp_path):
    return open_office(newsroom, sqlite_database, readers, utc_now, tmp_path)


@pytest.fixture
def daemon(office, box):
    post = Post(box, box, "x@example.org", "host/1", utc_now, lambda: 0.0)
    shop = Workshop(office.desk, SENDER, post)
    return Daemon(shop, LocalQueue(shop))


async def stopped(running, daemon):
    daemon.stop()
    async with asyncio.timeout(10):
        await running


def told(box):
    return {json.loads(call.body)["data"]["url"] for call in box.taken}


async def test_daemon_polls_and_tells_at_once(daemon, newsroom, box):
    webhook(daemon.desk.database)
    newsroom.withdraw(FIRST)
    running = asyncio.create_task(daemon.run())
    await until(lambda: box.taken)
    assert newsroom.article_address(FIRST) not in told(box)
    newsroom.publish(FIRST)
    await until(lambda: newsroom.article_address(FIRST) in told(box))
    await stopped(running, daemon)
    assert len(told(box)) == len(box.taken)
    assert box.closed


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_ends_the_daemon(daemon, newsroom, number):
    running = asyncio.create_task(daemon.run())
    await until(lambda: newsroom.requests)
    os.kill(os.getpid(), number)
    async with asyncio.timeout(10):
        await running
    assert daemon.queue.in_hand == {}


async def test_signal_is_heard_as_soon_as_work_may_begin(daemon, newsroom):
    class AtOnce(LocalQueue):
        async def start(self):
            assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL  # it would end the tests
            os.kill(os.getpid(), signal.SIGTERM)

    daemon.queue = AtOnce(daemon.shop)
    async with asyncio.timeout(10):
        await daemon.run()
    assert newsroom.requests == []


async def test_end_of_what_is_served_beside_ends_the_daemon(daemon):
    async def serve():
        raise OSError("port in use")

    async with asyncio.timeout(10):
        with pytest.raises(OSError, match="port in use"):
            await daemon.run(serve)


async def test_outlets_beyond_the_limit_wait_their_turn(daemon, office):
    office.desk.manner = replace(office.desk.manner, concurrency=1)
    for _ in range(2):
        await daemon.look_for_polls()
        assert len(daemon.queue.in_hand) == 1
    await daemon.queue.idle()


async def test_daemon_finds_sources_that_fall_silent(daemon, office, newsroom):
    database, now = office.database, utc_now()
    today = now.astimezone(VIETNAM).date()
    with database.writing() as session:
        state = session.get_one(SourceState, "vamsong")
        state.last_new_at, state.last_success_at = now - timedelta(days=3), now
        for back in range(3, 17):
            day = today - timedelta(days=back)
            health.add(session, "vamsong", day, {"polls": 9, "articles": 30}, marks={}, gone=())
    await daemon.look_for_silence()
    await daemon.queue.idle()
    with database.reading() as session:
        (event,) = events.after(session, 0, 9)
        assert polling.states(session)["vamsong"].state == "silent"
    assert (event.type, event.source) == ("source.silent", "vamsong")
    assert newsroom.requests == []


async def test_told_to_stop_no_crawl_is_begun(daemon):
    await daemon.queue.stop()
    await daemon.look_for_polls()
    assert daemon.queue.in_hand == {}


async def test_clock_set_back_keeps_no_job_waiting(daemon, newsroom):
    running = asyncio.create_task(daemon.run())
    await until(lambda: daemon.jobs)
    looks = {name: job.ended for name, job in daemon.jobs.items()}
    # From within, a clock that is set back shows as next runs that lie far ahead.
    for job in daemon.scheduler.get_jobs():
        job.modify(next_run_time=job.next_run_time + timedelta(hours=1))
    await until(lambda: all(daemon.jobs[name].ended > at for name, at in looks.items()))
    await stopped(running, daemon)


def test_clock_set_forward_by_decades_makes_up_for_nothing():
    trigger = Every(timedelta(seconds=1))
    now = utc_now()
    assert trigger.get_next_fire_time(now - timedelta(days=20_000), now) > now


async def test_housekeeping_runs_as_a_job(daemon):
    done = []
    daemon.housekeeping = {"retention": lambda: done.append(1)}
    running = asyncio.create_task(daemon.run())
    await until(lambda: daemon.jobs)
    daemon.scheduler.modify_job("retention", next_run_time=utc_now())
    await until(lambda: done)
    await stopped(running, daemon)
