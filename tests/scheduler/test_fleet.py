"""The fleet's queue on a real PostgreSQL: what goes in once, comes out, is handed back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import resources

import pytest
from procrastinate import RetryStrategy
from sqlalchemy import text

from alerts.sending import Post
from scheduler import fleet
from scheduler.clock import utc_now
from scheduler.daemon import Daemon
from scheduler.fleet import FleetQueue
from scheduler.fleet_tables import MARK, bring_up_to_date
from scheduler.work import Work, Workshop
from storage.database import open_database
from storage.errors import DatabaseError
from tests.alerts.archive import SENDER
from tests.alerts.test_sending import Letterbox
from tests.conftest import new_database
from tests.scheduler.conftest import open_office
from tests.scheduler.trial import several
from tests.scheduler.waiting import until

OUTLETS = {"bennghemoi", "dothisophuongnam", "nhipphosong", "thuongcangmoi", "vamsong"}


@pytest.fixture
def database(postgresql_database):
    bring_up_to_date(postgresql_database)
    yield postgresql_database
    run(postgresql_database, "DELETE FROM procrastinate_jobs")
    run(postgresql_database, "DELETE FROM procrastinate_workers")


@pytest.fixture
def office(newsroom, database, readers, tmp_path):
    return open_office(newsroom, database, readers, utc_now, tmp_path)


@pytest.fixture
def shop(office):
    return new_shop(office.desk, "may-1", concurrency=4)


def new_shop(desk, owner, **manner):
    box = Letterbox()
    manner = replace(desk.manner, user_agent=owner, **manner)
    desk = replace(desk, owner=f"{owner}/1", manner=manner)
    return Workshop(desk, SENDER, Post(box, box, "x@example.org", owner, utc_now, lambda: 0.0))


@asynccontextmanager
async def working(*shops, works=True):
    """Queues of some processes, started and stopped."""
    queues = [FleetQueue(shop, works=works) for shop in shops]
    await asyncio.gather(*(queue.start() for queue in queues))
    try:
        yield queues[0] if len(queues) == 1 else queues
    finally:
        await asyncio.gather(*(queue.stop() for queue in queues))


OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"


def run(database, statement, **values):
    with database.engine.begin() as connection:
        connection.execute(text(statement), values)


def jobs(database):
    """What waits or is in a hand, in the order put in."""
    with database.engine.connect() as connection:
        return connection.execute(
            text("SELECT queueing_lock, status FROM procrastinate_jobs ORDER BY id")
        ).all()


async def test_put_twice_it_waits_once(shop, database):
    async with working(shop, shop, works=False) as queues:
        put = [queue.put([Work("poll", "vamsong")]) for queue in queues for _ in range(5)]
        assert sum(await asyncio.gather(*put)) == 1
    assert jobs(database) == [("poll vamsong", "todo")]


async def test_two_daemons_that_look_twice_put_in_each_poll_once(office, database):
    shops = [new_shop(office.desk, name) for name in ("may-1", "may-2")]
    async with working(*shops, works=False) as queues:
        daemons = [Daemon(shop, queue) for shop, queue in zip(shops, queues, strict=True)]
        await asyncio.gather(*(daemon.look_for_polls() for daemon in daemons * 2))
    assert sorted(jobs(database)) == sorted((f"poll {outlet}", "todo") for outlet in OUTLETS)


async def test_what_is_in_a_hand_is_not_put_in_again(shop, trial):
    async with working(shop) as queue:
        await queue.put([Work("try news", "a")])
        await until(lambda: trial.begun)
        assert await queue.put([Work("try news", "a")]) == 0
        trial.end.set()
        await until(lambda: not queue.in_hand)


async def test_two_workers_share_the_outlets_and_none_is_asked_by_both(office, database, newsroom):
    shops = [new_shop(office.desk, name, concurrency=2) for name in ("may-1", "may-2")]
    async with working(*shops) as queues:
        daemon = Daemon(shops[0], queues[0])
        await daemon.look_for_polls()
        await until(lambda: not jobs(database))
    assert len(office.articles()) == len(newsroom.articles)
    asked_by = {}
    for each in newsroom.requests:
        asked_by.setdefault(each.outlet, set()).add(each.user_agent)
    assert {len(names) for names in asked_by.values()} == {1}
    assert set().union(*asked_by.values()) == {"may-1", "may-2"}


async def test_poll_that_is_no_longer_due_asks_nobody(office, shop, database, newsroom):
    await office.poll("vamsong")
    newsroom.requests.clear()
    async with working(shop) as queue:
        await queue.put([Work("poll", "vamsong")])
        await until(lambda: not jobs(database))
    assert newsroom.requests == []


async def test_one_lock_is_held_by_one_at_a_time(shop, trial, database):
    async with working(shop, new_shop(shop.desk, "may-2")) as queues:
        await queues[0].put([Work("alone", str(number)) for number in range(4)])
        trial.end.set()
        await until(lambda: not jobs(database))
    assert sorted(trial.begun) == ["0", "1", "2", "3"]
    assert trial.most_at_once == 1


async def test_alerts_wait_for_no_crawl(shop, trial):
    async with working(shop) as queue:
        await queue.put(several("try news", 9))
        await until(lambda: len(trial.begun) == 4)
        await queue.put(several("try alerts", 1))
        await until(lambda: "alerts 0" in trial.begun)


async def test_history_leaves_a_place_for_news(shop, trial):
    async with working(shop) as queue:
        await queue.put(several("try history", 9))
        await until(lambda: len(trial.begun) == 3)
        await queue.put(several("try news", 1))
        await until(lambda: "news 0" in trial.begun)
        assert len(trial.begun) == 4


async def test_news_goes_before_history(office, trial, database):
    shop = new_shop(office.desk, "may-1", concurrency=1)
    async with working(shop, works=False) as queue:
        await queue.put([*several("try history", 2), *several("try news", 2)])
    trial.end.set()
    async with working(shop):
        await until(lambda: not jobs(database))
    assert trial.begun == ["news 0", "news 1", "history 0", "history 1"]


async def test_work_that_failed_is_tried_again(shop, trial, database, monkeypatch):
    monkeypatch.setattr(fleet, "RETRY", RetryStrategy(max_attempts=4))
    trial.failures = 2
    trial.end.set()
    async with working(shop) as queue:
        await queue.put([Work("try news", "a")])
        await until(lambda: not jobs(database))
    assert trial.begun == ["a", "a", "a"]


async def test_work_that_fails_again_and_again_is_dropped(shop, trial, database, monkeypatch):
    monkeypatch.setattr(fleet, "RETRY", RetryStrategy(max_attempts=1))
    trial.failures = 9
    async with working(shop) as queue:
        await queue.put([Work("try news", "a")])
        await until(lambda: not jobs(database))
    assert trial.begun == ["a", "a"]


async def test_worker_that_stops_hands_back_what_it_has_not_ended(shop, trial, database):
    async with working(shop) as queue:
        await queue.put([Work("try news", "a")])
        await until(lambda: trial.begun)
    assert jobs(database) == [("try news a", "todo")]
    assert trial.at_once == 0


@pytest.mark.parametrize("pruned", [False, True], ids=["silent", "pruned"])
async def test_job_of_a_dead_worker_is_taken_up(shop, trial, database, pruned):
    """A worker started anew forgets the dead ones; their jobs are then nobody's (#1518 there)."""
    async with working(shop, works=False) as queue:
        await queue.put([Work("alone", "a")])
    worker = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
    taken = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM w)"
    run(database, f"WITH w AS ({worker} RETURNING id) {taken}")
    if pruned:
        run(database, "DELETE FROM procrastinate_workers")
    trial.end.set()
    async with working(shop):
        await until(lambda: not jobs(database))
    assert trial.begun == ["a"]


async def test_worker_goes_on_when_the_database_cut_its_connections(shop, trial, database):
    async with working(shop) as queue:
        await queue.put(several("try news", 1))
        await until(lambda: trial.begun)
        cut = "SELECT pg_terminate_backend(pid, 10000)"
        run(database, f"{cut} FROM pg_stat_activity WHERE {OTHERS}")
        database.engine.dispose()
        trial.end.set()
        await queue.put([Work("try news", "sau")])
        await until(lambda: "sau" in trial.begun and not jobs(database))


async def test_worker_taken_for_dead_goes_on(shop, trial, database, caplog):
    async with working(shop) as queue:
        await queue.put([Work("try news", "a")])
        await until(lambda: trial.begun)
        run(database, "DELETE FROM procrastinate_jobs")
        trial.end.set()
        await queue.put([Work("try news", "b")])
        await until(lambda: trial.begun == ["a", "b"] and not jobs(database))
    assert caplog.records == []


async def test_queue_takes_no_more_than_it_can_look_through(shop, trial, monkeypatch):
    monkeypatch.setattr(fleet, "MOST_WAITING", 3)
    async with working(shop, works=False) as queue:
        assert await queue.room("news") == 3
        await queue.put(several("try news", 3))
        assert await queue.room("news") == 0
        assert await queue.room("history") == 3


def test_two_that_start_at_once_make_the_tables_once(postgresql_address):
    with new_database(postgresql_address) as address:
        open_database(address).close()
        opened = [open_database(address) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(bring_up_to_date, opened))
        for each in opened:
            each.close()


def test_tables_of_an_older_library_are_brought_up_to_date(new_database_opened):
    folder = resources.files("procrastinate.sql") / "migrations"
    changes = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
    with new_database_opened.engine.begin() as connection:
        cursor = connection.connection.cursor()
        for name in changes[:-2]:
            cursor.execute((folder / name).read_text("utf-8"))
        cursor.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{MARK}{changes[-3]}'")
    with pytest.raises(DatabaseError, match="diembao db upgrade"):
        bring_up_to_date(new_database_opened, migrate=False)
    bring_up_to_date(new_database_opened)
    bring_up_to_date(new_database_opened, migrate=False)
    run(new_database_opened, "SELECT 'procrastinate_retry_job_v2'::regproc")


def test_queue_of_another_program_is_left_alone(new_database_opened):
    run(new_database_opened, "CREATE TABLE procrastinate_jobs (id int)")
    with pytest.raises(DatabaseError, match="another program"):
        bring_up_to_date(new_database_opened)


@pytest.fixture
def new_database_opened(postgresql_address):
    with new_database(postgresql_address) as address:
        opened = open_database(address)
        yield opened
        opened.close()
