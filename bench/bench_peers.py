"""Pages a second beside other programs that read the press, on the same pages of one local server.

    DIEMBAO_PEERS=…/bin/python python bench/bench_peers.py

The interpreter named must have fundus and news-please (fundus 0.5.7 wants curl_cffi below 0.14).
Ours crawls, reads, judges and stores; theirs crawl and read. Where outlets have selectors Fundus
has the same ones; where they have none news-please is used as a library.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import press
from bench_crawl import ours

from scheduler.readers import Readers

RUNS, OUTLETS = 3, 6
SCRIPT = Path(__file__).with_name("peer_crawls.py")


def theirs(peer: str, outlets: list[press.Outlet]) -> float:
    """Pages a second of another program, in a process of its own."""
    told = [
        {
            "name": each.name,
            "base": each.base,
            "urls": each.urls,
            "rules": press.LAYOUTS[each.layout],
        }
        for each in outlets
    ]
    done = subprocess.run(
        [os.environ["DIEMBAO_PEERS"], str(SCRIPT), peer],
        input=json.dumps({"outlets": told}), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"peers: {peer} failed: {done.stderr.strip()[-400:]}")
    result = json.loads(done.stdout)
    wanted = sum(outlet.pages for outlet in outlets)
    if result["read"] != wanted:
        print(f"peers: {peer} read {result['read']} of {wanted} pages")
    return float(result["read"] / result["seconds"])


async def compared(peer: str, pages: int, *, known: bool) -> None:
    """Measure both in turn."""
    readers = Readers()
    us: list[float] = []
    them: list[float] = []
    try:
        with press.served(OUTLETS, pages, unknown=not known) as outlets:
            await ours(outlets, readers, selectors=known)  # starts the reading processes
            for _ in range(RUNS):
                them.append(theirs(peer, outlets))
                us.append(await ours(outlets, readers, selectors=known))
    finally:
        readers.close()
    where = "outlets with selectors" if known else "outlets without"
    print(f"peers, {where}: {peer} {median(them):.1f} pages/s (median of {RUNS})")
    print(f"peers, {where}: crawl, judge and store {median(us):.1f} pages/s (median of {RUNS})")
    print(f"peers, {where}: ratio {median(us) / median(them):.2f}")


async def measure() -> None:
    if not os.environ.get("DIEMBAO_PEERS"):
        print("peers: DIEMBAO_PEERS names no interpreter with fundus and news-please: not measured")
        return
    await compared("fundus", 60, known=True)
    await compared("news-please", 15, known=False)


if __name__ == "__main__":
    sys.exit(asyncio.run(measure()))
