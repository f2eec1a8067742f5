"""What an article is about: several of the topics, each described by one data file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log, log1p
from pathlib import Path
from typing import Literal

from analysis.automaton import Hit, Term, longest, needs_case
from analysis.cues import cues, told_by
from analysis.datafiles import FOLDER, Table, read
from analysis.errors import VocabularyError
from analysis.judgement import TopicTag
from analysis.reading import Field, Reading, Zone
from analysis.spans import span
from analysis.weighing import Found, density, distinct

DIRECTORY = FOLDER / "topics"
MOST_TOPICS = 5
MOST_EVIDENCE = 8
# How a phrase speaks for its topic: by itself, as it names the theme outright or is long; as a
# short word of the field, which is told of much else, too; as an ordinary word of less weight.
Strength = Literal["telling", "short", "ordinary"]
_OUTRIGHT = ("core", "medium")
_LONG_PHRASE = 3
# What phrases count in each zone. These and what follows were fitted to labelled texts, see
# docs/quality.md.
_FACTORS: dict[tuple[Zone, Strength], float] = {
    ("title", "telling"): 2.8,
    ("title", "short"): 2.4,
    ("title", "ordinary"): 2.0,
    ("lead", "telling"): 2.4,
    ("lead", "short"): 1.0,
    ("lead", "ordinary"): 0.6,
    ("body", "telling"): 1.1,
    ("body", "short"): 0.6,
    ("body", "ordinary"): 0.24,
}
_MOST_DENSE = 1.5
_MOST_REPEATS = 3
# The log odds of a topic: from here up with its sum, with its share of the best topic's sum, for
# the first few, as an article is seldom about more, and where the title tells it.
_ODDS, _OF_SUM, _OF_SHARE, _OF_PLACE, _OF_TITLE, _PLACES = -3.4, 0.8, 2.3, 0.8, 0.6, 3
# Some paragraphs touch upon more than they are about: from a summary's length on it takes more, up
# to e times that, to tell a topic that the title does not tell; a long article is about several.
_OF_LENGTH, _SUMMARY, _LONG = 0.7, 300, 2000
_THRESHOLD = 0.35
# One phrase in passing is no topic, even where there is no other.
_LEAST = 0.5
# Where so many different words merely hint at the theme, it is there; in a title one will do.
_ENOUGH_HINTS = 4
_HINTS = ("weak", "faint")
_CUED = 0.1


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. ``minimum`` divides its sum: the higher, the more it takes.

    ``telling`` are the phrases that speak for it by themselves. ``theme`` gives those that speak of
    digital transformation by themselves, with the name of the group of relevance they count in.
    """

    slug: str
    vi: str
    en: str
    definition: str
    minimum: float
    terms: tuple[Term, ...]
    telling: frozenset[str]
    theme: Mapping[str, str]

    def name(self, language: str = "vi") -> str:
        """Give the name in Vietnamese or English."""
        return self.en if language == "en" else self.vi


@cache
def topics(directory: Path = DIRECTORY) -> dict[str, Topic]:
    """Read all topics, once a process; VocabularyError if a file is not as it should be."""
    known = {file.stem: _topic(file) for file in sorted(directory.glob("*.toml"))}
    if not known:
        raise VocabularyError(f"{directory.name}: no topic files")
    return known


def _topic(file: Path) -> Topic:
    data, slug = read(file), file.stem
    names = data.table("name")
    groups = data.tables("phrases")
    terms = [term for group in groups for term in _weighted(group, slug)]
    if not terms:
        raise data.error("phrases", "must name at least one phrase")
    theme = {p: g.string("theme") for g in groups if "theme" in g for p in g.listed("of")}
    return Topic(
        slug,
        names.string("vi"),
        names.string("en"),
        data.string("definition"),
        data.number("minimum"),
        (*terms, *_excluded(data, slug)),
        frozenset(t.phrase for t in terms if _tells(t, theme)),
        theme,
    )


def _tells(term: Term, theme: Mapping[str, str]) -> bool:
    long = len(term.phrase.split()) >= _LONG_PHRASE and _is_strong(term, theme)
    return long or theme.get(term.phrase) in _OUTRIGHT


def _is_strong(term: Term, theme: Mapping[str, str]) -> bool:
    return term.weight >= 1 or term.phrase in theme


def _weighted(group: Table, slug: str) -> list[Term]:
    weight = group.number("weight")
    return [Term(p, "topic", slug, weight, needs_case(p)) for p in group.listed("of")]


def _excluded(data: Table, slug: str) -> list[Term]:
    owner = f"{slug}:exclusion"
    return [Term(p, "topic", owner, 0.0, needs_case(p)) for p in data.strings("exclusions")]


def assign(reading: Reading) -> tuple[TopicTag, ...]:
    """Give an article its topics, best first, each with the phrases that made it.

    The score is 0–1: about that share of topics with it are right where the article is on topic.
    """
    known = topics()
    found = _by_topic(reading)
    sums = {slug: _sum(known[slug], parts) / known[slug].minimum for slug, parts in found.items()}
    best = max(sums.values(), default=0.0)
    ranked = sorted(sums, key=lambda slug: (-sums[slug], slug))[:MOST_TOPICS]
    length = _length(reading)
    scores = {
        slug: _score(
            sums[slug], sums[slug] / best, place, _titled(known[slug], found[slug]), length
        )
        for place, slug in enumerate(ranked)
        if sums[slug] >= _LEAST
    }
    return tuple(
        _tag(known[slug], score, found[slug])
        for slug, score in sorted(scores.items(), key=lambda one: (-one[1], one[0]))
        if score >= _THRESHOLD
    )


def _sum(topic: Topic, found: list[Found]) -> float:
    """Add up a topic's phrases: the more of a kind in a zone, the less each adds."""
    sums: defaultdict[float, float] = defaultdict(float)
    for item in found:
        sums[_FACTORS[item.zone, _strength(topic, item.hit)]] += item.weight
    return sum(factor * log1p(total / factor) for factor, total in sums.items())


def _strength(topic: Topic, hit: Hit) -> Strength:
    if hit.term.phrase in topic.telling:
        return "telling"
    return "short" if _is_strong(hit.term, topic.theme) else "ordinary"


def _titled(topic: Topic, found: list[Found]) -> bool:
    return any(item.zone == "title" and _strength(topic, item.hit) == "telling" for item in found)


def _length(reading: Reading) -> float:
    """Tell how far lead and text are longer than a summary and no long article, 0 to 1."""
    length = sum(len(field.text) for field in reading.fields if field.name != "title")
    longer, long = log(max(length, _SUMMARY) / _SUMMARY), log(max(length, _LONG) / _LONG)
    return max(0.0, min(1.0, longer) - long)


def _score(total: float, share: float, place: int, titled: bool, length: float) -> float:
    odds = _ODDS + _OF_SUM * total + _OF_SHARE * share + _OF_PLACE * (place < _PLACES)
    odds += _OF_TITLE if titled else -_OF_LENGTH * length
    return 1 / (1 + exp(-odds))


def _tag(topic: Topic, score: float, found: list[Found]) -> TopicTag:
    weighty = sorted(found, key=lambda item: -item.weight)[:MOST_EVIDENCE]
    evidence = tuple(span(item.field, item.hit.start, item.hit.end) for item in weighty)
    return TopicTag(topic.slug, topic.vi, round(score, 4), evidence)


def _by_topic(reading: Reading) -> dict[str, list[Found]]:
    """Collect the phrases that count for each topic; none where nothing speaks of the theme."""
    if not _has_theme(reading):
        return {}
    known = topics()
    found: defaultdict[str, list[Found]] = defaultdict(list)
    dense = density(reading, _MOST_DENSE)
    for field in reading.fields:
        grouped: defaultdict[str, list[Hit]] = defaultdict(list)
        for hit in field.hits["topic"]:
            grouped[hit.term.owner.partition(":")[0]].append(hit)
        for slug, hits in grouped.items():
            found[slug].extend(_counted(known[slug], field, hits, dense))
    return {slug: distinct(parts, _MOST_REPEATS) for slug, parts in found.items()}


def _has_theme(reading: Reading) -> bool:
    """Tell whether one phrase of the theme stands somewhere, or several words that hint at it."""
    hints: set[str] = set()
    for field in reading.fields:
        for hit in field.hits["relevance"]:
            owner, _, group = hit.term.owner.partition(":")
            if owner == "theme":
                if group not in _HINTS or field.name == "title":
                    return True
                hints.add(hit.term.phrase)
    return len(hints) >= _ENOUGH_HINTS or told_by(cues(reading), reading) >= _CUED


def _counted(topic: Topic, field: Field, hits: list[Hit], dense: float) -> Iterator[Found]:
    """Weigh the hits of one topic in one field; of overlapping ones the longest counts."""
    for hit in longest(hits):
        if ":" not in hit.term.owner:
            zone = field.zone(hit.start)
            weight = hit.term.weight * _FACTORS[zone, _strength(topic, hit)]
            yield Found(field, hit, weight * (dense if zone == "body" else 1.0), zone)
