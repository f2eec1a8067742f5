"""Running crawls: the one seam between the program and Scrapy.

`crawl_source` runs in the caller's event loop, as often as wanted. A child process for each crawl
could take its place: all that passes are values and the newsroom's calls.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.failures import Trouble
from crawler.newsroom import Newsroom
from crawler.patience import Patience
from crawler.patterns import MOST_SECONDS, ran_away
from crawler.rendering import MISSING, can_render
from crawler.reports import SourceReport
from crawler.robots_answers import RobotsAnswers
from crawler.scrapy_settings import scrapy_settings
from crawler.sources import Source
from crawler.spider import OutletSpider, Plan

STOP_SECONDS = 5.0

# Scrapy tells at length of every hitch; what matters stands in the report.
logging.getLogger("scrapy").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Manner:
    """How crawls behave: who they are, where they may connect, how many at once, how patient."""

    user_agent: str
    allow_private: bool = False
    concurrency: int = 8
    patience: Patience = field(default_factory=Patience)


@dataclass(slots=True)
class HostQueue:
    """Lets sources that share a host be crawled one after the other."""

    locks: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @asynccontextmanager
    async def turn(self, source: Source) -> AsyncIterator[None]:
        """Wait until nobody else crawls one of the source's hosts."""
        async with AsyncExitStack() as stack:
            for host in sorted(source.hosts):
                await stack.enter_async_context(self.locks[host])
            yield


async def crawl_source(
    source: Source, newsroom: Newsroom, plan: Plan, manner: Manner
) -> SourceReport:
    """Crawl one source to the end and give its account; cancelled, it stops within seconds."""
    report = SourceReport(source.id)
    if source.render and not can_render():
        report.endpoints = 1
        report.endpoint_error(source.homepage, MISSING, Trouble("hard", "no_browser"))
        return report
    started = time.monotonic()
    crawler = crawler_for(OutletSpider, source, manner)
    robots = RobotsAnswers(manner.user_agent, report.robots)
    robots.listen(crawler)
    try:
        await run_to_end(crawler, source=source, newsroom=newsroom, plan=plan, report=report)
    finally:
        if crawler.stats is not None:
            report.counts["requests"] = int(crawler.stats.get_value("downloader/request_count", 0))
            report.counts["bytes"] = int(crawler.stats.get_value("downloader/response_bytes", 0))
        report.seconds = time.monotonic() - started
    for key, pattern in (
        ("article_pattern", source.article_pattern),
        ("article_id", source.article_id),
    ):
        if pattern and ran_away(pattern):
            error = f"its {key} took over {MOST_SECONDS:g} s on an address and is not used any more"
            report.error(source.homepage, error, Trouble("hard", "pattern"))
    return report


def crawler_for(spider: type[Spider], source: Source, manner: Manner) -> Crawler:
    """Set Scrapy up for a spider that asks one source's hosts."""
    return Crawler(
        spider,
        scrapy_settings(
            source,
            user_agent=manner.user_agent,
            allow_private=manner.allow_private,
            concurrency=manner.concurrency,
            patience=manner.patience,
        ),
    )


async def run_to_end(crawler: Crawler, **arguments: Any) -> None:
    """Run a crawl with its spider's arguments; cancelled, it stops within seconds."""
    running = asyncio.ensure_future(crawler.crawl_async(**arguments))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await _stop(crawler, running)
        raise


async def _stop(crawler: Crawler, running: asyncio.Future[None]) -> None:
    """End a crawl: what is in hand gets a few seconds, then its connections are cut."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            # One that is still being opened is let open, as only then it can be closed.
            while not running.done() and not (crawler.engine and crawler.engine.running):
                await asyncio.wait([running], timeout=0.02)
            await crawler.stop_async()
    except (TimeoutError, asyncio.CancelledError):
        running.cancel()
        # At this signal, which a crawl that does not stop never sends, connections are closed.
        await crawler.signals.send_catch_log_async(signal=signals.engine_stopped)
