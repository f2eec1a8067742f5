"""What a poll of 40 feeds costs when nothing is new, against asking without conditions."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import press
from desks import crawl, desk_of

from crawler.reports import totals
from scheduler.readers import Readers

OUTLETS, RUNS = 40, 5


async def polls(
    outlets: list[press.Outlet], readers: Readers
) -> list[tuple[dict[str, Any], float]]:
    """The totals and CPU seconds of polls: one of all articles, one whole, then idle ones."""
    texts = {outlet.name: outlet.source_file(selectors=True) for outlet in outlets}
    found = []
    with (
        tempfile.TemporaryDirectory() as folder,
        desk_of(texts, Path(folder), readers) as desk,
    ):
        for number in range(2 + RUNS):
            started = time.process_time()
            reports = await crawl(desk, desk.sources.values(), full=number == 1)
            found.append((totals(reports), time.process_time() - started))
    return found


async def measure() -> None:
    readers = Readers()
    try:
        with press.served(OUTLETS, 2) as outlets:
            _first, (whole, _), *idle = await polls(outlets, readers)
    finally:
        readers.close()
    for name in ("requests", "not_modified"):
        print(f"idle: {name} {median(total[name] for total, _ in idle):.0f} of {OUTLETS} feeds")
    share = median(total["bytes"] for total, _ in idle) / whole["bytes"]
    print(f"idle: bytes {share:.1%} of those of asking without conditions")
    print(f"idle: CPU {median(cpu for _, cpu in idle):.2f} s in all (median of {RUNS})")


if __name__ == "__main__":
    asyncio.run(measure())
