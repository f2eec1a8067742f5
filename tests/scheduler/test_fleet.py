"""The fleet's queue on a real PostgreSQL: what is put in once, taken out, handed back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from alerts.sending import Post
from scheduler.clock import utc_now
from scheduler.fleet import FleetQueue
from scheduler.fleet_tables import bring_up_to_date
from scheduler.work import Work, Workshop
from storage.database import open_database
from tests.alerts.archive import SENDER
from tests.alerts.test_sending import Letterbox
from tests.conftest import new_database
from tests.scheduler.conftest import open_office
from tests.scheduler.waiting import until


@pytest.fixture
def database(postgresql_database):
    bring_up_to_date(postgresql_database)
    yield postgresql_database
    with postgresql_database.engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        connection.execute(text("DELETE FROM procrastinate_workers"))


@pytest.fixture
def office(newsroom, database, readers, tmp_path):
    return open_office(newsroom, database, readers, utc_now, tmp_path)


@pytest.fixture
def shop(office):
    return new_shop(office.desk, "may/1")


def new_shop(desk, owner):
    box = Letterbox()
    return Workshop(
        replace(desk, owner=owner), SENDER, Post(box, box, "x@example.org", owner, utc_now, float)
    )


def jobs(database):
    with database.engine.connect() as connection:
        return connection.execute(
            text("SELECT queueing_lock, status FROM procrastinate_jobs ORDER BY id")
        ).all()


async def test_put_twice_it_waits_once(shop, database):
    first, second = FleetQueue(shop, works=False), FleetQueue(shop, works=False)
    await asyncio.gather(first.start(), second.start())
    put = [queue.put([Work("poll", "vamsong")]) for queue in (first, second) for _ in range(5)]
    assert sum(await asyncio.gather(*put)) == 1
    assert jobs(database) == [("poll vamsong", "todo")]
    await asyncio.gather(first.stop(), second.stop())


async def test_work_is_done_and_leaves_nothing(shop, database, office):
    queue = FleetQueue(shop)
    await queue.start()
    await queue.put([Work("poll", "vamsong")])
    await until(lambda: not jobs(database))
    await queue.stop()
    assert office.articles()


def test_two_that_start_at_once_make_the_tables_once(postgresql_address):
    with new_database(postgresql_address) as address:
        open_database(address).close()
        opened = [open_database(address) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(bring_up_to_date, opened))
        for each in opened:
            each.close()
