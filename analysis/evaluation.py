"""How good the judgement is: precision, recall and F1 against labelled texts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from analysis.copies import Piece, compare_pieces, title_key
from analysis.fingerprints import sample
from analysis.grouping import Telling, b_cubed, grouped_into_stories
from analysis.judge import judge
from analysis.judgement import EntityTag, Judgement, StoryFacts
from analysis.labels import Labelled, read_labels
from analysis.misses import entity_misses, grouped, miss, relevance_miss, topic_misses
from analysis.relevance import DEFAULT_THRESHOLD
from analysis.text import fold, normalise, search_fold


@dataclass(slots=True)
class Tally:
    """Hits, false alarms and misses of one kind, and the figures they make."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, told: set[Any], true: set[Any]) -> None:
        """Count what was told of one text against what is true of it."""
        self.right += len(told & true)
        self.wrong += len(told - true)
        self.missed += len(true - told)

    def figures(self) -> dict[str, float | int]:
        """Give precision, recall and F1 (0 where nothing was told or is true), and n true ones."""
        told, true = self.right + self.wrong, self.right + self.missed
        return {
            "precision": round(self.right / told, 4) if told else 0.0,
            "recall": round(self.right / true, 4) if true else 0.0,
            "f1": round(2 * self.right / (told + true), 4) if told + true else 0.0,
            "n": true,
        }


@dataclass(slots=True)
class _Score:
    relevance: Tally = field(default_factory=Tally)
    scored: int = 0
    topics: Tally = field(default_factory=Tally)
    by_topic: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    entities: Tally = field(default_factory=Tally)
    by_type: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    duplicates: Tally = field(default_factory=Tally)
    tellings: list[Telling] = field(default_factory=list)
    stories: dict[str, str] = field(default_factory=dict)
    misses: list[dict[str, Any]] = field(default_factory=list)


def evaluate(lines: Iterable[str], threshold: float = DEFAULT_THRESHOLD) -> dict[str, Any]:
    """Judge labelled JSON lines and compare; LabelError names a line that cannot be used.

    Borderline lines are left out of the relevance score, lines labelled off topic out of topics,
    entities and stories. Entities agree by type and by their name in any spelling of the text; a
    person whom the text names by office only may be labelled or not.
    """
    score = _Score()
    earlier = _Earlier()
    for item in read_labels(lines):
        said = judge(item.title, item.lead, item.text, item.published_at, threshold)
        _score_relevance(score, item, said)
        if item.relevance in {None, "relevant"}:
            _score_topics(score, item, said)
            _score_entities(score, item, said)
        piece = Piece(said.fingerprint, item.title, item.text, item.published_at)
        found = earlier.nearest(piece)
        _score_duplicates(score, item, found)
        earlier.add(item.id, piece)
        if item.story is not None and item.relevance in {None, "relevant"}:
            score.tellings.append(Telling(item.id, _facts(item, said), item.published_at, found))
            score.stories[item.id] = item.story
    return _report(score)


def _facts(item: Labelled, said: Judgement) -> StoryFacts | None:
    """Give what a text is known by, also where the judgement wrongly calls it off topic."""
    if said.story is not None:
        return said.story
    return judge(item.title, item.lead, item.text, item.published_at, threshold=0).story


def _score_relevance(score: _Score, item: Labelled, said: Judgement) -> None:
    if item.relevance in {None, "borderline"}:
        return
    told = {True} if said.relevance.relevant else set()
    true = {True} if item.relevance == "relevant" else set()
    score.relevance.add(told, true)
    score.scored += 1
    if told != true:
        score.misses.append(relevance_miss(item, said))


def _score_topics(score: _Score, item: Labelled, said: Judgement) -> None:
    if item.topics is None:
        return
    told, true = {tag.slug for tag in said.topics}, set(item.topics)
    score.topics.add(told, true)
    for slug in told | true:
        score.by_topic[slug].add(told & {slug}, true & {slug})
    score.misses.extend(topic_misses(item, true, said.topics))


def _score_entities(score: _Score, item: Labelled, said: Judgement) -> None:
    if item.entities is None:
        return
    true = _resolved(item.entities, said.entities)
    told = {(tag.id, tag.type) for tag in said.entities}
    told -= {(t.id, t.type) for t in said.entities if _by_office(t)} - true
    score.entities.add(told, true)
    for kind in {kind for _, kind in told | true}:
        score.by_type[kind].add(
            {t for t in told if t[1] == kind}, {t for t in true if t[1] == kind}
        )
    score.misses.extend(entity_misses(item, true - told, told - true, list(said.entities)))


def _by_office(tag: EntityTag) -> bool:
    """Tell that a person is meant by an office alone: labels list who is named."""
    name = search_fold(tag.name)
    return tag.type == "person" and not any(search_fold(m.text) in name for m in tag.mentions)


def _resolved(labels: Iterable[tuple[str, str]], tags: Iterable[EntityTag]) -> set[tuple[str, str]]:
    """Give the labels as (id, type) of the tag that has their name, else as (name, type)."""
    ids: dict[tuple[str, str], str] = {}
    for tag in tags:
        for name in (tag.name, *(mention.text for mention in tag.mentions)):
            ids.setdefault((_plain(name), tag.type), tag.id)
    return {(ids.get((_plain(name), kind), name), kind) for name, kind in labels}


def _plain(name: str) -> str:
    return fold(normalise(name)).strip()


class _Earlier:
    """The texts read before, to be found again by hash, headline or sampled shingles."""

    def __init__(self) -> None:
        self._pieces: dict[str, Piece] = {}
        self._by_hash: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, identity: str, known: Piece) -> None:
        """Remember a text."""
        self._pieces[identity] = known
        for key in _keys(known):
            self._by_hash[key].append(identity)

    def nearest(self, new: Piece) -> str | None:
        """Give the first earlier text that the new one copies."""
        candidates = dict.fromkeys(i for key in _keys(new) for i in self._by_hash.get(key, ()))
        for identity in candidates:
            if compare_pieces(new, self._pieces[identity]).verdict == "copy":
                return identity
        return None


def _keys(known: Piece) -> list[str]:
    headline = title_key(known.title) or ""
    return [known.fingerprint.content_hash, headline, *map(str, sample(known.fingerprint))]


def _score_duplicates(score: _Score, item: Labelled, found: str | None) -> None:
    if not item.labels_duplicates:
        return
    told = set() if found is None else {True}
    true = set() if item.duplicate_of is None else {True}
    score.duplicates.add(told, true)
    if told != true:
        score.misses.append(miss(item, "duplicates", item.duplicate_of, found))


def _report(score: _Score) -> dict[str, Any]:
    return {
        "relevance": {**score.relevance.figures(), "n": score.scored},
        "topics": {
            "micro": score.topics.figures(),
            "by_topic": {slug: score.by_topic[slug].figures() for slug in sorted(score.by_topic)},
        },
        "entities": {
            **score.entities.figures(),
            "by_type": {kind: score.by_type[kind].figures() for kind in sorted(score.by_type)},
        },
        "duplicates": score.duplicates.figures(),
        "stories": b_cubed(grouped_into_stories(score.tellings), score.stories),
        "misses": grouped(score.misses),
    }
