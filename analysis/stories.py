"""Do two articles tell of the same event? How surely, and by what.

Copies are another matter (`analysis.copies`): two outlets' own pieces on one event share few runs
of words, but the words and names that are rare elsewhere, and the figures. Weighing words by rarity
and comparing by the angle between them is how topic detection has been done since Allan et al.
(1998); what the parts count for is a logistic regression over pairs (`bench/story_weights.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, fsum, sqrt
from typing import Any

from analysis.judgement import StoryFacts

# Two pieces further apart than this are two stories, whatever they share.
WITHIN = timedelta(days=5)
# From this confidence on a piece joins a story. On the half of the clusters it was chosen on, the
# result is as good from 0.2 to 0.7; a false join hides more than a missed one.
JOINS_FROM = 0.6
# What full articles come to at the median: with fewer words or names, less is believed.
LEAST_WORDS = 13.0
LEAST_TITLE = 3.5
LEAST_NAMES = 4.0
MOST_SHOWN = 6
MOST_FIGURES = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """What the parts count for in the logistic regression; ``days`` for each day between."""

    title: float
    words: float
    names: float
    figures: float
    strangers: float
    days: float
    base: float


# Strangers weigh more than learned: the clusters have few pairs like two wards that do the same.
SAME_LANGUAGE = Weights(6.1, 27.2, 0.0, 2.2, -4.0, -0.7, -5.15)
# Across languages words say nothing, but names (without accents), listed things and figures do.
OTHER_LANGUAGE = Weights(0.0, 0.0, 15.6, 6.1, -1.0, -1.5, -4.0)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How surely, 0–1, two articles tell of one event, and by what.

    ``title``, ``words`` and ``names`` say how alike these are, 0–1; then what both have.
    """

    confidence: float
    hours: float
    title: float
    words: float
    names: float
    strangers: float
    shared_names: tuple[str, ...] = ()
    shared_figures: tuple[str, ...] = ()
    shared_words: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the reasons as they are stored."""
        return {
            "hours": round(self.hours, 1),
            "title": round(self.title, 2),
            "names": list(self.shared_names),
            "figures": list(self.shared_figures),
            "words": list(self.shared_words),
        }


@dataclass(frozen=True, slots=True)
class Weighed:
    """An article's facts and what its title, words and names weigh together: reckoned once."""

    facts: StoryFacts
    title: float
    words: float
    names: float
    figures: frozenset[str]


def weighed(facts: StoryFacts) -> Weighed:
    """Give facts ready to be compared with many others."""
    return Weighed(
        facts,
        max(LEAST_TITLE, _norm(facts.title)),
        max(LEAST_WORDS, _norm(facts.words)),
        max(LEAST_NAMES, _norm(facts.names)),
        frozenset(facts.figures),
    )


def confidence(one: Weighed, other: Weighed, apart: timedelta) -> float:
    """Tell how surely, 0–1, two articles, published so far apart, tell of one event."""
    if abs(apart) > WITHIN:
        return 0.0
    here, there = one.facts, other.facts
    weights = SAME_LANGUAGE if here.language == there.language else OTHER_LANGUAGE
    score = weights.strangers * _strangers(here, there) + weights.base
    score += weights.days * (abs(apart) / timedelta(days=1))
    if weights.title:
        score += weights.title * _angle(here.title, there.title, one.title * other.title)
    if weights.words:
        score += weights.words * _angle(here.words, there.words, one.words * other.words)
    if weights.names:
        score += weights.names * _angle(here.names, there.names, one.names * other.names)
    figures = min(len(one.figures & other.figures), MOST_FIGURES)
    score += weights.figures * figures / MOST_FIGURES
    return round(1 / (1 + exp(-score)), 3)


def likeness(one: Weighed, other: Weighed, apart: timedelta) -> Likeness:
    """Compare two articles, published so far apart, and say by what they are alike."""
    here, there = one.facts, other.facts
    words = _shared(here.words, there.words) if here.language == there.language else ()
    figures = sorted(one.figures & other.figures, key=lambda figure: (-len(figure), figure))
    return Likeness(
        confidence=confidence(one, other, apart),
        hours=abs(apart) / timedelta(days=1) * 24,
        title=_angle(here.title, there.title, one.title * other.title),
        words=_angle(here.words, there.words, one.words * other.words),
        names=_angle(here.names, there.names, one.names * other.names),
        strangers=_strangers(here, there),
        shared_names=_spelled(here, _shared(here.names, there.names)),
        shared_figures=tuple(figures[:MOST_SHOWN]),
        shared_words=words[:MOST_SHOWN],
    )


def standing(confidences: Sequence[float]) -> float:
    """Give how surely a piece belongs to a story, of how alike it is to each of its pieces.

    Half its best, half their average: this keeps a story from wandering off, one follow-up of a
    follow-up after the other.
    """
    return round((max(confidences) + sum(confidences) / len(confidences)) / 2, 3)


def _strangers(one: StoryFacts, other: StoryFacts) -> float:
    """Give the weight of the names in a title that the other article does not know, at most 2.

    The smaller of both: where both titles have such a name, two things of one kind happened to two
    of them.
    """
    here = fsum(one.names[name] for name in one.headline if name not in other.names)
    there = fsum(other.names[name] for name in other.headline if name not in one.names)
    return min(2.0, here, there)


def _angle(one: Mapping[str, float], other: Mapping[str, float], weights: float) -> float:
    """Give the cosine of two sets of weighted words, of what both weigh, multiplied."""
    return fsum(one[word] * other[word] for word in one.keys() & other.keys()) / weights


def _norm(weights: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in weights.values()))


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[str, ...]:
    """Give what both have, the weightiest first."""
    both = sorted((-weight * other[word], word) for word, weight in one.items() if word in other)
    return tuple(word for _, word in both)


def _spelled(facts: StoryFacts, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts.spelled.get(name, name) for name in names))[:MOST_SHOWN]
