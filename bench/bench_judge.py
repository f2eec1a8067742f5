"""How long judging an article of some 700 syllables takes, part by part, against trafilatura.

CPU time in one run, over differing articles, on pages of the size and make of Vietnamese news
pages; on saved pages of real outlets too, where they are at hand.
"""

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from statistics import fmean, median
from typing import TypeVar

from extraction_pages import real_pages
from press import LAYOUTS, NOW, chance_of, page, wording
from trafilatura import bare_extraction

from analysis import entities, relevance, topics
from analysis.fingerprints import fingerprint_of
from analysis.judge import judge
from analysis.language import language
from analysis.reading import read_article
from analysis.searching import folded_words
from analysis.story_facts import story_facts
from analysis.text import fold, normalise_mapped, syllables
from analysis.trimming import article_lines
from analysis.vocabulary import vocabulary
from crawler.charsets import decode
from crawler.extraction import extract

PAGES = 40
ROUNDS = 5
# A part is told as its share of the whole judgement, whatever the machine does meanwhile.
PARTS = (
    "normal form", "fold", "trim", "phrases", "words", "fingerprint", "language", "relevance",
    "topics", "entities", "story facts", "search words",
)  # fmt: skip
START = """
import time
from analysis.judge import judge
imported = time.process_time()
judge("Một bài", "", "Thành phố chuyển đổi số.")
print(imported, time.process_time() - imported)
"""
Times = defaultdict[str, list[float]]
T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """A page, and title, lead and text of the article in it."""

    html: str
    article: tuple[str, str, str]

    @property
    def syllables(self) -> int:
        return len(self.article[-1].split())


def invented() -> list[Case]:
    cases = []
    for number in range(PAGES):
        title, lead, paragraphs = wording(chance_of(0, number))
        html = page(0, number, list(LAYOUTS)[number % len(LAYOUTS)])
        cases.append(Case(html, (title, lead, "\n\n".join(paragraphs))))
    return cases


def real() -> list[Case]:
    cases = []
    for known in real_pages():
        found = extract(known.page, known.source)
        html = decode(known.page.body, known.page.content_type)
        cases.append(Case(html, (found.title, found.lead, found.text)))
    return cases


def timed(times: Times, name: str, work: Callable[..., T], *given: object) -> T:
    started = time.process_time()
    done = work(*given)
    times[name].append(time.process_time() - started)
    return done


def measured(cases: Iterable[Case]) -> Times:
    times: Times = defaultdict(list)
    for case in cases:
        timed(times, "trafilatura", partial(bare_extraction, case.html, with_metadata=True))
        judgement = timed(times, "judge", judge, *case.article, NOW)
        packed = timed(times, "pickle", pickle.dumps, judgement, pickle.HIGHEST_PROTOCOL)
        timed(times, "unpickle", pickle.loads, packed)
        _parts(times, case.article)
    return times


def _parts(times: Times, given: tuple[str, str, str]) -> None:
    """Do what a judgement does, piece by piece."""
    reading = read_article(*given, NOW, vocabulary())
    body = reading.fields[-1]
    normal = [timed(times, "normal form", normalise_mapped, text)[0] for text in given]
    folded = [timed(times, "fold", fold, text) for text in normal]
    timed(times, "trim", article_lines, normal[-1], folded[-1])
    for field in reading.fields:
        timed(times, "phrases", vocabulary().scan, field.text, field.folded)
    timed(times, "words", syllables, body.folded)
    timed(times, "fingerprint", fingerprint_of, body.words, body.words)
    timed(times, "language", language, "\n".join(folded))
    timed(times, "relevance", relevance.assess, reading)
    timed(times, "topics", topics.assign, reading)
    named = timed(times, "entities", entities.find, reading)
    timed(times, "story facts", story_facts, reading, named, "vi")
    for text in folded:
        timed(times, "search words", folded_words, text)


def told(name: str, cases: list[Case]) -> None:
    measured(cases)  # caches of both sides are warm, as they are in a daemon
    rounds = [measured(cases) for _ in range(ROUNDS)]
    # A part that is asked for each field is their sum; of the rounds the median counts.
    times = {
        part: median(sum(one[part]) for one in rounds) / len(cases) * 1000 for part in rounds[0]
    }
    size = median(len(case.html.encode()) for case in cases) / 1000
    count = fmean(case.syllables for case in cases)
    judging, extracting = times["judge"], times["trafilatura"]
    print(f"judge: {len(cases)} {name} pages, median {size:.0f} kB, mean {count:.0f} syllables")
    print(f"  whole {judging:.2f} ms, trafilatura {extracting:.1f} ms", end="")
    print(f", ratio 1/{extracting / judging:.1f}")
    for part in PARTS:
        print(f"  {part:<13}{times[part]:6.2f} ms {times[part] / judging:5.0%}")
    print(f"  pickling {times['pickle']:.2f} ms, unpickling {times['unpickle']:.2f} ms")


def started() -> tuple[float, float]:
    """CPU seconds of importing the analysis, and of reading the vocabularies and a first text."""
    with tempfile.TemporaryDirectory() as folder:
        # Installed packages are compiled; whether this checkout's are is chance.
        kept = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        command = [sys.executable, "-c", START]
        for _ in range(2):
            done = subprocess.run(
                command, capture_output=True, check=True, text=True, env=os.environ | kept
            )
    imported, first = map(float, done.stdout.split())
    return imported, first


def main() -> None:
    told("invented", invented())
    if cases := real():
        told("real", cases)
    else:
        print("judge: no real pages here (DIEMBAO_REAL names their folder)")
    imported, first = (median(times) for times in zip(*(started() for _ in range(3)), strict=True))
    print(f"judge: start-up {imported:.2f} s of CPU to import, {first:.2f} s for the vocabularies")


if __name__ == "__main__":
    main()
