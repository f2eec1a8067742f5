"""Pages a second: crawl, read, judge and store, against bare Scrapy downloading the same pages."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import press
from desks import crawl, desk_of
from scrapy_floor import pages_a_second

from scheduler.readers import Readers

RUNS, OUTLETS = 3, 6


async def ours(outlets: list[press.Outlet], readers: Readers, *, selectors: bool) -> float:
    """Pages a second of the program's own crawl into an empty archive."""
    texts = {outlet.name: outlet.source_file(selectors=selectors) for outlet in outlets}
    with (
        tempfile.TemporaryDirectory() as folder,
        desk_of(texts, Path(folder), readers) as desk,
    ):
        started = time.perf_counter()
        reports = await crawl(desk, desk.sources.values())
        taken = time.perf_counter() - started
    fetched = sum(report.counts["fetched"] for report in reports)
    if fetched != sum(outlet.pages for outlet in outlets):
        raise SystemExit(f"pages were lost: {[report.as_json() for report in reports]}")
    return fetched / taken


async def compared(what: str, pages: int, *, known: bool) -> None:
    """Measure both sides in turn: bare Scrapy, with trafilatura where outlets have no rules."""
    readers = Readers()
    us: list[float] = []
    floor: list[float] = []
    try:
        with press.served(OUTLETS, pages, unknown=not known) as outlets:
            urls = [url for outlet in outlets for url in outlet.urls]
            await ours(outlets, readers, selectors=known)  # starts the reading processes
            for _ in range(RUNS):
                floor.append(pages_a_second(urls, extract=not known))
                us.append(await ours(outlets, readers, selectors=known))
    finally:
        readers.close()
    against = "bare Scrapy" if known else "bare Scrapy with trafilatura in it"
    print(f"crawl, {what}: {against} {median(floor):.1f} pages/s (median of {RUNS})")
    print(f"crawl, {what}: crawl, judge and store {median(us):.1f} pages/s (median of {RUNS})")
    print(f"crawl, {what}: ratio {median(us) / median(floor):.2f}")


async def measure() -> None:
    await compared("outlets with selectors", 100, known=True)
    await compared("outlets without", 20, known=False)


if __name__ == "__main__":
    sys.exit(asyncio.run(measure()))
