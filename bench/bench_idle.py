"""What a poll costs when nothing is new: requests, share of 304, bytes against the first poll."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from desks import crawl, desk_on

from crawler.reports import totals
from diembao.demo.newsroom import Newsroom
from scheduler.readers import Readers

RUNS = 3


async def two_polls(readers: Readers) -> tuple[dict[str, Any], dict[str, Any]]:
    """The totals of a first and a second poll of an unchanged newsroom."""
    async with Newsroom(datetime.now(UTC)) as newsroom:
        with (
            tempfile.TemporaryDirectory() as folder,
            desk_on(newsroom, Path(folder), readers) as desk,
        ):
            return totals(await crawl(desk, desk.sources.values())), totals(
                await crawl(desk, desk.sources.values())
            )


async def measure() -> None:
    readers = Readers()
    try:
        runs = [await two_polls(readers) for _ in range(RUNS)]
    finally:
        readers.close()
    requests = [(first["requests"], second["requests"]) for first, second in runs]
    # robots.txt is asked anew at each poll and is not a question for news.
    shares = [s["not_modified"] / (s["requests"] - s["sources"]) for _, s in runs]
    bytes_ = [second["bytes"] / first["bytes"] for first, second in runs]
    before, after = (median(counts) for counts in zip(*requests, strict=True))
    print(f"idle: {after:.0f} requests, {before:.0f} at first (median of {RUNS})")
    print(f"idle: 304 share {median(shares):.0%} of requests other than robots.txt")
    print(f"idle: bytes {median(bytes_):.1%} of the first poll's")


if __name__ == "__main__":
    asyncio.run(measure())
