# ruff: noqa: ARG002 - the names and arguments are the newsroom's
import pytest

from crawler.documents import Candidate
from crawler.errors import ExtractionError
from crawler.newsroom import Memory, Taken, Visit
from scheduler.watching import Watched

CANDIDATE = Candidate("a", "https://a.example/1", "https://a.example/1")
NEW = Taken("new", stage="selector")
VISIT = Visit("a", "https://a.example/rss", "feed", 200)


class Room:
    """A newsroom that answers, or fails with what it is given."""

    def __init__(self, *errors):
        self.errors = list(errors)

    async def _answer(self, answer):
        if self.errors:
            raise self.errors.pop(0)
        return answer

    async def recall(self, source):
        return await self._answer(Memory())

    async def discovered(self, visit, seen):
        return await self._answer(seen)

    async def take(self, candidate, page):
        return await self._answer(NEW)

    async def refuse(self, candidate, reason):
        return await self._answer(None)

    async def put_off(self, candidate, reason):
        return await self._answer(None)


def calls(watched):
    return {
        "recall": lambda: watched.recall("a"),
        "discovered": lambda: watched.discovered(VISIT, [CANDIDATE]),
        "take": lambda: watched.take(CANDIDATE, None),
        "refuse": lambda: watched.refuse(CANDIDATE, "HTTP 410"),
        "put_off": lambda: watched.put_off(CANDIDATE, "HTTP 500"),
    }


each_call = pytest.mark.parametrize("call", calls(None))


async def test_answers_are_passed_on():
    watched = calls(Watched(Room()))
    assert await watched["recall"]() == Memory()
    assert await watched["discovered"]() == [CANDIDATE]
    assert await watched["take"]() == NEW


@each_call
async def test_fault_of_the_archive_is_kept_and_raised(call):
    watched = Watched(Room(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        await calls(watched)[call]()
    assert str(watched.fault) == "disk full"


@each_call
async def test_fault_of_an_outlet_is_only_raised(call):
    watched = Watched(Room(ExtractionError("no article")))
    with pytest.raises(ExtractionError):
        await calls(watched)[call]()
    assert watched.fault is None


async def test_first_fault_is_the_one_that_is_kept():
    watched = Watched(Room(OSError("first"), OSError("second")))
    for _ in range(2):
        with pytest.raises(OSError, match=r"first|second"):
            await watched.recall("a")
    assert str(watched.fault) == "first"
