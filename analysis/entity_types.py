"""The kinds of entities, and an entity as it was found."""

from dataclasses import dataclass

from analysis.reading import Field

TYPES = ("person", "organisation", "government", "place", "document", "platform", "event")


@dataclass(frozen=True, slots=True)
class Found:
    """A mention of an entity: offsets in a field as it was read.

    ``sure`` is the order in which equally long readings of one place are believed, high first.
    """

    id: str
    name: str
    type: str
    field: Field
    start: int
    end: int
    sure: int = 0
