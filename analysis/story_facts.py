"""What an article is known by when others tell of the same event: rare words, names, figures."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from math import log

from analysis.gazetteer import gazetteer
from analysis.judgement import EntityTag, StoryFacts
from analysis.rarity import rarity
from analysis.reading import Reading
from analysis.text import search_fold, syllables

# Of the words of an article so many, the rarest and most used, stand for it.
KEY_WORDS = 40
MOST_NAMES = 60
MOST_FIGURES = 24
LONGEST_WORD = 40
# Listed things come again and again on this theme: naming the same one says less, at most this.
LISTED = {"place": 0.8, "event": 0.6, "person": 0.5, "document": 0.5, "platform": 0.5}
LISTED_ELSE = 0.3

_UPPER = "".join(re.escape(c) for c in map(chr, range(0x41, 0x1EFA)) if c.isupper())
_NAME = re.compile(rf"[{_UPPER}](?<!\w.)[^\W_]*(?:(?:[ .\-&]|\. | - )[{_UPPER}][^\W_]*)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\"“”'‘’(\n•-])\s*$")
# Words that begin a sentence, not a name.
_OPENERS = frozenset(
    syllables(
        "ong ba anh chi theo tai o trong ngay sang chieu toi tu den voi cac mot nhung hien khi neu"
        " tuy nhu do va cung sau truoc day co de the a an in on at of and for with this that by"
    )
)
_FIGURE = re.compile(r"(?<![\w.,/\-])\d+(?:[.,]\d+)*(?![/\-.,]?\d)")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIT = re.compile(r" ?([^\W\d_]+|%)")


def story_facts(
    reading: Reading, entities: Iterable[EntityTag], language: str | None
) -> StoryFacts:
    """Give what an article that was read is known by."""
    title, everything = Said(), Said()
    for each in reading.fields:
        everything.add(each.words)
        if each.name == "title":
            title.add(each.words)
            everything.add(each.words)  # once more, as it weighs more
    names, spelled, headline = _names(reading, entities)
    return StoryFacts(
        language=language,
        title=_weighed(title),
        words=_weighed(everything),
        names=names,
        headline=headline,
        figures=tuple(sorted(set(_figures(reading)))[:MOST_FIGURES]),
        spelled=spelled,
    )


@dataclass(frozen=True, slots=True)
class Said:
    """How often syllables and pairs of them are said; numbers are compared as figures."""

    words: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, said: list[str]) -> None:
        """Count the syllables of one more text."""
        if max(map(len, said), default=0) > LONGEST_WORD:
            said = [word for word in said if len(word) <= LONGEST_WORD]
        self.words.update(said)
        self.pairs.update(pairwise(said))

    def at_least(self, times: int) -> Iterator[tuple[str, int]]:
        """Give what is said so often, and how often."""
        for word, n in self.words.items():
            if n >= times and not word.isdecimal():
                yield word, n
        for (one, other), n in self.pairs.items():
            if n >= times and not (one.isdecimal() and other.isdecimal()):
                yield f"{one} {other}", n


def _weighed(said: Said) -> dict[str, float]:
    """Give the weightiest words and pairs; what is said once weighs 1 at most."""
    weights = _weights(said.at_least(2))
    if sum(weight > 1 for weight, _ in weights) < KEY_WORDS:
        weights = _weights(said.at_least(1))
    return {word: round(weight, 2) for weight, word in nlargest(KEY_WORDS, weights) if weight > 0}


def _weights(counts: Iterable[tuple[str, int]]) -> list[tuple[float, str]]:
    known = rarity().words
    return [(_grown(n) * known.get(word, 1.0), word) for word, n in counts]


@lru_cache(maxsize=1024)
def _grown(times: int) -> float:
    return 1 + log(times)


def _names(
    reading: Reading, entities: Iterable[EntityTag]
) -> tuple[dict[str, float], dict[str, str], tuple[str, ...]]:
    """Give the weighed names, how they are written, and those in the title."""
    known = rarity()
    counts, spelled, headline = named(reading, entities)
    weights: dict[str, float] = {}
    for key, (n, most) in counts.items():
        weights[key] = min(most, known.of_name(key)) * (1 + log(n))
    ranked = ((key in headline, weight, key) for key, weight in weights.items() if weight > 0)
    kept = {key: round(weight, 2) for _, weight, key in nlargest(MOST_NAMES, ranked)}
    return kept, {key: spelled[key] for key in kept}, tuple(sorted(headline & kept.keys()))


def named(
    reading: Reading, entities: Iterable[EntityTag]
) -> tuple[dict[str, tuple[int, float]], dict[str, str], set[str]]:
    """Give names with their number and greatest weight, their spellings, those in the title.

    A name is keyed by its pairs of syllables without accents, so that 'đường', 'Street' or a rank
    before or behind it does not matter; a listed thing by its id.
    """
    counts: dict[str, tuple[int, float]] = {}
    spelled: dict[str, str] = {}
    headline: set[str] = set()
    for each in reading.fields:
        for name, n in Counter(_capitalised(each.text)).items():
            for key in _keys(name):
                counts[key] = (counts.get(key, (0, 1.0))[0] + n, 1.0)
                spelled.setdefault(key, name)
                if each.name == "title":
                    headline.add(key)
    for tag in entities:
        if tag.id in gazetteer():
            key = f"#{tag.id}"
            counts[key] = (len(tag.mentions) or 1, LISTED.get(tag.type, LISTED_ELSE))
            spelled[key] = tag.name
            if any(mention.field == "title" for mention in tag.mentions):
                headline.add(key)
    return counts, spelled, headline


def _capitalised(text: str) -> Iterator[str]:
    """Give runs of capitalised words; one word alone at a sentence's start is none."""
    for found in _NAME.finditer(text):
        name = found[0]
        if _SENTENCE_START.search(text[max(0, found.start() - 4) : found.start()]):
            head, _, rest = name.partition(" ")
            if _opens(head):
                name = rest
            elif not rest and not name[1:].isupper():
                continue
        if 2 < len(name) <= LONGEST_WORD * 2:
            yield name


@lru_cache(maxsize=4096)
def _opens(word: str) -> bool:
    return search_fold(word) in _OPENERS


@lru_cache(maxsize=4096)  # the same names come again and again
def _keys(name: str) -> tuple[str, ...]:
    parts = syllables(search_fold(name))
    return tuple(f"{one} {other}" for one, other in pairwise(parts)) or tuple(parts)


def _figures(reading: Reading) -> Iterator[str]:
    """Give the numbers that say something: long ones, and short ones with what they count."""
    for each in reading.fields:
        for found in _FIGURE.finditer(each.folded):
            number = _THOUSANDS.sub("", found[0]).replace(",", ".")
            unit = _UNIT.match(each.folded, found.end())
            if len(number) > 2:
                if not _YEAR.fullmatch(number):
                    yield number
            elif unit:
                yield f"{number} {unit[1]}"
