"""Streets listed one after the other: on đường A, B and C the word stands before the first only."""

import re
from collections.abc import Iterator

from analysis.entity_types import Found
from analysis.names import name_rules
from analysis.reading import Field
from analysis.text import LETTERS, slug

_WORD = rf"[^\W\d_a-z{LETTERS}][^\W\d_]+"
_CAPITALISED = rf"{_WORD}(?: {_WORD}){{1,3}}"
_LIST = re.compile(
    rf"đường(?<!\w.{{5}})(?: như| gồm|:)? (?P<all>{_CAPITALISED}(?:(?:, | và ){_CAPITALISED})+)"
)
_PARTED = re.compile(r", | và ")
# So many in a row are streets, whoever else may bear such a name.
_MANY = 3


def streets(field: Field) -> Iterator[Found]:
    """Find the further streets of a list, by names that streets bear or where it is long."""
    for found in _LIST.finditer(field.text):
        names = _PARTED.split(found["all"])
        place = found.start("all")
        for number, name in enumerate(names):
            start = field.text.index(name, place)
            place = start + len(name)
            listed = name in name_rules().borne or len(names) >= _MANY
            first = number == 0 and start == found.start() + len("đường ")
            if listed and not first:
                yield Found(f"place:{slug(name)}", name, "place", field, start, place, 1)
