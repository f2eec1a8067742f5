import asyncio

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from scheduler.books import MOST_AT_ONCE, Books
from storage.errors import is_outage
from storage.runs import Run
from tests.storage.faults import read_only
from tests.storage.sample import NOW


@pytest.fixture
def books(database):
    return Books(database)


@pytest.fixture
def commits(database):
    counted = []
    count = counted.append
    event.listen(database.engine, "commit", count)
    yield counted
    event.remove(database.engine, "commit", count)


def adding(name):
    def work(session):
        session.add(Run(id=name, started_at=NOW, seconds=1.0))
        session.flush()
        return name

    return work


def stored(database):
    with database.reading() as session:
        return sorted(session.exec(select(Run.id)))


async def test_work_is_stored_when_its_write_returns(books, database):
    assert await books.write(adding("một")) == "một"
    assert stored(database) == ["một"]


async def test_what_waits_together_shares_a_transaction(books, database, commits):
    names = [f"{number:02}" for number in range(MOST_AT_ONCE)]
    assert await asyncio.gather(*(books.write(adding(name)) for name in names)) == names
    assert stored(database) == names
    assert len(commits) <= 2


async def test_work_that_may_wait_goes_with_what_comes_next(books, database, commits):
    first = asyncio.create_task(books.write(adding("một"), at_once=False))
    await asyncio.sleep(0)
    await books.write(adding("hai"))
    assert await first == "một"
    assert stored(database) == ["hai", "một"]
    assert len(commits) == 1


async def test_work_that_may_wait_is_done_if_nothing_else_comes(books, database):
    assert await books.write(adding("một"), at_once=False) == "một"
    assert stored(database) == ["một"]


async def test_failing_work_takes_none_of_the_others_with_it(books, database):
    works = [adding("một"), adding("hai"), adding("một"), adding("ba")]
    results = await asyncio.gather(*map(books.write, works), return_exceptions=True)
    assert results[:2] == ["một", "hai"]
    assert isinstance(results[2], IntegrityError)
    assert results[3] == "ba"
    assert stored(database) == ["ba", "hai", "một"]


async def test_work_of_a_crawl_that_is_stopped_is_done_all_the_same(books, database):
    writing = asyncio.create_task(books.write(adding("một")))
    await asyncio.sleep(0)
    writing.cancel()
    await books.write(adding("hai"))
    assert writing.cancelled()
    assert stored(database) == ["hai", "một"]


@pytest.mark.parametrize("at_once", [True, False])
def test_books_outlive_the_loop_they_were_opened_in(books, database, at_once):
    asyncio.run(books.write(adding("một"), at_once=at_once))
    asyncio.run(books.write(adding("hai"), at_once=at_once))
    assert stored(database) == ["hai", "một"]


async def test_database_that_fails_is_asked_once_for_all_that_waits(books, database):
    begun = []
    count = begun.append
    event.listen(database.engine, "begin", count)
    with read_only(database):
        results = await asyncio.gather(
            *(books.write(adding(f"{number}")) for number in range(9)), return_exceptions=True
        )
    event.remove(database.engine, "begin", count)
    assert all(is_outage(result) for result in results)
    assert len(begun) <= 2
