"""Pages a second: crawl, read, judge and store, against bare Scrapy downloading the same pages."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from desks import crawl, desk_on
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from diembao.demo.newsroom import Newsroom
from scheduler.readers import Readers

RUNS = 5
# The same mode and the same manners as the program's own crawls, without robots.txt.
SETTINGS = {
    "TWISTED_REACTOR_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "DOWNLOAD_DELAY": 0,
    "RETRY_TIMES": 0,
    "LOG_ENABLED": False,
}


class Downloader(Spider):
    """Downloads pages and forgets them."""

    name = "downloader"

    def __init__(self, *, pages: Sequence[str], **more: Any) -> None:
        super().__init__(**more)
        self.pages = pages
        self.got = 0

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every page."""
        for page in self.pages:
            yield Request(page, callback=self.take)

    def take(self, response: Response) -> None:
        """Count a page."""
        self.got += response.status == 200


def unhurried(newsroom: Newsroom) -> list[str]:
    """Give the outlets that ask for no pause between requests: waiting is not what is measured."""
    return [o.id for o in newsroom.outlets.values() if "Crawl-delay" not in o.robots]


async def bare(newsroom: Newsroom) -> float:
    """Pages a second of bare Scrapy, one crawler an outlet, side by side."""
    pages = [[item.url for item in newsroom.items(name)] for name in unhurried(newsroom)]
    crawlers = [Crawler(Downloader, SETTINGS) for _ in pages]
    started = time.perf_counter()
    await asyncio.gather(
        *(c.crawl_async(pages=some) for c, some in zip(crawlers, pages, strict=True))
    )
    taken = time.perf_counter() - started
    got = sum(getattr(crawler.spider, "got", 0) for crawler in crawlers)
    return got / taken


async def whole(newsroom: Newsroom, readers: Readers) -> float:
    """Pages a second of the program's own crawl into an empty archive."""
    with (
        tempfile.TemporaryDirectory() as folder,
        desk_on(newsroom, Path(folder), readers) as desk,
    ):
        chosen = [desk.sources[name] for name in unhurried(newsroom)]
        started = time.perf_counter()
        reports = await crawl(desk, chosen)
        taken = time.perf_counter() - started
    return sum(report.counts["fetched"] for report in reports) / taken


async def measure() -> None:
    readers = Readers()
    ours, theirs = [], []
    try:
        async with Newsroom(datetime.now(UTC)) as newsroom:
            await whole(newsroom, readers)  # starts the reading processes
            for _ in range(RUNS):
                theirs.append(await bare(newsroom))
                ours.append(await whole(newsroom, readers))
    finally:
        readers.close()
    print(f"crawl: bare Scrapy {median(theirs):.0f} pages/s (median of {RUNS})")
    print(f"crawl: crawl, judge and store {median(ours):.0f} pages/s (median of {RUNS})")
    print(f"crawl: ratio {median(ours) / median(theirs):.2f}")


if __name__ == "__main__":
    asyncio.run(measure())
