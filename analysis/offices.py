"""Who held an office on the day of an article: 'Chủ tịch UBND TP.HCM' without a name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from analysis.entity_types import Found
from analysis.gazetteer import Entity, Tenure, gazetteer
from analysis.reading import Field
from analysis.sentences import sentence_around

# The words of a role before the body's name.
_ROLES = {
    "chủ tịch": r"chủ tịch|chair(?:man|woman|person)? of(?: the)?",
    "bí thư": r"bí thư|secretary of(?: the)?",
    "giám đốc": r"giám đốc|director of(?: the)?",
    "trưởng ban": r"trưởng ban|head of(?: the)?",
    "viện trưởng": r"viện trưởng|director of(?: the)?",
    "bộ trưởng": r"bộ trưởng|minister of(?: the)?",
    "thống đốc": r"thống đốc|governor of(?: the)?",
}
# 'Chủ tịch TP.HCM' is short for the head of its committee.
_SPOKEN_OF = {("chủ tịch", "tphcm"): "ubnd-tphcm"}
# After these it is another's role, or the office itself.
_OTHER = re.compile(
    r"(?:nguyên|cựu|phó|tân|quyền|các|những|mọi|mỗi|vị|chức|chức vụ|chức danh|vị trí|làm|giữ|bầu"
    r"|nhiệm|thời|thay|former|deputy|vice|vice-|acting|then|của các|khi đó(?: là)?|lúc đó(?: là)?"
    r"|bấy giờ(?: là)?|từng là|trợ lý|thư ký|con trai|con gái)[ -]$"
)
_LATER = re.compile(
    r" (?:các thời kỳ|qua các|nhiệm kỳ|khóa|thời kỳ|thời|khi đó|lúc đó|lúc bấy giờ|khi ấy|mới"
    r"|tiếp theo)(?!\w)|'s"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST_ROLE = 40
_LONGEST_SENTENCE = 400
# 'Nguyễn Văn An, Chủ tịch …' and 'Nguyễn Văn An là Chủ tịch …' already say who it is.
_NEXT_TO = 5


def holders(field: Field, found: Iterable[Found], published: date | None) -> Iterator[Found]:
    """Give the persons meant by their office alone; the mention is the whole role.

    Only where the day is known and lies in a term of office, and so does each year that the
    sentence names: of 'năm 2019' another may have been meant.
    """
    if published is None:
        return
    listed = list(found)
    named = [item for item in listed if item.type == "person"]
    begins, ends = {item.start for item in named}, {item.end for item in named}
    for body in listed:
        for role, tenures in _headed().get(body.id, {}).items():
            start = _role_start(field, body, role)
            if start is not None and not _is_named(field, start, body.end, begins, ends):
                person = _holder(tenures, published, _years(field, start, body.end))
                if person:
                    yield Found(person.id, person.name, person.type, field, start, body.end, 1)


@cache
def _headed() -> dict[str, dict[str, list[tuple[Tenure, Entity]]]]:
    """Index the terms of office by the body's id and the role."""
    index: defaultdict[str, dict[str, list[tuple[Tenure, Entity]]]] = defaultdict(dict)
    for entity in gazetteer().values():
        for tenure in entity.tenures:
            index[tenure.body].setdefault(tenure.role, []).append((tenure, entity))
    for (role, place), body in _SPOKEN_OF.items():
        index[place][role] = index[body][role]
    return dict(index)


@cache
def _before(role: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_ROLES.get(role, re.escape(role))}) $")


def _role_start(field: Field, body: Found, role: str) -> int | None:
    near = max(0, body.start - _LONGEST_ROLE)
    match = _before(role).search(field.folded, near, body.start)
    if match is None or _OTHER.search(field.folded, near, match.start()):
        return None
    return match.start()


def _is_named(field: Field, start: int, end: int, begins: set[int], ends: set[int]) -> bool:
    """Tell that a name stands beside the role, or that what follows changes its meaning.

    ``begins`` and ``ends`` are where names of persons do.
    """
    after = field.text[end : end + 2]
    if (after[:1] == " " and after[1:].isupper()) or _LATER.match(field.folded, end):
        return True
    before = range(start - _NEXT_TO, start + 1)
    behind = range(end, end + _NEXT_TO + len("đồng chí") + 1)
    return not (ends.isdisjoint(before) and begins.isdisjoint(behind))


def _years(field: Field, start: int, end: int) -> list[int]:
    sentence = slice(*sentence_around(field.text, start, end, _LONGEST_SENTENCE))
    return [int(year) for year in _YEAR.findall(field.text[sentence])]


def _holder(
    tenures: Iterable[tuple[Tenure, Entity]], published: date, years: Iterable[int]
) -> Entity | None:
    past = [year for year in years if year < published.year]
    for tenure, person in tenures:
        if tenure.first <= published <= tenure.last:
            certain = all(date(year, 1, 1) >= tenure.first for year in past)
            return person if certain else None
    return None
