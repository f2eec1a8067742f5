"""Phrases with what they say for a verdict, and how often a repeated one counts."""

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from analysis.automaton import Hit
from analysis.reading import Field, Reading, Zone

# A body shorter than so many characters says the same with fewer words.
FULL_BODY = 1200
_WEIGHT = itemgetter(2)


class Found(NamedTuple):
    """One piece of evidence: where it stands and how much it says; a tuple, as there are many."""

    field: Field
    hit: Hit
    weight: float
    zone: Zone


def distinct(found: Iterable[Found], most_in_body: int) -> list[Found]:
    """Keep each phrase once outside the body, where it weighs most, and a few times inside."""
    kept: list[Found] = []
    seen: dict[str, int] = {}
    for item in sorted(found, key=_WEIGHT, reverse=True):
        phrase = item.field.folded[item.hit.start : item.hit.end]
        times = seen.get(phrase, 0)
        if times < (most_in_body if item.zone == "body" else 1):
            seen[phrase] = times + 1
            kept.append(item)
    return kept


def density(reading: Reading, most: float) -> float:
    """Give how often a phrase of the body counts: once in a full article, more in a brief."""
    fields = [field for field in reading.fields if field.name == "text"]
    length = sum(len(field.text) - field.lead_end for field in fields)
    return min(most, max(1.0, FULL_BODY / max(1, length)))
