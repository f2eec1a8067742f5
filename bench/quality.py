"""How good relevance and topics are on real labelled items, each month judged by the others.

Reads DIEMBAO_REAL, the folder with relevance_dev.jsonl.gz (lines as `diembao evaluate` takes them,
with ``stratum`` beside). The phrases of the rules were written by reading the items up to READ; the
scale of the score is fitted anew for each month from the others, and so is the threshold.
"""

import gzip
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp, log
from pathlib import Path

from analysis.evaluation import Tally
from analysis.judge import judge
from analysis.judgement import Judgement
from analysis.labels import Labelled, read_labels
from analysis.relevance import DEFAULT_THRESHOLD
from analysis.relevance_rules import rules

READ = "2025-12"
CITY = re.compile(r"tp\.? ?hcm|hồ chí minh|sài gòn|hcmc")
PLAIN = re.compile("chuyển đổi số")
WIDE = re.compile(
    r"chuyển đổi số|công nghệ|trí tuệ nhân tạo|\bai\b|dữ liệu|trực tuyến|thông minh|số hóa|điện tử"
    r"|\bsố\b|đổi mới sáng tạo|khởi nghiệp|bán dẫn|tài chính quốc tế|camera|ứng dụng"
)


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled item with what was said of it."""

    label: Labelled
    month: str
    stratum: str
    said: Judgement

    @property
    def relevant(self) -> bool:
        return self.label.relevance == "relevant"

    @property
    def odds(self) -> float:
        """The log odds of the score."""
        score = min(max(self.said.relevance.score, 0.0005), 0.9995)
        return log(score / (1 - score))

    @property
    def words(self) -> str:
        return f"{self.label.title} {self.label.lead} {self.label.text}".lower()


def load(folder: Path) -> list[Item]:
    """Read and judge the items."""
    with gzip.open(folder / "relevance_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = list(file)
    strata = [json.loads(line).get("stratum", "") for line in lines]
    items = []
    for label, stratum in zip(read_labels(lines), strata, strict=True):
        day = label.published_at
        said = judge(label.title, label.lead, label.text, day)
        items.append(Item(label, f"{day:%Y-%m}" if day else "", stratum, said))
    return items


def fitted(items: Iterable[Item]) -> tuple[float, float]:
    """Fit slope and intercept of a logistic map of the score's log odds (Newton's method)."""
    data = [(item.odds, item.relevant) for item in items]
    slope, intercept = 1.0, 0.0
    for _ in range(25):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for x, y in data:
            p = 1 / (1 + exp(-slope * x - intercept))
            w = p * (1 - p)
            g0, g1 = g0 + (y - p), g1 + (y - p) * x
            h00, h01, h11 = h00 + w, h01 + w * x, h11 + w * x * x
        least = h00 * h11 - h01 * h01
        intercept += (h11 * g0 - h01 * g1) / least
        slope += (h00 * g1 - h01 * g0) / least
    return slope, intercept


def best_threshold(scores: list[tuple[float, bool]]) -> float:
    """Give the threshold with the best F1."""

    def f1(threshold: float) -> float:
        right = sum(y for p, y in scores if p >= threshold)
        return 2 * right / (sum(p >= threshold for p, _ in scores) + sum(y for _, y in scores))

    return max((n / 100 for n in range(5, 100)), key=f1)


def tally(items: Iterable[Item], told: Callable[[Item], bool]) -> str:
    counts = Tally()
    for item in items:
        counts.add({True} if told(item) else set(), {True} if item.relevant else set())
    figures = counts.figures()
    return (
        f"P {figures['precision']:.2f}  R {figures['recall']:.2f}  F1 {figures['f1']:.3f}"
        f"  (n {figures['n']}, {counts.wrong} wrong, {counts.missed} missed)"
    )


def relevance(items: list[Item]) -> None:
    """Print precision, recall and F1 in all, by month and stratum, against plain searches."""
    scores: dict[str, float] = {}
    bars: dict[str, float] = {}
    for month in sorted({item.month for item in items}):
        others = [item for item in items if item.month != month]
        slope, intercept = fitted(others)
        scale = {id(item): 1 / (1 + exp(-slope * item.odds - intercept)) for item in items}
        bars[month] = best_threshold([(scale[id(item)], item.relevant) for item in others])
        scores |= {item.label.id: scale[id(item)] for item in items if item.month == month}
    by_rules = {
        f"score fitted on the other months, threshold {DEFAULT_THRESHOLD}": (
            lambda item: scores[item.label.id] >= DEFAULT_THRESHOLD
        ),
        "the same, threshold from the other months": (
            lambda item: scores[item.label.id] >= bars[item.month]
        ),
        "as shipped": lambda item: item.said.relevance.relevant,
        "search for the city and 'chuyển đổi số'": (
            lambda item: bool(CITY.search(item.words) and PLAIN.search(item.words))
        ),
        "wide boolean search": (
            lambda item: bool(CITY.search(item.words) and WIDE.search(item.words))
        ),
    }
    unread = [item for item in items if item.month > READ]
    for name, told in by_rules.items():
        print(f"relevance, {name}: {tally(items, told)}")
        print(f"  months nobody read for the rules: {tally(unread, told)}")
    told = next(iter(by_rules.values()))
    for key in ("month", "stratum"):
        groups = defaultdict(list)
        for item in items:
            groups[getattr(item, key)].append(item)
        for name in sorted(groups):
            print(f"  {name} ({len(groups[name])}): {tally(groups[name], told)}")
    calibration(items, scores)


def calibration(items: list[Item], scores: dict[str, float]) -> None:
    """Print bins of the score with the share of relevant items, and what would be shipped."""
    for low in range(0, 10, 2):
        inside = [item for item in items if low <= min(scores[item.label.id] * 10, 9.99) < low + 2]
        mean = sum(scores[item.label.id] for item in inside) / max(len(inside), 1)
        share = sum(item.relevant for item in inside) / max(len(inside), 1)
        print(f"  score {low / 10}–{low / 10 + 0.2:.1f}: {len(inside)} items, mean {mean:.2f}, "
              f"relevant {share:.2f}")  # fmt: skip
    slope, intercept = fitted(items)
    shipped = rules()
    print(f"  fitted to all: slope {shipped.slope * slope:.2f}, "
          f"intercept {shipped.intercept * slope + intercept:.2f}")  # fmt: skip


def topics(items: list[Item]) -> None:
    """Print micro and macro F1 of the topics of relevant items."""
    for name, chosen in (
        ("all months", items),
        ("months nobody read for the rules", [item for item in items if item.month > READ]),
    ):
        micro, each = Tally(), defaultdict(Tally)
        for item in chosen:
            if item.relevant and item.label.topics is not None:
                told, true = {tag.slug for tag in item.said.topics}, set(item.label.topics)
                micro.add(told, true)
                for slug in told | true:
                    each[slug].add(told & {slug}, true & {slug})
        figures = micro.figures()
        macro = sum(float(one.figures()["f1"]) for one in each.values()) / len(each)
        print(f"topics, {name}: P {figures['precision']:.2f}  R {figures['recall']:.2f}  "
              f"micro-F1 {figures['f1']:.3f}  macro-F1 {macro:.3f}")  # fmt: skip
    for slug in sorted(each):
        one = each[slug]
        print(f"  {slug}: {one.right} right, {one.wrong} wrong, {one.missed} missed")


def main() -> None:
    folder = os.environ.get("DIEMBAO_REAL")
    if not folder:
        raise SystemExit("DIEMBAO_REAL: set it to the folder with relevance_dev.jsonl.gz")
    items = load(Path(folder))
    relevance([item for item in items if item.label.relevance in ("relevant", "not")])
    topics(items)


if __name__ == "__main__":
    main()
