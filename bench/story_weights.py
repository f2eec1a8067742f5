"""Makes what `analysis.stories` has learned: shares of common words, weights of the parts.

DIEMBAO_REAL=… python bench/story_weights.py words    writes analysis/data/rarity.toml
DIEMBAO_REAL=… python bench/story_weights.py weights  prints the weights, from half of the clusters
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from analysis import entities, rarity, story_facts
from analysis.reading import Reading, read_article
from analysis.stories import MOST_FIGURES, WITHIN, likeness, weighed
from analysis.story_facts import Said
from analysis.vocabulary import vocabulary
from bench.clusters import Piece, clustered, digest, feed_items, halves, lines

PAIRS = Path(__file__).with_name("story_pairs.json")
TIMES = 2

STEPS = (
    0.02,
    0.026,
    0.034,
    0.044,
    0.057,
    0.075,
    0.1,
    0.13,
    0.17,
    0.22,
    0.29,
    0.37,
    0.48,
    0.63,
    0.8,
)
# In 119 short texts fewer than five prove nothing.
LEAST_COUNT = 5
RIDGE = 1e-2


def general() -> Iterator[Reading]:
    for line in lines("articles_2016.jsonl.gz"):
        yield read_article(line["title"], "", line["content"], None, vocabulary())


def topical() -> Iterator[Reading]:
    for line in lines("relevance_dev.jsonl.gz"):
        if line["relevance"] == "relevant":
            yield read_article(line["title"], line["text"] or "", "", None, vocabulary())


def shares(readings: Iterable[Reading]) -> tuple[dict[str, float], dict[str, float]]:
    """Count in how many of the texts a word, a pair, a name occurs."""
    words: Counter[str] = Counter()
    names: Counter[str] = Counter()
    count = 0
    for reading in readings:
        count += 1
        said = Said()
        for each in reading.fields:
            said.add(each.words)
        words.update(word for word, _ in said.at_least(1))
        names.update(story_facts.named(reading, entities.find(reading))[0].keys())
    return tuple(
        {word: n / count for word, n in found.items() if n >= LEAST_COUNT and "|" not in word}
        for found in (words, names)
    )  # type: ignore[return-value]


def write_shares() -> None:
    both = shares(general()), shares(topical())
    out = ["# How common words and names are: the share of articles that have them, rounded down.",
           "# Made by bench/story_weights.py: figures, no text."]  # fmt: skip
    for place, kind in enumerate(("words", "names")):
        steps: defaultdict[float, list[str]] = defaultdict(list)
        for word in both[0][place].keys() | both[1][place].keys():
            share = max(counted[place].get(word, 0.0) for counted in both)
            if word and share >= rarity.LEAST_SHARE:
                steps[max(step for step in STEPS if step <= share)].append(word)
        for step in sorted(steps, reverse=True):
            out += [
                "",
                f"[[{kind}]]",
                f"share = {step}",
                f'of = "{" | ".join(sorted(steps[step]))}"',
            ]
    rarity.FILE.write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{rarity.FILE.name}: {rarity.FILE.stat().st_size} bytes")


def examples(pieces: list[Piece], *, across: bool) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    rows, same = [], []
    for place, one in enumerate(pieces):
        for other in pieces[:place]:
            if one.time - other.time <= WITHIN:
                rows.append(parts(one, other, across=across))
                same.append(one.cluster == other.cluster)
    return np.array(rows), np.array(same, float)


def read_pairs(*, across: bool) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Give pairs of feed items that a person judged: short texts, and hard ones on our theme."""
    judged = json.loads(PAIRS.read_text(encoding="utf-8"))
    wanted = {name for kind in judged.values() for pair in kind for name in pair}
    items = {digest(piece.id): piece for piece in feed_items() if digest(piece.id) in wanted}
    rows, same = [], []
    for kind in ("same", "other"):
        for one, other in judged[kind]:
            rows.append(parts(items[one], items[other], across=across))
            same.append(kind == "same")
    return np.array(rows), np.array(same, float)


def parts(one: Piece, other: Piece, *, across: bool) -> list[float]:
    found = likeness(weighed(one.facts), weighed(other.facts), one.time - other.time)
    figures = set(one.facts.figures) & set(other.facts.figures)
    part = [found.names, min(len(figures), MOST_FIGURES) / MOST_FIGURES]
    part += [found.strangers, found.hours / 24]
    return part if across else [found.title, found.words, *part]


def fitted(rows: np.ndarray, same: np.ndarray) -> list[float]:  # type: ignore[type-arg]
    """Fit a logistic regression (Newton's steps, a light ridge)."""
    given = np.c_[rows, np.ones(len(rows))]
    weights = np.zeros(given.shape[1])
    for _ in range(60):
        said = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (said - same) + RIDGE * weights
        bend = (given * (said * (1 - said))[:, None]).T @ given + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return [round(float(weight), 2) for weight in weights]


def main() -> None:
    if sys.argv[1:] == ["words"]:
        write_shares()
        return
    build, _ = halves(clustered())
    for across in (False, True):
        rows, same = examples(build, across=across)
        more, judged = read_pairs(across=across)
        given = np.r_[rows, *[more] * TIMES], np.r_[same, *[judged] * TIMES]
        print("across languages:" if across else "title, words,", end=" ")
        print("names, figures, strangers, days, base:", fitted(*given))


if __name__ == "__main__":
    main()
