"""A newsroom whose faults are kept: the crawling engine would only write them to its log."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from crawler.documents import Candidate, Page
from crawler.errors import CrawlerError
from crawler.newsroom import HostNote, Memory, Newsroom, Taken, Visit

T = TypeVar("T")


@dataclass(slots=True)
class Watched:
    """Passes everything on; ``fault`` is the first error that is no fault of an outlet's."""

    newsroom: Newsroom
    fault: Exception | None = None

    async def recall(self, source: str) -> Memory:
        """Say what is known of a source."""
        return await self._kept(self.newsroom.recall(source))

    async def discovered(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        """Store what an endpoint showed; give what to fetch."""
        return await self._kept(self.newsroom.discovered(visit, seen))

    async def take(self, candidate: Candidate, page: Page) -> Taken:
        """Read, judge and store a page."""
        return await self._kept(self.newsroom.take(candidate, page))

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate is not to be tried again."""
        await self._kept(self.newsroom.refuse(candidate, reason))

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate could not be fetched now."""
        await self._kept(self.newsroom.put_off(candidate, reason))

    async def postpone(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate was not tried."""
        await self._kept(self.newsroom.postpone(candidate, reason))

    async def noted(self, note: HostNote) -> None:
        """Keep what a host said of itself."""
        await self._kept(self.newsroom.noted(note))

    async def _kept(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except CrawlerError:
            raise
        except Exception as error:
            self.fault = self.fault or error
            raise
