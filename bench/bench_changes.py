"""What telling a revision costs: 5,000 words of which some changed, against difflib on the same."""

import difflib
import random
import time
from collections.abc import Callable
from statistics import median

from analysis.changes import Wording, change
from analysis.worddiff import difference
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED

RUNS = 5
WORDS = 5_000
PARAGRAPH = 60


def text() -> list[str]:
    """The newsroom's own paragraphs, as many as make so many words."""
    articles = load_articles(SHIPPED).values()
    return " ".join(p for a in articles for p in a.wording.paragraphs).split()[:WORDS]


def laid_out(words: list[str]) -> str:
    starts = range(0, len(words), PARAGRAPH)
    return "\n\n".join(" ".join(words[start : start + PARAGRAPH]) for start in starts)


def revised(words: list[str], count: int) -> list[str]:
    chance = random.Random(count)  # noqa: S311 - which words, not whose secret
    found = [*words]
    for place in chance.sample(range(len(words)), count):
        found[place] = "khác"
    return found


def timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def once(old: str, new: str) -> tuple[float, float, float]:
    """Milliseconds of CPU for judging a change, for its word diff alone, and for difflib's."""
    before, after = Wording("Kho dữ liệu", "", old), Wording("Kho dữ liệu", "", new)

    def plain() -> object:
        return difflib.SequenceMatcher(None, old.split(), new.split(), False).get_opcodes()

    return (
        timed(lambda: change(before, after)),
        timed(lambda: difference(old, new)),
        timed(plain),
    )


def measure() -> None:
    words = text()
    for count in (1, 50, 1_000):
        new = laid_out(revised(words, count))
        runs = [once(laid_out(words), new) for _ in range(RUNS)]
        judged, told, plain = (median(times) for times in zip(*runs, strict=True))
        print(
            f"changes: {len(words)} words, {count} changed: {judged:.1f} ms, of which word diff "
            f"{told:.1f} ms; difflib {plain:.1f} ms: {judged / plain:.2f} of it"
        )


if __name__ == "__main__":
    measure()
