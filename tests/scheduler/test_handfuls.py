import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from scheduler.handfuls import MOST_AT_ONCE, Handfuls


class Counting(ThreadPoolExecutor):
    """A pool that keeps how many pieces came at once."""

    def submit(self, fn, works):
        self.sizes = [*getattr(self, "sizes", []), len(works)]
        return super().submit(fn, works)


@pytest.fixture
def pool():
    with Counting(1) as made:
        yield made


@pytest.fixture
def held():
    """An event that holds up the pool's only place until it is set."""
    event = threading.Event()
    yield event
    event.set()


def handfuls(pool):
    return Handfuls(pool, 1, asyncio.get_running_loop())


async def test_what_finds_a_free_place_goes_alone_and_what_waits_together(pool, held):
    given = handfuls(pool)
    first = [asyncio.create_task(given.done(held.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    rest = [asyncio.create_task(given.done(partial(int, n))) for n in range(9)]
    await asyncio.sleep(0)
    held.set()
    assert await asyncio.gather(*rest) == list(range(9))
    assert await asyncio.gather(*first) == [True, True]
    assert pool.sizes == [1, 1, MOST_AT_ONCE, MOST_AT_ONCE, 1]


async def test_piece_that_fails_takes_no_other_along(pool, held):
    given = handfuls(pool)
    works = [held.wait, held.wait, partial(int, "1"), partial(int, "x"), partial(int, "3")]
    asked = [asyncio.create_task(given.done(work)) for work in works]
    await asyncio.sleep(0)
    held.set()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert (found[2], found[4]) == (1, 3)
    assert isinstance(found[3], ValueError)


async def test_piece_nobody_waits_for_any_more_is_not_done(pool, held):
    given, done = handfuls(pool), []
    works = [held.wait, held.wait, partial(done.append, 1), partial(done.append, 2)]
    asked = [asyncio.create_task(given.done(work)) for work in works]
    await asyncio.sleep(0)
    asked[2].cancel()
    await asyncio.sleep(0)
    held.set()
    await asyncio.gather(*asked, return_exceptions=True)
    assert done == [2]


async def test_all_that_waits_is_handed_over_before_a_pool_ends(pool, held):
    given = handfuls(pool)
    asked = [asyncio.create_task(given.done(work)) for work in [held.wait] * 2 + [int] * 6]
    await asyncio.sleep(0)
    given.give_all()
    pool.shutdown(wait=False)
    held.set()
    assert await asyncio.gather(*asked) == [True, True, *[0] * 6]
