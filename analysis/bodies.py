"""Bodies, places and events that no list can hold, recognised by their head word and a name."""

import re
from collections.abc import Iterator

from analysis.city import SPELLINGS
from analysis.entity_types import Found
from analysis.heads import headed
from analysis.names import name_rules
from analysis.reading import Field
from analysis.text import slug

_NAME = re.compile(r"\d{1,3}(?![\w.,]\d)|[^\W\d_]\d{1,2}(?!\w)|[^\W\d_]+(?:[.\-&][^\W_]+)*")
# A surname and two more after a name: the holder of an office follows it.
_HOLDER = re.compile(r" [^\W\d_]+ [^\W\d_]+")
_SECOND = re.compile(r" [^\W\d_]+")
_PAIR = re.compile(r" ([^\W\d_]+ [^\W\d_]+)")
_JOIN = re.compile(r" và | & | ?- |, ")
# 'Sở Xây dựng và Trung tâm Chuyển đổi số' are two.
_ANOTHER = re.compile(
    "(?:Sở|UBND|HĐND|Ban|Cục|Chi cục|Trung tâm|Viện|Công an|Văn phòng|Trường|Bệnh viện|Hội đồng) "
)
# What makes one with the two syllables before it: Đổi mới sáng tạo, Chuyển đổi số.
_TERM_ENDS = {
    "đổi mới": " sáng tạo",
    "khởi nghiệp": " sáng tạo",
    "chuyển đổi": " số",
    "khoa học": " công nghệ",
}
# 'Hội Trí thức và chuyên gia Sao Mai': a word written small that a capital follows is joined, too.
_SMALL = re.compile(r" và ([^\W\d_]+ [^\W\d_]+) (?=[^\W\d_])")
# 'Hiệp hội … Việt Nam - Hàn Quốc' is of two countries.
_COUNTRIES = re.compile(r"(?<=Việt Nam) ?[-–] ?[^\W\d_]+(?: [^\W\d_]+)?")
# The unit that an office or institute is of: Trung tâm Y tế quận Sao Mai.
_OF_UNIT = re.compile(r" (?:tỉnh|thành phố|quận|huyện|thị xã|phường|xã|khu vực) ")
_TWO = re.compile(r"Bà Rịa ?[-–] ?Vũng Tàu")
# A centre of a unit or a department is the State's.
_UNDER = re.compile(r",? ?\(?(?:trực )?(?:thuộc )?(?:Sở|UBND) ")
# … and so is one that runs or watches something.
_OF_THE_STATE = re.compile(
    r"(?:Quản lý|Điều hành|Điều độ|Kiểm soát|Kiểm nghiệm|Giám sát|Tiết kiệm|Khuyến nông|Lưu trữ"
    r"|Phát triển quỹ đất|Dịch vụ việc làm|Công nghệ sinh học)(?!\w)"
)
_SPELLED = "|".join(map(re.escape, SPELLINGS))
_TIME = re.compile(rf"(?:(?:,? (?:{_SPELLED}))? lần thứ [IVX\d]+| năm 20\d\d| 20\d\d)(?!\w)")
_LONGEST_NAME = 5
_LONGEST_DESCRIPTION = 12
# A hospital or school of the city at large is no name.
_CITY = frozenset(("TP", "HCM", *SPELLINGS))
# What such a body may be in general.
_NO_NAMES = frozenset((
    "cổ phần", "trách nhiệm", "thương mại", "tư nhân", "nhà nước", "đa khoa", "hội", "r&d",
    "nghiên cứu", "nghiên cứu và phát triển", "dữ liệu", "điều hành", "dịch vụ", "đào tạo",
    "đổi mới sáng tạo", "hành chính công", "việc làm", "y tế", "văn hóa", "thể thao",
))  # fmt: skip
# Of these the name says what they do.
_UNIONS = ("Đoàn", "Hội", "Liên đoàn")
_UNITED = ("sở", "cục", "chi cục", "ban quản lý", "trung tâm", "viện", "hội", "bệnh viện")
_DESCRIBED = frozenset(
    ("sở", "cục", "chi cục", "tổng cục", "ban quản lý", "viện", "trung tâm", "hội", "quỹ")
)
_UNITS = ("phường", "xã", "đặc khu", "quận", "huyện", "thị trấn", "thị xã")
_UNNUMBERED = (
    "tập đoàn", "tổng công ty", "công ty", "ngân hàng", "hiệp hội", "viện", "trung tâm", "hội",
    "quỹ", "học viện", "liên đoàn", "câu lạc bộ", "clb", "đại học", "đh", "sở", "cục", "chi cục",
    "tổng cục", "ban quản lý", "cảng", "chợ", "cầu", "ga", "diễn đàn", "triển lãm", "tuần lễ",
    "ngày hội", "hội chợ", "giải thưởng", "lễ hội", "công viên", "sân bay", "sông",
    "kênh", "khu chế xuất", "khu công nghiệp", "đường", "cao tốc",
)  # fmt: skip


def bodies(field: Field) -> Iterator[Found]:
    """Find wards, streets, committees, companies, schools, institutes and fairs by name."""
    for kind, head in headed(field):
        end = _name_end(field, head.end())
        if end and _is_name(head[0], field, head.end(), end):
            yield _found(kind, head, field, end)


def _found(kind: str, head: re.Match[str], field: Field, bare: int) -> Found:
    """Give the body whose name ends at ``bare`` but for its place, an event with its number too."""
    end = _with_its_place(head[0], field, bare)
    if head[0].startswith(_UNIONS):
        kind = "organisation"
    if head[0] == "Trung tâm " and (
        end > bare or _UNDER.match(field.text, bare) or _OF_THE_STATE.match(field.text, head.end())
    ):
        kind = "government"
    times = _TIME.match(field.text, end) if kind == "event" else None
    end = times.end() if times else end
    name = field.text[head.start() : end]
    return Found(f"{kind}:{slug(name)}", name, kind, field, head.start(), end)


def _with_its_place(head: str, field: Field, end: int) -> int:
    """Give the end of the name with the unit or the other country that it is of."""
    other = _COUNTRIES.match(field.text, end)
    if other and all(word[0].isupper() for word in other[0].strip(" -–").split(" ")):
        return other.end()
    unit = _OF_UNIT.match(field.text, end) if head.lower().strip() in _UNITED else None
    if unit is None:
        return end
    joined = _TWO.match(field.text, unit.end())
    return joined.end() if joined else _name_end(field, unit.end()) or end


def _is_name(head: str, field: Field, start: int, end: int) -> bool:
    """Refuse what is no name after this head.

    The city itself; counts, as in 'công ty 40 người', though 'bệnh viện 115' is one; a company
    that is only 'cổ phần'; an institute or office without a word for what it does.
    """
    rest, kind = field.text[start:end], head.lower().strip()
    if rest in _CITY:
        return False
    if field.folded[start:end] in _NO_NAMES and _OF_UNIT.match(field.text, end) is None:
        return False
    if kind.endswith(_UNITS) and _is_a_persons(rest):
        return False
    if rest[0].isdigit():
        return not kind.startswith(_UNNUMBERED)
    return kind not in _DESCRIBED or rest.isupper() or _compound(field, start) is not None


def _is_a_persons(rest: str) -> bool:
    """Tell that a role's holder follows a unit: 'Chủ tịch UBND phường Nguyễn Văn An'."""
    words = rest.split(" ")
    rules = name_rules()
    return len(words) > 2 and words[0] in rules.common and rest not in rules.borne


def _name_end(field: Field, start: int) -> int | None:
    """Give the end of the name that begins at an offset, None if there is none.

    It is a number, or capitalised words, or a description of compounds that have a capital on the
    first syllable only, joined by 'và' or commas: Khoa học và Công nghệ tính toán.
    """
    end: int | None = None
    place, words, described = start, 0, False
    while words < (_LONGEST_DESCRIPTION if described else _LONGEST_NAME):
        word = _NAME.match(field.text, place)
        if word is None or not (word[0][0].isupper() or word[0][0].isdigit()):
            break
        if word[0] in name_rules().common and (described or (words and _holds(field, word.end()))):
            break
        end, words = word.end(), words + 1
        second = _compound(field, word.start(), end)
        described = described or second is not None
        end = second or end
        term = _TERM_ENDS.get(field.folded[word.start() : end], "")
        end += len(term) if term and field.folded.startswith(term, end) else 0
        if word[0][0].isdigit() or field.text[start:end].endswith(SPELLINGS):
            break
        while second and (further := _noun(field, end)):
            end, words = further, words + 1
        small = _SMALL.match(field.text, end) if second else None
        if small and small[1] in name_rules().compounds and field.text[small.end()].isupper():
            end = small.end() - 1
        if field.text[end : end + 1] == " " and field.text[end + 1 : end + 2].isupper():
            place = end + 1
            continue
        join = _JOIN.match(field.text, end) if second else None
        if (
            join is None
            or _ANOTHER.match(field.text, join.end())
            or _compound(field, join.end()) is None
        ):
            break
        place = join.end()
    return end


def _holds(field: Field, end: int) -> bool:
    """Tell that two more capitalised words follow a surname: a person's full name."""
    more = _HOLDER.match(field.text, end)
    return more is not None and all(word[0].isupper() for word in more[0].split())


def _noun(field: Field, end: int) -> int | None:
    """Give the end of a compound written small that goes on a description: nông thôn, việc làm."""
    pair = _PAIR.match(field.text, end)
    if pair and pair[1] in name_rules().compounds and pair[1] not in name_rules().actions:
        return pair.end()
    return None


def _compound(field: Field, start: int, middle: int | None = None) -> int | None:
    """Give the end of the compound that begins at an offset with a capital, None if none does."""
    if middle is None:
        first = _NAME.match(field.text, start)
        if first is None or not first[0][0].isupper():
            return None
        middle = first.end()
    second = _SECOND.match(field.text, middle)
    if second and field.folded[start : second.end()] in name_rules().compounds:
        return second.end()
    return None
