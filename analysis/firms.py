"""Firms whose kind follows the name, as in English: Sao Mai Group."""

import re
from collections.abc import Iterator

from analysis.entity_types import Found
from analysis.reading import Field
from analysis.text import slug

_KINDS = (
    "Group", "Holdings", "Capital", "Ventures", "Corporation", "Technologies", "Robotics",
    "Partners", "Foundation",
)  # fmt: skip
_NAME_BEFORE = re.compile(r"(?<![\w&-])(?:[A-Z][\w&.-]*[\w&] ){1,3}$")
_LONGEST = 60
_GOES_ON = re.compile(r"\w| ?[A-Z]")


def firms(field: Field) -> Iterator[Found]:
    """Find firms by the word that ends their name."""
    for kind in _KINDS:
        place = field.text.find(f" {kind}")
        while place >= 0:
            end = place + 1 + len(kind)
            before = _NAME_BEFORE.search(field.text, max(0, end - _LONGEST), place + 1)
            if before and not _GOES_ON.match(field.text, end):
                name = field.text[before.start() : end]
                identity = f"organisation:{slug(name)}"
                yield Found(identity, name, "organisation", field, before.start(), end)
            place = field.text.find(f" {kind}", end)
