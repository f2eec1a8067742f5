"""A first look at an outlet of which only the homepage is known, with a crawl's manners.

A few requests, one after the other, each answer deciding the next question: robots.txt, homepage,
feeds (announced ones, else the usual places), a sitemap, up to three articles. Only the homepage's
own host is asked, with and without ``www.``.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http.request import NO_CALLBACK

from crawler.answers import by_host
from crawler.crawl import Manner, crawler_for, run_to_end
from crawler.documents import Page
from crawler.errors import CrawlerError, FeedError
from crawler.feed_places import (
    announced_feeds,
    feed_indexes,
    linked_feeds,
    usual_feeds,
    usual_sitemaps,
)
from crawler.feeds import read_feed
from crawler.hosts import Waits
from crawler.newsroom import HostNote
from crawler.proposing import (
    Findings,
    article_shape,
    homepage_links,
    outlet_at,
    own_entries,
    sample_addresses,
    scope_of,
)
from crawler.reasons import words
from crawler.reports import SourceReport
from crawler.robots_answers import RobotsAnswers
from crawler.sitemaps import read_sitemap
from crawler.sources import Politeness, Source, with_twin

MOST_REQUESTS = 30
MOST_SECONDS = 300.0
MOST_FEEDS = 3
MOST_INDEXES = 2
MOST_SITEMAPS = 3

Sort = Literal["homepage", "feed", "index", "sitemap", "article"]


@dataclass(frozen=True, slots=True)
class Step:
    """One question and what came of it: items, links or addresses found, or an error."""

    sort: Sort
    url: str
    found: int = 0
    error: str = ""


@dataclass(slots=True)
class Trail:
    """The questions asked so far; ``heard`` is told each as soon as it is answered."""

    heard: Callable[[Step], None]
    asked: set[str] = field(default_factory=set)
    robots: RobotsAnswers = field(default_factory=lambda: RobotsAnswers(""))
    until: float = field(default_factory=lambda: time.monotonic() + MOST_SECONDS)

    def ends(self) -> bool:
        """Whether enough has been asked."""
        return len(self.asked) >= MOST_REQUESTS or time.monotonic() > self.until


async def scout(
    homepage: str,
    manner: Manner,
    heard: Callable[[Step], None],
    politeness: Politeness | None = None,
) -> tuple[Findings, Source]:
    """Look at the outlet of a homepage; gives what was found and the source as far as known.

    Raises CrawlerError if the homepage cannot be had.
    """
    source = outlet_at(homepage, politeness)
    crawler = crawler_for(ScoutSpider, source, manner)
    trail = Trail(heard, robots=RobotsAnswers(manner.user_agent))
    trail.robots.listen(crawler)
    result: asyncio.Future[tuple[Findings, Source]] = asyncio.get_running_loop().create_future()
    await run_to_end(crawler, source=source, trail=trail, result=result)
    if not result.done():
        raise CrawlerError(f"{homepage}: the look at it ended early")
    return result.result()


class ScoutSpider(Spider):
    """Asks what `scout` tells, and puts what it found into ``result``."""

    name = "scout"

    def __init__(
        self, *, source: Source, trail: Trail, result: asyncio.Future[tuple[Findings, Source]]
    ) -> None:
        super().__init__()
        self.source = source
        self.trail = trail
        self.result = result
        # What the crawl's manners ask of a spider: here everything is new, and nobody keeps it.
        self.robots: dict[str, str] = {}
        self.waits = Waits()
        self.report = SourceReport(source.id)
        self.newsroom = self

    async def noted(self, note: HostNote) -> None:
        """Keep nothing of a host."""

    async def start(self) -> AsyncIterator[Any]:
        """Look around; nothing goes through Scrapy's queue, as each answer decides the next."""
        try:
            self.result.set_result((await self._look(), self.source))
        except Exception as error:  # Scrapy would only log it: it is the caller's to know
            self.result.set_exception(error)
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def _look(self) -> Findings:
        page = await self._ask(self.source.homepage)
        if isinstance(page, str):
            self._tell("homepage", self.source.homepage, error=page)
            raise CrawlerError(f"{self.source.homepage}: {page}")
        self.source = replace(self.source, homepage=page.url, hosts=with_twin(page.url, ()))
        findings = Findings(page, crawl_delay=self._crawl_delay())
        links = await asyncio.to_thread(homepage_links, findings, self.source)
        findings.scope = scope_of(links, self.source)
        self._tell("homepage", page.url, len(links))
        if not links:
            findings.missed.append("links on the homepage; is it drawn by JavaScript?")
        await self._feeds(findings)
        await self._sitemaps(findings)
        await self._articles(findings)
        return findings

    async def _feeds(self, findings: Findings) -> None:
        home = findings.homepage
        announced = self._own(await asyncio.to_thread(announced_feeds, home))
        for url in announced[:MOST_FEEDS]:
            await self._feed(url, findings, may_be_index=False)
        indexes = self._own(await asyncio.to_thread(feed_indexes, home))[:MOST_INDEXES]
        for url in self._own([*indexes, *usual_feeds(home.url)]):
            if findings.feeds:
                return
            await self._feed(url, findings, may_be_index=True)
        if not findings.feeds:
            findings.missed.append("a feed, neither announced nor in the usual places")

    async def _feed(self, url: str, findings: Findings, *, may_be_index: bool) -> None:
        """Take a feed down; from a page about feeds, go on to those it names."""
        page = await self._ask(url)
        if isinstance(page, str):
            self._tell("feed", url, error=page)
            return
        named = await asyncio.to_thread(linked_feeds, page) if may_be_index else []
        try:
            feed = await asyncio.to_thread(
                read_feed, page.body, page.url, page.content_type, page.fetched_at
            )
        except FeedError as error:
            if not named:
                self._tell("feed", url, error=str(error).removeprefix(f"{page.url}: "))
                return
            self._tell("index", url, len(named))
            for link in self._own(named)[:MOST_FEEDS]:
                await self._feed(link, findings, may_be_index=False)
            return
        if not own_entries(feed.entries, self.source, findings.scope):
            self._tell("feed", url, error="a feed without items of the outlet's own")
            return
        self._tell("feed", url, len(feed.entries))
        findings.feeds[page.url] = feed.entries

    async def _sitemaps(self, findings: Findings) -> None:
        named = [link for answer in self.trail.robots.found for link in answer.sitemaps]
        places = self._own(named) or usual_sitemaps(findings.homepage.url)
        for url in places[:MOST_SITEMAPS]:
            page = await self._ask(url)
            if isinstance(page, str):
                self._tell("sitemap", url, error=page)
                continue
            try:
                sitemap = await asyncio.to_thread(
                    read_sitemap, page.body, page.url, page.content_type, page.fetched_at
                )
            except FeedError as error:
                self._tell("sitemap", url, error=str(error).removeprefix(f"{page.url}: "))
                continue
            count = len(sitemap.entries) + len(sitemap.children)
            self._tell("sitemap", url, count)
            if count:
                findings.sitemaps[page.url] = sitemap
                return
        findings.missed.append("a sitemap, neither in robots.txt nor in the usual places")

    async def _articles(self, findings: Findings) -> None:
        shape, _ = await asyncio.to_thread(article_shape, findings, self.source)
        if shape is None:
            return
        for url in sample_addresses(findings, self.source, shape):
            page = await self._ask(url)
            if isinstance(page, str):
                self._tell("article", url, error=page)
            else:
                self._tell("article", url, len(page.body))
                findings.samples.append(page)

    def _own(self, links: Iterable[str]) -> list[str]:
        """Those of the links that lead to the outlet: nobody else is asked, nothing asked twice."""
        found = (link for link in links if link not in self.trail.asked)
        return list(dict.fromkeys(link for link in found if _host(link) in self.source.hosts))

    def _crawl_delay(self) -> float | None:
        return next((a.crawl_delay for a in self.trail.robots.found if a.crawl_delay), None)

    def _tell(self, sort: Sort, url: str, found: int = 0, error: str = "") -> None:
        self.trail.heard(Step(sort, url, found, error))

    async def _ask(self, url: str) -> Page | str:
        """The page at an address, or in words why there is none."""
        if self.trail.ends():
            return "not asked: enough was asked already"
        self.trail.asked.add(url)
        request = by_host(Request(url, callback=NO_CALLBACK))
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # one request of several: whatever it is, the look goes on
            return words(error)
        if response.status != 200:
            return f"HTTP {response.status}"
        raw: bytes | None = response.headers.get("Content-Type")
        content_type = raw.decode("latin-1") if raw else ""
        return Page(response.url, response.body, datetime.now(UTC), content_type)


def _host(link: str) -> str:
    try:
        return urlsplit(link).netloc.lower()
    except ValueError:  # robots.txt may name anything
        return ""
