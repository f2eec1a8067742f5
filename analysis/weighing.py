"""Phrases with what they say for a verdict, and how often a repeated one counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.automaton import Hit
from analysis.reading import Field, Reading

# A body shorter than so many characters says the same with fewer words.
FULL_BODY = 1200


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of evidence: where it stands and how much it says."""

    field: Field
    hit: Hit
    weight: float


def distinct(found: Iterable[Found], most_in_body: int) -> list[Found]:
    """Keep each phrase once outside the body, where it weighs most, and a few times inside."""
    kept: list[Found] = []
    seen: dict[str, int] = {}
    for item in sorted(found, key=lambda item: -item.weight):
        phrase = item.field.folded[item.hit.start : item.hit.end]
        limit = most_in_body if item.field.zone(item.hit.start) == "body" else 1
        if seen.get(phrase, 0) < limit:
            seen[phrase] = seen.get(phrase, 0) + 1
            kept.append(item)
    return kept


def density(reading: Reading, most: float) -> float:
    """Give how often a phrase of the body counts: once in a full article, more in a brief."""
    fields = [field for field in reading.fields if field.name == "text"]
    length = sum(len(field.text) - field.lead_end for field in fields)
    return min(most, max(1.0, FULL_BODY / max(1, length)))
