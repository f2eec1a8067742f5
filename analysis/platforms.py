"""Apps and systems that no list holds, recognised by their name in quotation marks."""

import re
from collections.abc import Iterator

from analysis.entity_types import Found
from analysis.reading import Field
from analysis.text import slug

_QUOTED = re.compile(r"""["“'‘](?P<name>[^\W\d_a-z][^"”“'’\n]{1,60})["”'’]""")
_BEFORE = (
    "ứng dụng ", "app ", "nền tảng ", "phần mềm ", "chatbot ", "trợ lý ảo ", "hệ thống ", "cổng ",
)  # fmt: skip
_SENTENCE = (".", "!", "?", ",")


def platforms(field: Field) -> Iterator[Found]:
    """Find apps and systems by the name in quotation marks after such a word."""
    for match in _QUOTED.finditer(field.text):
        name = match["name"]
        is_one = field.folded.endswith(_BEFORE, 0, match.start())
        if is_one and name[0].isupper() and not name.endswith(_SENTENCE):
            start, end = match.span("name")
            yield Found(f"platform:{slug(name)}", name, "platform", field, start, end)
