"""Apps and systems that no list holds, recognised by their name in quotation marks."""

import re
from collections.abc import Iterator

from analysis.entity_types import Found
from analysis.patterns import beginning, either_case
from analysis.reading import Field
from analysis.text import slug

_PLATFORM = re.compile(
    beginning(
        *either_case(
            "ứng dụng",
            "app",
            "nền tảng",
            "phần mềm",
            "chatbot",
            "trợ lý ảo",
            "hệ thống",
            "cổng",
            "mini app",
        )
    )
    + r""" ["“'‘](?P<name>[^\W\d_a-z][^"”“'’\n]{1,60})["”'’]"""
)


def platforms(field: Field) -> Iterator[Found]:
    """Find apps and systems by the name in quotation marks after such a word."""
    for match in _PLATFORM.finditer(field.text):
        name = match["name"]
        if name[0].isupper() and not name.endswith((".", "!", "?", ",")):
            start, end = match.span("name")
            yield Found(f"platform:{slug(name)}", name, "platform", field, start, end)
