"""Legal and party documents, recognised by their numbering."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from analysis.automaton import Term
from analysis.entity_types import Found
from analysis.patterns import beginning, matches
from analysis.reading import Field
from analysis.text import slug

_KINDS = {
    "nghị quyết": "Nghị quyết", "nq": "Nghị quyết", "quyết định": "Quyết định", "qđ": "Quyết định",
    "nghị định": "Nghị định", "thông tư": "Thông tư", "chỉ thị": "Chỉ thị",
    "kế hoạch": "Kế hoạch", "kết luận": "Kết luận", "quy định": "Quy định", "đề án": "Đề án",
    "công văn": "Công văn", "thông báo": "Thông báo", "tờ trình": "Tờ trình",
    "chương trình hành động": "Chương trình hành động", "luật": "Luật", "công điện": "Công điện",
}  # fmt: skip
# These are spoken of by number alone; of the others a bare number is a count or a year.
_BARE = frozenset({"Nghị quyết", "Đề án", "Chỉ thị", "Nghị định", "Thông tư"})
# "Đề nghị quyết định" holds no "nghị quyết".
_WORDS = beginning(
    *(rf"{w[0]}(?<!đề {w[0]}){w[1:]}" for w in sorted(_KINDS, key=len, reverse=True))
)
_DOCUMENT = re.compile(
    rf"(?P<kind>{_WORDS}) (?:số )?(?P<number>\d{{1,5}}[a-z]?)"
    r"(?P<rest>(?:/\d{4})?(?:[-/][a-zđ][\wđ&]*(?:[-/][\wđ&]+){0,4})?)(?!\w)"
)
_COUNTED = re.compile(r" (?:năm|tháng|ngày|điểm|người|triệu|tỷ|tỉ|nhóm|nội dung|giải pháp)(?!\w)")


def document_terms() -> list[Term]:
    """Give the words that a document's name begins with."""
    return [Term(kind, "document", kind) for kind in _KINDS]


def documents(field: Field) -> Iterator[Found]:
    """Find documents; the same one in other spellings has the same id, slugged type and number."""
    places = [hit.start for hit in field.hits["document"]]
    for match in matches(_DOCUMENT, field.folded, places):
        kind, rest = _KINDS[match["kind"]], match["rest"]
        is_numbered = any(c.isalpha() for c in rest)
        if not is_numbered and (kind not in _BARE or not _is_bare(field, match)):
            continue
        number = field.text[match.start("number") : match.end("rest")].upper()
        name = f"{kind} {number}"
        yield Found(slug(name), name, "document", field, match.start(), match.end(), 1)


def _is_bare(field: Field, match: re.Match[str]) -> bool:
    number = match["number"]
    is_year = len(number) == 4 and number[:2] in {"19", "20"}
    return not is_year and not _COUNTED.match(field.folded, match.end())


def completed(found: Iterable[Found], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Map ids of documents named by number alone to the full ones.

    The article's own full spelling comes first, then the only known document of that number.
    ``known`` gives the full ids under each short one.
    """
    here = sorted({item.id for item in found if item.type == "document"})
    full: dict[str, str] = {}
    for identity in here:
        begin = f"{identity}-"
        first = bisect_left(here, begin)
        # What begins so stands together; of two it cannot be told which one is meant.
        longer = [other for other in here[first : first + 2] if other.startswith(begin)] or [
            other for other in known.get(identity, ()) if other != identity
        ]
        if len(longer) == 1:
            full[identity] = longer[0]
    return full
