"""Bodies and places that no list can hold, recognised by their head word and a capitalised name."""

import re
from collections.abc import Iterator

from analysis.city import SPELLINGS
from analysis.entity_types import Found
from analysis.patterns import beginning, either_case
from analysis.reading import Field
from analysis.text import slug

_HEADS = (
    (
        "government",
        re.compile(
            beginning(
                "UBND", "HĐND", "Ủy ban nhân dân", "Hội đồng nhân dân", "Đảng ủy", "Đảng bộ",
                "Công an", "công an", "Ban Chấp hành Đảng bộ", "Tòa án nhân dân", "TAND",
                "Ủy ban MTTQ(?: Việt Nam)?",
            )
            + " (?:phường|xã|đặc khu|quận|huyện|tỉnh|thị xã|khu vực|Phường|Xã) "
        ),
    ),
    (
        "place",
        re.compile(
            beginning(
                *either_case(
                    "phường ", "xã ", "đặc khu ", "quận ", "huyện ", "thị trấn ", "thị xã ",
                    "tỉnh ", "khu công nghiệp ", "khu chế xuất ", "quốc lộ ", "cao ốc ",
                ),
                "KCN ", r"P\.\s?", r"Q\.\s?",
            )
        ),
    ),
    (
        "organisation",
        re.compile(
            beginning(
                *either_case(
                    "tập đoàn", "tổng công ty", "công ty(?: cổ phần| TNHH)?", "ngân hàng",
                    "bệnh viện", "hiệp hội", "viện [Nn]ghiên cứu",
                    "trường (?:ĐH|CĐ|THPT|THCS|Tiểu học|Đại học|Cao đẳng)",
                )
            )
            + " "
        ),
    ),
)  # fmt: skip
_NAME = re.compile(r"\d{1,3}(?![\w.,]\d)|[^\W\d_]+(?:[.\-&][^\W_]+)*")
_LONGEST_NAME = 5
# A hospital or school of the city at large is no name.
_CITY = frozenset(("TP", *SPELLINGS))
_UNNUMBERED = ("tập đoàn", "tổng công ty", "công ty", "ngân hàng", "hiệp hội", "viện nghiên cứu")


def bodies(field: Field) -> Iterator[Found]:
    """Find wards, communes, their committees, companies, schools and hospitals by name."""
    for kind, heads in _HEADS:
        for head in heads.finditer(field.text):
            end = _name_end(field.text, head.end())
            if end and _is_name(head[0], field.text[head.end() : end]):
                name = field.text[head.start() : end]
                yield Found(f"{kind}:{slug(name)}", name, kind, field, head.start(), end)


def _is_name(head: str, rest: str) -> bool:
    """Refuse the city itself, and counts: 'công ty 40 người' has no name, 'bệnh viện 115' has."""
    return rest not in _CITY and not (rest[0].isdigit() and head.lower().startswith(_UNNUMBERED))


def _name_end(text: str, start: int) -> int | None:
    """Give the end of the number or the capitalised words that follow, None if there are none."""
    end: int | None = None
    place = start
    for _ in range(_LONGEST_NAME):
        word = _NAME.match(text, place)
        if word is None or not (word.group()[0].isupper() or word.group()[0].isdigit()):
            break
        end = word.end()
        if word.group()[0].isdigit() or text[end : end + 1] != " ":
            break
        place = end + 1
    return end
