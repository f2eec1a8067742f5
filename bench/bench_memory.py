"""Memory of the main process while many articles go through it; the number may be given."""

import asyncio
import sys
import tempfile
from pathlib import Path

import press
from desks import crawl, desk_of, know

from scheduler.readers import Readers

ARTICLES, OUTLETS = 50_000, 5


def resident() -> float:
    """Megabytes that this process holds now."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this machine does not say how much memory a process holds")


async def measure(articles: int) -> None:
    readers, held = Readers(), []
    rounds = max(4, articles // 2_500)
    each = articles // rounds // OUTLETS
    print(f"memory: 0 articles, {resident():.0f} MB", flush=True)
    with (
        tempfile.TemporaryDirectory() as name,
        desk_of({}, folder := Path(name), readers) as desk,
    ):
        for number in range(rounds):
            with press.served(OUTLETS, each, first=number * each) as outlets:
                texts = {outlet.name: outlet.source_file(selectors=True) for outlet in outlets}
                know(desk, texts, folder)
                await crawl(desk, desk.sources.values(), full=True)
            held.append(resident())
            print(
                f"memory: {(number + 1) * each * OUTLETS} articles, {held[-1]:.0f} MB", flush=True
            )
    readers.close()
    half = held[len(held) // 2 :]
    print(f"memory: at most {max(held):.0f} MB")
    print(f"memory: second half grows by {half[-1] - half[0]:+.1f} MB")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES))
