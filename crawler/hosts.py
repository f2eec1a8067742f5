"""What hosts ask for: the pause between requests, and to be left alone for a while."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.newsroom import HostNote, Newsroom
from crawler.reports import SourceReport
from crawler.waiting import retry_after

LONGEST_CRAWL_DELAY = 300.0
# A host that asks for no more than this is waited for; else the crawl goes on without it.
LONGEST_WAIT = timedelta(seconds=20)
MOST_WAITS = 3
# 'Too many requests' without a word on how long.
USUAL_REST = timedelta(minutes=1)


class HostResting(IgnoreRequest):
    """The host has asked to be left alone for longer than a crawl waits."""


@dataclass(slots=True)
class Waits:
    """Which hosts a crawl waits for, and which it has to leave alone and why."""

    until: dict[str, float] = field(default_factory=dict)  # time.monotonic
    resting: dict[str, str] = field(default_factory=dict)

    async def turn(self, host: str) -> None:
        """Wait until a host may be asked; raises HostResting where that is not in this crawl."""
        left = self.until.get(host, 0.0) - time.monotonic()
        if left > 0 and host not in self.resting:
            await asyncio.sleep(left)
        if host in self.resting:
            raise HostResting(self.resting[host])


class HostWaits:
    """Downloader middleware: obeys Retry-After on 429 and 503, for all requests to the host.

    What is already in the downloader's queue is asked once more by the download handler.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware of a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002 - Scrapy's signature
        """Wait with a host's requests, or let them be."""
        await waits_of(self.crawler).turn(urlparse_cached(request).netloc)

    async def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        """Ask again after a short wait; tell the newsroom of a long one."""
        wait = wished_wait(response)
        if wait is None:
            return response
        waits, host = waits_of(self.crawler), urlparse_cached(request).netloc
        waited = request.meta.get("waited", 0)
        if wait <= LONGEST_WAIT and waited < MOST_WAITS:
            waits.until[host] = time.monotonic() + wait.total_seconds()
            return request.replace(meta={**request.meta, "waited": waited + 1})
        reason = f"HTTP {response.status}: asked to wait {wait.total_seconds():.0f} s"
        waits.resting[host] = reason
        newsroom: Newsroom = getattr(self.crawler.spider, "newsroom")  # noqa: B009 - not Spider's
        await newsroom.noted(HostNote(host, rest=wait, reason=reason))
        return response


def waits_of(crawler: Crawler) -> Waits:
    """The waits of a crawl, which its spider keeps."""
    found: Waits = getattr(crawler.spider, "waits")  # noqa: B009 - Spider has no such attribute
    return found


def wished_wait(response: Response) -> timedelta | None:
    """How long a response asks us to wait before the next request, None if it does not."""
    if response.status not in (429, 503):
        return None
    now = datetime.now(UTC)
    header = response.headers.get("Retry-After") or b""
    until = retry_after(header.decode("latin-1"), now)
    if until is None:
        return USUAL_REST if response.status == 429 else None
    return max(until - now, timedelta(0))


class CrawlDelay:
    """Slow a host down to the Crawl-delay of its robots.txt where that is longer than ours.

    At the end of the crawl, tell how long each host is still to be left alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listen for parsed robots.txt files, and for the end."""
        extension = cls(crawler)
        crawler.signals.connect(extension.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(extension.note_pauses, signal=signals.spider_idle)
        return extension

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Raise the delay of the host's slot, or of the one it will get."""
        delay = robotparser.crawl_delay(self.crawler.settings["USER_AGENT"])
        if not delay or self.crawler.engine is None:
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        longer = max(
            min(delay, LONGEST_CRAWL_DELAY), self.crawler.settings.getfloat("DOWNLOAD_DELAY")
        )
        downloader.per_slot_settings[key] = {"delay": longer}
        if key in downloader.slots:
            downloader.slots[key].delay = longer

    def note_pauses(self) -> None:
        """Put what is left of each host's pause into the report."""
        report: SourceReport = getattr(self.crawler.spider, "report")  # noqa: B009 - not Spider's
        now = time.monotonic()
        for host, slot in self.crawler.engine.downloader.slots.items():
            report.pauses[host] = max(0.0, slot.lastseen + slot.delay - now)
