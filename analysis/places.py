"""Places named shorter than the list has them: wards in a row, countries in one syllable."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from analysis.entity_types import Found
from analysis.gazetteer import gazetteer
from analysis.reading import Field
from analysis.text import fold

_KINDS = {"phường": "phuong-", "xã": "xa-"}
_NEXT = re.compile(r"(?:, | và |; )([^\W\d_]+(?: [^\W\d_]+){0,3})")
_COUNTRIES = {
    "Mỹ": "my", "Nhật": "nhat-ban", "Đức": "duc", "Pháp": "phap", "Anh": "anh-quoc", "Nga": "nga",
    "Úc": "australia", "Hàn": "han-quoc", "Ý": "italia",
}  # fmt: skip
_COUNTRY = re.compile(
    r"[MNĐPAÚHÝ](?<!\w.)(?:(?<=M)ỹ|(?<=N)hật|(?<=N)ga|(?<=Đ)ức|(?<=P)háp|(?<=A)nh|(?<=Ú)c|(?<=H)àn|(?<=Ý))(?!\w)"
)
# They are given names and words too: only after one of these do they stand for the country.
_BEFORE = tuple(
    f"{word} "
    for word in (
        "doanh nghiệp", "công ty", "tập đoàn", "đại sứ", "đại sứ quán", "tổng lãnh sự",
        "tổng lãnh sự quán", "chính phủ", "phía", "đối tác", "chuyên gia", "thị trường",
        "nhà đầu tư", "startup", "trường đại học", "quỹ", "hàng đầu của", "đến từ", "của nước",
    )
)  # fmt: skip


def countries(field: Field) -> Iterator[Found]:
    """Find 'doanh nghiệp Nhật', 'Đại sứ Mỹ': the mention is the country's name alone."""
    for match in _COUNTRY.finditer(field.text):
        after = field.text[match.end() : match.end() + 2]
        goes_on = after[:1] == " " and after[1:].isupper()
        if not goes_on and field.folded.endswith(_BEFORE, 0, match.start()):
            country = gazetteer()[_COUNTRIES[match[0]]]
            yield Found(country.id, country.name, "place", field, *match.span(), 1)


def in_a_row(field: Field, listed: Iterable[Found], published: date | None) -> Iterator[Found]:
    """Find the wards after a known one: 'các phường Bình Hòa, Thuận Giao và An Phú'."""
    for item in listed:
        kind = field.folded[item.start : item.end].partition(" ")[0]
        if item.type == "place" and item.id.startswith(_KINDS.get(kind, "-")):
            yield from _following(field, item.end, kind, published)


def _following(field: Field, end: int, kind: str, published: date | None) -> Iterator[Found]:
    place: int | None = end
    while place is not None and (match := _NEXT.match(field.text, place)):
        words, place = match[1].split(" "), None
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            known = gazetteer().get(_units().get(f"{kind} {fold(name)}", ""))
            if known and words[count - 1][0].isupper() and known.began_by(published):
                start, place = match.start(1), match.start(1) + len(name)
                yield Found(known.id, known.name, "place", field, start, place, 2)
                break


@cache
def _units() -> dict[str, str]:
    return {
        fold(entity.name): entity.id
        for entity in gazetteer().values()
        if entity.type == "place" and entity.id.startswith(tuple(_KINDS.values()))
    }
