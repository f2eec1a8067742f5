"""Firms whose kind follows the name, as in English: Sao Mai Group."""

import re
from collections.abc import Iterator

from analysis.entity_types import Found
from analysis.reading import Field
from analysis.text import slug

_FIRM = re.compile(
    r"(?<![\w&-])(?:[A-Z][\w&.-]*[\w&] ){1,3}"
    r"(?:Group|Holdings|Capital|Ventures|Corporation|Technologies|Robotics|Partners|Foundation)"
    r"(?! ?[A-Z])"
)


def firms(field: Field) -> Iterator[Found]:
    """Find firms by the word that ends their name."""
    for match in _FIRM.finditer(field.text):
        identity = f"organisation:{slug(match[0])}"
        yield Found(identity, match[0], "organisation", field, *match.span())
