"""Do two articles tell of the same event? How surely, and by what.

Copies are another matter (`analysis.copies`): two outlets' own pieces on one event share few runs
of words, but the words and names that are rare elsewhere, and the figures. Weighing words by rarity
and comparing by the angle between them is how topic detection has been done since Allan et al.
(1998); what the parts count for is a logistic regression over pairs (`bench/story_weights.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import exp, sqrt
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


def likeness(one: StoryFacts, other: StoryFacts, apart: timedelta) -> Likeness:
    """Compare two articles, published so far apart; 0 beyond `WITHIN`."""
    alike = one.language == other.language
    weights = SAME_LANGUAGE if alike else OTHER_LANGUAGE
    title, words, names = (
        _angle(one.title, other.title, LEAST_TITLE),
        _angle(one.words, other.words, LEAST_WORDS),
        _angle(one.names, other.names, LEAST_NAMES),
    )
    strangers = min(_strangers(one, other), _strangers(other, one))
    figures = sorted(set(one.figures).intersection(other.figures), key=lambda f: (-len(f), f))
    days = abs(apart) / timedelta(days=1)
    score = (
        weights.title * title
        + weights.words * words
        + weights.names * names
        + weights.figures * min(len(figures), MOST_FIGURES) / MOST_FIGURES
        + weights.strangers * strangers
        + weights.days * days
        + weights.base
    )
    return Likeness(
        confidence=round(1 / (1 + exp(-score)), 3) if abs(apart) <= WITHIN else 0.0,
        hours=days * 24,
        title=title,
        words=words,
        names=names,
        strangers=strangers,
        shared_names=_spelled(one, _shared(one.names, other.names)),
        shared_figures=tuple(figures[:MOST_SHOWN]),
        shared_words=_shared(one.words, other.words)[:MOST_SHOWN] if alike else (),
    )


def standing(confidences: Sequence[float]) -> float:
    """Give how surely a piece belongs to a story, of how alike it is to each of its pieces.

    Half its best, half their average: this keeps a story from wandering off, one follow-up of a
    follow-up after the other.
    """
    return round((max(confidences) + sum(confidences) / len(confidences)) / 2, 3)


def _strangers(one: StoryFacts, other: StoryFacts) -> float:
    """Give the weight of the names in a title that the other article does not know, at most 2.

    Where both titles have such a name, two things of one kind happened to two of them.
    """
    return min(2.0, sum(one.names[name] for name in one.headline if name not in other.names))


def _angle(one: Mapping[str, float], other: Mapping[str, float], least: float) -> float:
    """Give the cosine of two sets of weighted words, smaller where one weighs less than this."""
    product = sum(weight * other[word] for word, weight in one.items() if word in other)
    return product / (max(least, _norm(one)) * max(least, _norm(other))) if product else 0.0


def _norm(weights: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in weights.values()))


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[str, ...]:
    """Give what both have, the weightiest first."""
    both = sorted((-weight * other[word], word) for word, weight in one.items() if word in other)
    return tuple(word for _, word in both)


def _spelled(facts: StoryFacts, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts.spelled.get(name, name) for name in names))[:MOST_SHOWN]
