"""The words before the names of bodies, places and events that no list can hold.

The one automaton finds where they stand; a pattern is tried at these places only.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from analysis.automaton import Term
from analysis.patterns import beginning, begun_by, either_case, matches
from analysis.reading import Field

_FORMS = (
    (
        "government",
        (
            "UBND", "HĐND", "Ủy ban nhân dân", "Hội đồng nhân dân", "Đảng ủy", "Đảng bộ",
            "Công an", "công an", "Đội Thuế", "Ban Chấp hành Đảng bộ", "Tòa án nhân dân",
            "TAND", "Ủy ban MTTQ(?: Việt Nam)?", "Đoàn(?: Thanh niên)?", "Liên đoàn Lao động",
            "Hội (?:LHPN|Liên hiệp Phụ nữ|Cựu chiến binh|Nông dân|Chữ thập đỏ)",
            *either_case("trung tâm [Pp]hục vụ hành chính công"),
        ),
        r" (?:(?:[Pp]hường|[Xx]ã|[Đđ]ặc khu|[Qq]uận|[Hh]uyện|tỉnh|thị xã|khu vực) |[PQHX]\. ?)",
    ),
    ("government", ("Sở", "Cục", "Chi cục", "Tổng cục", "Ban Quản lý"), " "),
    (
        "place",
        (
            *either_case(
                "phường ", "xã ", "đặc khu ", "quận ", "huyện ", "thị trấn ", "thị xã ",
                "khu công nghiệp ", "khu chế xuất ", "quốc lộ ", "cao ốc ", "đường ",
                "đại lộ ", "công viên ", "bến xe ", "sân bay ", "quảng trường ", "cao tốc ",
                "khu đô thị ", "cảng ", "sông ", "kênh ", "rạch ", "vòng xoay ",
                "ngã tư ", "ngã sáu ", "ngã năm ", "bến phà ", "bến tàu ", "bến xe buýt ",
                "khu phố ", "chung cư ",
            ),
            "KCN ", r"P\.\s?", r"Q\.\s?", "ga ", "Cầu ",
            "cầu(?<!toàn cầu)(?<!yêu cầu)(?<!nhu cầu) ",
            "chợ(?<!hội chợ) ",
        ),
        "",
    ),
    (
        "organisation",
        (
            *either_case(
                "tập đoàn", "tổng công ty", "công ty(?: cổ phần| CP| TNHH)?", "ngân hàng",
                "xí nghiệp", "bệnh viện", "hiệp hội", "viện [Nn]ghiên cứu",
                "học viện", "liên đoàn",
                "trường (?:ĐH|CĐ|THPT|THCS|[Tt]iểu học|[Đđ]ại học|[Cc]ao đẳng|[Mm]ầm non"
                "|[Pp]hổ thông(?: đặc biệt| năng khiếu| dân tộc nội trú)?)",
            ),
            "Viện", "Trung tâm", "Hội", "Quỹ", "CTCP", "Câu lạc bộ", "CLB", "Đại học", "ĐH",
        ),
        " ",
    ),
    (
        "event",
        (
            "Diễn đàn", "Triển lãm", "Tuần lễ", "Ngày hội", "Hội chợ", "Giải thưởng", "Lễ hội",
            "Đại hội(?: đại biểu)? Đảng bộ(?: (?:phường|xã|đặc khu|tỉnh|thành phố))?",
        ),
        " ",
    ),
)  # fmt: skip
_PATTERNS = [(kind, re.compile(beginning(*forms) + after)) for kind, forms, after in _FORMS]


def _groups() -> dict[str, list[int]]:
    """Give the groups of forms that begin with each word."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, (_, forms, _) in enumerate(_FORMS):
        for word in begun_by(forms):
            found[word].append(number)
    return dict(found)


_GROUPS = _groups()


def head_terms() -> list[Term]:
    """Give the words to look for."""
    return [Term(word, "head", word) for word in _GROUPS]


def headed(field: Field) -> Iterator[tuple[str, re.Match[str]]]:
    """Give the head words of a field with the type of what they name, type by type, in order."""
    places: list[list[int]] = [[] for _ in _PATTERNS]
    for hit in field.hits["head"]:
        for number in _GROUPS[hit.term.owner]:
            places[number].append(hit.start)
    for (kind, pattern), starts in zip(_PATTERNS, places, strict=True):
        for head in matches(pattern, field.text, starts):
            yield kind, head
