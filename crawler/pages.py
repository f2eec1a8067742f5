"""The pages of articles: asked for, handed to the newsroom, each accounted for."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.answers import arguments, asked_for, by_host, conditions, header, validators
from crawler.documents import Candidate, Page
from crawler.errors import CrawlerError
from crawler.failures import NO_ARTICLE, Trouble, of_error, of_status
from crawler.hosts import HostResting, wished_wait
from crawler.middlewares import OffsiteRedirectError, TimeIsUpError
from crawler.newsroom import Newsroom, Validators
from crawler.paging import MAX_PARTS, joined, next_page
from crawler.reasons import refusal, words
from crawler.reports import SourceReport
from crawler.robots import RobotsUnavailableError
from crawler.sources import Source

# A crawl asks for so many pages; the others stay pending, and the next one takes them up.
MOST_PAGES = 5_000
# A 404 may be an article not yet on every server; these say that it will not come back.
GONE = frozenset({410, 451})
MISSING = GONE | {404}
LOOK_PRIORITY = -100
FORBIDDEN = "Forbidden by robots.txt"  # Scrapy's words; it has no error of its own for this


@dataclass(slots=True)
class ArticlePages:
    """The articles of one crawl; ``limit`` bounds how many are asked for.

    ``whole``: known ones are asked for without conditions. ``past``: what is not there is not
    waited for, as it is long since published.
    """

    source: Source
    newsroom: Newsroom
    report: SourceReport
    limit: int | None = None
    asked: int = 0
    whole: bool = False
    past: bool = False

    def fetch(self, candidate: Candidate) -> Iterator[Request]:
        """Ask for a candidate's page, as far as the limit allows."""
        if self.limit is not None and self.asked >= self.limit:
            self.report.skip("limit")
            return
        if self.asked >= MOST_PAGES:
            self.report.skip("next_time")
            return
        self.asked += 1
        known = Validators() if self.whole else Validators(candidate.etag, candidate.last_modified)
        yield by_host(
            Request(
                candidate.canonical_url,
                callback=self.read,
                errback=self.failed,
                cb_kwargs={"candidate": candidate},
                headers=conditions(known),
                priority=LOOK_PRIORITY if candidate.known else 0,
            )
        )

    async def read(self, response: Response, candidate: Candidate) -> AsyncIterator[Any]:
        """Hand a page to the newsroom, once the article's further pages are there, too."""
        if candidate.known and response.status == 304:
            self.report.skip("unchanged")
            await self.newsroom.unchanged(candidate)
            return
        if fault := refusal(response):
            await self._not_fetched(candidate, response, fault)
            return
        page = _page(response)
        following = self._following(page, page, candidate)
        if following:
            yield following
        else:
            await self._take(candidate, page)

    async def read_part(
        self, response: Response, candidate: Candidate, page: Page
    ) -> AsyncIterator[Any]:
        """Add a further page to an article, and ask for the next one or hand all of it over."""
        if response.status == 200:
            part = _page(response)
            page = joined(page, part)
            following = self._following(part, page, candidate)
            # A page that redirects to the first one would lead back to itself.
            if following and following.url != asked_for(response):
                yield following
                return
        else:
            error = f"HTTP {response.status}"
            self.report.error(response.url, error, of_status(response.status))
        await self._take(candidate, page)

    async def part_failed(self, failure: Failure) -> None:
        """Hand over what there is of an article whose next page could not be had."""
        given = arguments(failure)
        url = failure.request.url  # type: ignore[attr-defined]  # Scrapy puts it there
        self.report.error(url, words(failure.value), of_error(failure.value))
        await self._take(given["candidate"], given["page"])

    async def failed(self, failure: Failure) -> None:
        """Account for a page that could not be had."""
        candidate = arguments(failure)["candidate"]
        error = words(failure.value)
        if isinstance(failure.value, TimeIsUpError):
            self.report.skip("next_time")
        elif isinstance(failure.value, OffsiteRedirectError) and candidate.known:
            await self._gone(candidate, error)
        elif isinstance(failure.value, OffsiteRedirectError):
            self._lost(candidate, error, of_error(failure.value))
            await self.newsroom.refuse(candidate, error)
        elif error.startswith(FORBIDDEN):
            self.report.skip("robots")
            await self.newsroom.refuse(candidate, error)
        elif isinstance(failure.value, HostResting | RobotsUnavailableError):
            # Nothing is wrong with this address: what is, has been told of the host.
            self.report.skip("postponed")
            await self.newsroom.postpone(candidate, error)
        else:
            self._lost(candidate, error, of_error(failure.value))
            await self.newsroom.put_off(candidate, error)

    def _following(self, last: Page, page: Page, candidate: Candidate) -> Request | None:
        url = next_page(last, self.source) if len(page.parts) < MAX_PARTS - 1 else None
        if url is None:
            return None
        return by_host(
            Request(
                url,
                callback=self.read_part,
                errback=self.part_failed,
                cb_kwargs={"candidate": candidate, "page": page},
            )
        )

    async def _take(self, candidate: Candidate, page: Page) -> None:
        try:
            taken = await self.newsroom.take(candidate, page)
            if taken.outcome == "gone":
                self.report.skip("gone")
            else:
                self.report.read(taken, has_selector=bool(self.source.extract.body))
        except CrawlerError as error:
            self.report.outcome("no_article")
            self.report.sign(empty=True, unfetched=False)
            self.report.error(candidate.url, str(error), NO_ARTICLE)
            # It may have been a maintenance page: looked at again a few times before given up.
            await self.newsroom.put_off(candidate, str(error))

    async def _not_fetched(self, candidate: Candidate, response: Response, error: str) -> None:
        if candidate.known and response.status in MISSING:
            await self._gone(candidate, error, for_good=response.status in GONE)
            return
        self._lost(candidate, error, of_status(response.status))
        put_aside: Callable[[Candidate, str], Any] = self.newsroom.put_off
        if wished_wait(response) is not None:
            put_aside = self.newsroom.postpone
        elif response.status in (MISSING if self.past else GONE):
            put_aside = self.newsroom.refuse
        await put_aside(candidate, error)

    async def _gone(self, candidate: Candidate, reason: str, *, for_good: bool = False) -> None:
        self.report.skip("gone")
        await self.newsroom.gone(candidate, reason, for_good=for_good)

    def _lost(self, candidate: Candidate, error: str, trouble: Trouble) -> None:
        self.report.skip("failed")
        self.report.sign(unfetched=True)
        self.report.error(candidate.url, error, trouble)


def _page(response: Response) -> Page:
    said = validators(response)
    return Page(
        url=response.url,
        body=response.body,
        fetched_at=datetime.now(UTC),
        content_type=header(response, "Content-Type"),
        etag=said.etag,
        last_modified=said.last_modified,
    )
