"""Countries named in one syllable."""

import re
from collections.abc import Iterator

from analysis.entity_types import Found
from analysis.gazetteer import gazetteer
from analysis.reading import Field

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
        "hãng", "kỹ sư", "giáo sư", "khách", "đối tác từ", "của", "từ", "tại", "sang", "người",
        "ông kỹ sư", "đoàn", "tổ chức",
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
