"""The floor that crawls are measured against: Scrapy as it comes, in a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from trafilatura import bare_extraction

SETTINGS = {
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "CONCURRENT_REQUESTS": 48,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 48,
    "LOG_ENABLED": False,
}


class Downloader(Spider):
    """Downloads pages and forgets them, with or without reading them by trafilatura."""

    name = "downloader"

    def __init__(self, *, urls: list[str], extract: bool, **more: Any) -> None:
        super().__init__(**more)
        self.urls, self.extract, self.got = urls, extract, 0
        self.started = time.perf_counter()

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every page."""
        self.started = time.perf_counter()
        for url in self.urls:
            yield Request(url, callback=self.take)

    def take(self, response: Response) -> None:
        """Count a page."""
        if self.extract:
            bare_extraction(response.text, with_metadata=True, include_comments=False)
        self.got += response.status == 200

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's signature
        """Say how many pages a second there were."""
        print(self.got / (time.perf_counter() - self.started))


def pages_a_second(urls: list[str], *, extract: bool) -> float:
    """Run the floor over some addresses."""
    done = subprocess.run(
        [sys.executable, __file__, json.dumps(extract)],
        input=json.dumps(urls), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return float(done.stdout)


if __name__ == "__main__":
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl(Downloader, urls=json.load(sys.stdin), extract=json.loads(sys.argv[1]))
    process.start()
