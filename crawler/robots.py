"""robots.txt: asked once a host, waited for by every request, obeyed by all of them."""

import asyncio
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawler.middlewares import OffsiteRedirectError
from crawler.newsroom import HostNote
from crawler.reasons import WordedError, words

MAX_BYTES = 512 * 1024  # RFC 9309 asks for 500 KiB at least


class RobotsUnavailableError(WordedError):
    """robots.txt could not be read: what it allows is not known, so nothing is asked for now."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with another way of waiting.

    Without a reactor Scrapy's own lets all but the first of several waiting requests through: the
    first to await its Deferred takes the rules away from the others.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, asyncio.Task[RobotParser]] = {}

    async def robot_parser(self, request: Request) -> RobotParser:
        """Give the rules of a request's host; raises RobotsUnavailableError."""
        host = urlparse_cached(request).netloc
        if host not in self._rules:
            self._rules[host] = asyncio.create_task(self._ask(request))
        return await asyncio.shield(self._rules[host])

    async def _ask(self, request: Request) -> RobotParser:
        body = await self._fetch(request)
        rules: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules

    async def _fetch(self, request: Request) -> bytes:
        """Give robots.txt; none, or one elsewhere, allows everything (RFC 9309, 2.3.1)."""
        url = urlparse_cached(request)
        spider: Any = self.crawler.spider
        if (known := spider.robots.get(url.netloc)) is not None:
            return str(known).encode()
        asking = Request(
            f"{url.scheme}://{url.netloc}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True, "download_slot": url.netloc},
            callback=NO_CALLBACK,
        )
        try:
            response = await self.crawler.engine.download_async(asking)
        except OffsiteRedirectError:
            return await self._kept(url.netloc, b"")
        except Exception as error:
            raise RobotsUnavailableError(f"robots.txt: {words(error)}") from error
        if response.status >= 500 or response.status == 429:
            raise RobotsUnavailableError(f"robots.txt: HTTP {response.status}")
        return await self._kept(
            url.netloc, response.body[:MAX_BYTES] if response.status == 200 else b""
        )

    async def _kept(self, host: str, body: bytes) -> bytes:
        """Let the newsroom keep the rules for the next polls."""
        spider: Any = self.crawler.spider
        text = body.decode("utf-8", errors="replace").replace("\0", "")
        await spider.newsroom.noted(HostNote(host, robots=text))
        return body
