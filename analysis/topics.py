"""What an article is about: several of the topics, each described by one data file."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.automaton import Hit, Term, longest, needs_case
from analysis.datafiles import FOLDER, Table, read
from analysis.errors import VocabularyError
from analysis.judgement import TopicTag
from analysis.reading import Field, Reading, Zone
from analysis.spans import span
from analysis.weighing import Found, density, distinct

DIRECTORY = FOLDER / "topics"
MOST_TOPICS = 5
MOST_EVIDENCE = 8
# What a phrase counts in each zone; in the body again for each time, up to the number of repeats.
_ZONE_FACTORS: dict[Zone, float] = {"title": 1.2, "lead": 1.0}
# In the body, where every article names its ward, a phrase that tells the topic says more.
_BODY_THEME, _BODY_OTHER = 0.45, 0.1
_MOST_DENSE = 1.5
_MOST_REPEATS = 3
# A topic far behind the first one is a side remark.
_SHARE_OF_BEST = 0.2


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. ``minimum`` is the sum of weights from which on an article has it.

    ``theme`` gives those of its phrases that speak of digital transformation by themselves, with
    the name of the group of relevance they count in; they need no context.
    """

    slug: str
    vi: str
    en: str
    definition: str
    minimum: float
    terms: tuple[Term, ...]
    needs_context: bool
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
    contexts = _marked(data, "contexts", f"{slug}:context")
    return Topic(
        slug,
        names.string("vi"),
        names.string("en"),
        data.string("definition"),
        data.number("minimum"),
        (*terms, *contexts, *_marked(data, "exclusions", f"{slug}:exclusion")),
        bool(contexts),
        {p: g.string("theme") for g in groups if "theme" in g for p in g.strings("of")},
    )


def _weighted(group: Table, slug: str) -> list[Term]:
    weight = group.number("weight")
    return [Term(p, "topic", slug, weight, needs_case(p)) for p in group.strings("of")]


def _marked(data: Table, key: str, owner: str) -> list[Term]:
    return [Term(p, "topic", owner, 0.0, needs_case(p)) for p in data.strings(key)]


def assign(reading: Reading) -> tuple[TopicTag, ...]:
    """Give an article its topics, best first, each with the phrases that made it.

    The score is 0–1, one half at the topic's minimum.
    """
    known = topics()
    found = _by_topic(reading, known)
    sums = {
        slug: sum(f.weight for f in parts) / known[slug].minimum for slug, parts in found.items()
    }
    best = max(sums.values(), default=0.0)
    chosen = [s for s in sums if sums[s] >= 1 and sums[s] >= best * _SHARE_OF_BEST]
    ranked = sorted(chosen, key=lambda slug: (-sums[slug], slug))[:MOST_TOPICS]
    return tuple(_tag(known[slug], sums[slug], found[slug]) for slug in ranked)


def _tag(topic: Topic, total: float, found: list[Found]) -> TopicTag:
    weighty = sorted(found, key=lambda item: -item.weight)[:MOST_EVIDENCE]
    evidence = tuple(span(item.field, item.hit.start, item.hit.end) for item in weighty)
    return TopicTag(topic.slug, topic.vi, round(total / (total + 1), 4), evidence)


def _by_topic(reading: Reading, known: dict[str, Topic]) -> dict[str, list[Found]]:
    """Collect the phrases that count for each topic whose context is given."""
    contexts: set[str] = set()
    found: defaultdict[str, list[Found]] = defaultdict(list)
    dense = density(reading, _MOST_DENSE)
    for field in reading.fields:
        grouped: defaultdict[str, list[Hit]] = defaultdict(list)
        for hit in field.hits["topic"]:
            slug, _, mark = hit.term.owner.partition(":")
            if mark == "context" or hit.term.phrase in known[slug].theme:
                contexts.add(slug)
            if mark != "context":
                grouped[slug].append(hit)
        for slug, hits in grouped.items():
            found[slug].extend(_counted(field, hits, known[slug], dense))
    return {
        slug: distinct(parts, _MOST_REPEATS)
        for slug, parts in found.items()
        if slug in contexts or not known[slug].needs_context
    }


def _counted(field: Field, hits: list[Hit], topic: Topic, dense: float) -> list[Found]:
    """Weigh the hits of one topic in one field; of overlapping ones the longest counts."""
    return [
        Found(field, hit, hit.term.weight * _zone_factor(field.zone(hit.start), hit, topic, dense))
        for hit in longest(hits)
        if ":" not in hit.term.owner
    ]


def _zone_factor(zone: Zone, hit: Hit, topic: Topic, dense: float) -> float:
    if zone != "body":
        return _ZONE_FACTORS[zone]
    tells = hit.term.weight >= 1 or hit.term.phrase in topic.theme
    return dense * (_BODY_THEME if tells else _BODY_OTHER)
