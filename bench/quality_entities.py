"""How well entities are found on labelled feed items, by month and by type.

The list of known entities comes from general knowledge. Of the items, the misses of three months
were read and rules drawn from them; the figures that count are those of the months not read.
"""

import argparse
import gzip
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from analysis.evaluation import evaluate

ROOT = Path(__file__).parents[1]
REAL = Path(os.environ.get("DIEMBAO_REAL") or ROOT.parent / "shared" / "real")
READ = frozenset({"2025-08", "2025-09", "2025-12"})


def by_month(file: Path) -> dict[str, list[str]]:
    """Give the lines of a file of labelled items under their month."""
    months: defaultdict[str, list[str]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            if item["relevance"] == "relevant":
                months[item["published"][:7]].append(line)
    return dict(sorted(months.items()))


def show(label: str, figures: dict[str, Any]) -> None:
    shown = (f"{key} {figures[key]:.3f}" for key in ("recall", "precision", "f1"))
    print(f"entities: {label:<14}", "  ".join(shown), f" of {figures['n']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", metavar="MONTH", help="list what differs in a month")
    wanted = parser.parse_args().misses
    months = by_month(REAL / "relevance_dev.jsonl.gz")
    for month, lines in months.items():
        said = evaluate(lines)
        show(month + (" (read)" if month in READ else ""), said["entities"])
        for miss in said["misses"] if month == wanted else ():
            if miss["what"] == "entities":
                print("   ", miss["title"], *map(miss.get, ("expected", "got")), sep="\n      ")
    for label, chosen in (("months read", READ), ("months unread", set(months) - READ)):
        show(label, evaluate(line for month in chosen for line in months[month])["entities"])
    said = evaluate(line for lines in months.values() for line in lines)["entities"]
    show("all", said)
    for kind, figures in said["by_type"].items():
        show(kind, figures)


if __name__ == "__main__":
    main()
