"""What extractors get right of pages whose reading is known, and how long they take.

Peers that are no dependency of ours are asked in the interpreter DIEMBAO_PEERS names, this one
if it is not set; what is not installed there is named.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import fmean, median
from typing import Any

from extraction_pages import Known, real_pages, sample_pages
from trafilatura import bare_extraction

from crawler.bylines import folded
from crawler.charsets import decode
from crawler.dates import VIETNAM
from crawler.extraction import extract
from crawler.lines import one_line
from crawler.sources import Source

RUNS = 9
COLUMNS = ("body F1", "title", "day", "minute", "authors", "CPU ms/page", "÷ trafilatura")

Reading = dict[str, Any]


def by_cascade(known: Known, source: Source | None) -> Reading:
    document = extract(known.page, source)
    told = document.published_at
    return {
        "title": document.title,
        "text": document.text,
        "authors": list(document.authors),
        "published_at": told.isoformat() if told else "",
    }


def by_trafilatura(known: Known) -> Reading:
    html = decode(known.page.body, known.page.content_type)
    found: Any = bare_extraction(
        html, url=known.page.url, with_metadata=True, include_comments=False
    )
    return {
        "title": (found and found.title) or "",
        "text": (found and found.text) or "",
        "authors": [name for name in re.split(r"\s*;\s*", (found and found.author) or "") if name],
        "published_at": (found and found.date) or "",
    }


OURS: dict[str, Callable[[Known], Reading]] = {
    "cascade": lambda known: by_cascade(known, known.source),
    "cascade, no selectors": lambda known: by_cascade(known, None),
    "trafilatura": by_trafilatura,
}


def measured(pages: Sequence[Known]) -> dict[str, list[Reading]]:
    """All pages by one of our own extractors after the other, in rounds: noise meets all alike."""
    taken = {name: [list[float]() for _ in pages] for name in OURS}
    results: dict[str, list[Reading]] = {}
    for _ in range(RUNS):
        for name, read in OURS.items():
            results[name] = []
            for known, seconds in zip(pages, taken[name], strict=True):
                started = time.process_time()
                results[name].append(read(known))
                seconds.append(time.process_time() - started)
    return {
        name: [r | {"seconds": median(s)} for r, s in zip(readings, taken[name], strict=True)]
        for name, readings in results.items()
    }


def of_peers(pages: Sequence[Known]) -> dict[str, Any]:
    told = [{"url": k.page.url, "html": decode(k.page.body, k.page.content_type)} for k in pages]
    done = subprocess.run(
        [os.environ.get("DIEMBAO_PEERS") or sys.executable, Path(__file__).with_name("peers.py")],
        input=json.dumps({"runs": 3, "pages": told}),
        capture_output=True,
        check=True,
        text=True,
    )
    results: dict[str, Any] = json.loads(done.stdout)
    return results


def f1(found: str, expected: str) -> float:
    # Invisible characters in the middle of a word are nobody's merit or fault.
    words = [re.findall(r"\w+", one_line(text).casefold()) for text in (found, expected)]
    mine, theirs = map(Counter, words)
    return 2 * (mine & theirs).total() / max(1, mine.total() + theirs.total())


def row(pages: Sequence[Known], readings: Sequence[Reading]) -> list[float]:
    """Mean body F1, shares of titles, days, minutes and author lists that are right, seconds."""
    pairs = list(zip(pages, readings, strict=True))
    dated = [(known, reading) for known, reading in pairs if known.published_at]
    signed = [(known, reading) for known, reading in pairs if known.authors]
    body = [max(f1(r["text"], k.body), f1(r["text"], f"{k.lead}\n{k.body}")) for k, r in pairs]
    return [
        fmean(body),
        share([folded(r["title"]) == folded(k.title) for k, r in pairs]),
        share([moment(k)[:10] == local(r["published_at"])[:10] for k, r in dated]),
        share([moment(k)[:16] == local(r["published_at"])[:16] for k, r in dated]),
        share([set(map(folded, r["authors"])) == set(map(folded, k.authors)) for k, r in signed]),
        fmean([r["seconds"] for _, r in pairs]),
    ]


def share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else float("nan")


def moment(known: Known) -> str:
    return local(known.published_at.isoformat()) if known.published_at else ""


def local(text: str) -> str:
    """A time as Vietnam's clocks show it, to the minute; a mere day as it is."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if len(text) <= 10:
        return text
    return (told.astimezone(VIETNAM) if told.tzinfo else told).isoformat()[:16]


def main() -> None:
    pages = real_pages()
    if not pages:
        print("extraction: no real pages here (DIEMBAO_REAL names their folder); the newsroom's")
        pages = sample_pages()
    results: dict[str, Any] = measured(pages) | of_peers(pages)
    print(f"extraction: {len(pages)} pages, CPU times are medians of {RUNS} (of 3 for peers)")
    print("| extractor | " + " | ".join(COLUMNS) + " |")
    print("| --- |" + " ---: |" * len(COLUMNS))
    general = row(pages, results["trafilatura"])[-1]
    for name, readings in results.items():
        if isinstance(readings, str):
            print(f"| {name} | not installed: {readings} |")
            continue
        *shares, seconds = row(pages, readings)
        cells = [f"{value:.4f}" for value in shares]
        cells += [f"{seconds * 1000:.1f}", f"{seconds / general:.2f} (1/{general / seconds:.1f})"]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
