"""Who wrote an article: names out of author boxes, metadata and closing lines."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.lines import one_line

MAX_AUTHORS = 8
MAX_OPENING = 8
MAX_NAME = 60

# Bài: | Bài, ảnh: | BÀI VÀ ẢNH: | Tin - ảnh: | Thực hiện: | Nội dung:
_LABEL = (
    r"(?:Bài(?: viết)?|Tin|Ảnh|Clip|Thực hiện|Tác giả|Nội dung|Phóng viên|PV)"
    r"(?:(?:,| và| -| –|;|\s*&)\s*(?:ảnh|bài|clip|video|đồ họa))*\s*:"
)
_OUTLET = r"(?:(?:Báo|Tạp chí|TTXVN|VOV|VTV|VGP)\b.{0,40}|[\w.]+\.vn|Vietnam\+)"
_FIRST_LABEL = re.compile(rf"{_LABEL}\s*", re.IGNORECASE)
_BYLINE = re.compile(
    r"(?P<names>[^():!?]{2,80}?)"
    rf"(?:\s*/\s*(?P<outlet>{_OUTLET}))?"
    r"(?:\s*\((?P<note>[^()]{2,40})\))?\.?",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*[-–,/&;]\s*")
_AND = re.compile(r"\s+và\s+")
_SECOND_LABEL = re.compile(r"\s*[-–,;]\s*(?:Ảnh|Clip|Video|Đồ họa)\s*:\s*", re.IGNORECASE)
_AGENCY_LINE = re.compile(
    r"\(?\s*(?:Theo|THEO|Nguồn|NGUỒN|Source)\s*:?\s+(?P<agency>\w[^.()]{1,60})\)?\.?"
    r"|\(\s*(?P<mark>\w[\w.+/ ]{1,30})\s*\)"
)
_ENGLISH_BYLINE = re.compile(r"By\s+(?P<names>[^.]{2,60}?)(?:\s*[-–]\s*Translated by .{2,60})?")
_PREFIX = re.compile(
    rf"^(?:{_LABEL}|(?:Theo|By|Bài|Tác giả|Thực hiện|Phóng viên|PV|CTV|Ảnh|Tin)\s*:?\s)\s*",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s+(?:thực hiện|tổng hợp|lược dịch|biên dịch|ghi|dịch)$", re.IGNORECASE)
_GROUP = re.compile(r"nhóm (?:PV|phóng viên|tác giả)", re.IGNORECASE)
# In parentheses behind a name: where from, or which office its bearer holds.
_NO_AGENCY = re.compile(r"(?:Từ|Phó|Giám đốc|Chủ tịch|Trưởng|Ủy viên|Bí thư|Nguyên)\s")
_NOBODY = frozenset({"tổng hợp", "t/h", "sưu tầm", "ban biên tập", "tòa soạn", "toà soạn"})
_SIGNS = re.compile(r"[\W_]+")  # marks above and below letters, too
_NO_NAME = re.compile(r"[\d@/:|!?]|\.(?:vn|com|net|org)\b", re.IGNORECASE)
# An agency that a page's template sets next to a name without a blank: "Mai AnhTTXVN".
_GLUED = re.compile(r"(?<=[^\W\dA-Z_])TTXVN$")
# Accounts of a content system, by their folded names.
_ACCOUNT = re.compile(
    r"(?:super|wp|web|site)?admin(?:istrator|web)?|(?:web)?editor|webmaster|root|user|guest|author"
    r"|quantri(?:vien|web|hethong)?|bientapvien|tacgia"
)
# The outlet a person is of, behind a stroke: "Mai Anh/VOV-TPHCM".
_BEHIND = re.compile(r"\s*/\s*(?P<outlet>[^/,;&]{2,60}?)(?=\s+[-–]\s|[/,;&]|$)")
_AGENCY = re.compile(_OUTLET, re.IGNORECASE)
# Bodies whose names may hold an "và": one of them is one name.
_BODY = re.compile(
    r"(?:Bộ|Sở|Ban|Cục|Vụ|Tổng cục|Ủy ban|UBND|Trung tâm|Viện|Học viện|Trường Đại học|Đại học"
    r"|Văn phòng|Hội|Liên hiệp|Báo|Tạp chí|Đài|Cổng) "
)
# Where the author of a scholarly article works, printed below the name.
_WORKPLACE = re.compile(
    r"(?:Học viện|Viện|Phân viện|Phân hiệu|Trường (?:Đại học|Cao đẳng|Chính trị|THPT|THCS)|Đại học"
    r"|Khoa|Trung tâm|Bộ|Sở|Cục|Vụ|Ủy ban|UBND|Văn phòng|Công ty|Tập đoàn|Tạp chí|Nghiên cứu sinh"
    r"|NCS)[ ,][^.!?:;]{2,140}"
)
_DEGREES = re.compile(r"(?:\b(?:GS|PGS|TS|TSKH|ThS|NCS|CN|KS|BS)\b[.,\s]*)+")


def names(text: str, outlets: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The persons a byline names, without the outlet itself, see `outlet_keys`."""
    if "://" in text or "@" in text or folded(text) in outlets:
        return ()
    line = _unlabelled(re.sub(r"\([^()]*\)", "", one_line(text)).strip())
    line = _BEHIND.sub(lambda found: "" if _is_desk(found["outlet"], outlets) else found[0], line)
    line = _SUFFIX.sub("", _GLUED.sub("", _PREFIX.sub("", line)))
    split = (_PREFIX.sub("", part) for part in _parts(line))
    parts = (_SUFFIX.sub("", part.strip(" .")) for part in split if not _NO_NAME.search(part))
    found = (part for part in parts if 2 <= len(part) <= 60 and len(part.split()) <= 6)
    named = (name for name in found if not is_outlet(name, outlets) and not _is_nobody(name))
    return tuple(dict.fromkeys(named))[:MAX_AUTHORS]


def _parts(line: str) -> list[str]:
    """The names in a line; the "và" in the name of a body parts nothing."""
    parts = _MARK.split(line)
    return [name for part in parts for name in ([part] if _BODY.match(part) else _AND.split(part))]


def _is_desk(text: str, outlets: frozenset[str]) -> bool:
    """Whether a text is an outlet or its office somewhere: "VOV-TPHCM"."""
    first = re.split(r"[\s–-]", text, maxsplit=1)[0]
    return bool(_AGENCY.match(text)) or is_outlet(text, outlets) or folded(first) in outlets


def _is_nobody(name: str) -> bool:
    return name.casefold() in _NOBODY or bool(_ACCOUNT.fullmatch(folded(name)))


def outlet_keys(url: str, titles: Iterable[str]) -> frozenset[str]:
    """What an outlet's own name looks like, by its address and the names it goes by."""
    host = (urlsplit(url).hostname or "").split(".")
    labels = [label for label in host[:-1] if label not in {"www", "m", "com", "org", "gov", "net"}]
    called = [name for title in titles for name in (title, _without_note(title))]
    return frozenset(key for key in map(folded, [*labels, *called]) if len(key) >= 3)


def _without_note(title: str) -> str:
    """A long name without what stands in parentheses; a short one may be a word of any text."""
    name = re.sub(r"\([^()]*\)", "", title)
    return name if len(name.split()) >= 4 else ""


def is_outlet(name: str, outlets: frozenset[str]) -> bool:
    """Whether a text is the name of the outlet rather than of a person or an article."""
    if len(name) > 60:
        return False
    plain = folded(name)
    return any(plain == key or (len(key) >= 5 and key in plain) for key in outlets)


def without_outlet(title: str, outlets: frozenset[str]) -> str:
    """A page's title without the outlet's name at its end: "… - Báo Mẫu", "… | Báo Mẫu"."""
    head, mark, tail = re.sub(r"\s[|–—-]\s(?!.*\s[|–—-]\s)", "\0", title).partition("\0")
    return head.strip() if mark and is_outlet(tail, outlets) else title


def signature(text: str) -> tuple[str, str]:
    """The names and the agency a closing line is signed with, empty if it is an ordinary one."""
    if len(text) > 120:
        return "", ""
    agency = _AGENCY_LINE.fullmatch(text)
    if agency:
        return "", _agency(agency["agency"] or agency["mark"])
    english = _ENGLISH_BYLINE.fullmatch(text)
    if english:
        return one_line(english["names"]), ""
    if _GROUP.fullmatch(text):
        return one_line(text), ""
    byline = _BYLINE.fullmatch(_unlabelled(text))
    if not byline or not _are_names(byline["names"]):
        return "", ""
    return one_line(byline["names"]), _agency(byline["outlet"] or byline["note"] or "")


def opening(lines: Sequence[str]) -> tuple[str, int]:
    """Who stands with degree and workplace above a text, and how many of its lines that takes.

    A line of names counts only with a workplace below it, and only whole names: else it may be a
    heading.
    """
    found: list[str] = []
    for name, workplace in zip(lines[0:MAX_OPENING:2], lines[1:MAX_OPENING:2], strict=False):
        person = _DEGREES.sub("", name).strip(" *")
        whole = min(len(part.split()) for part in _parts(person)) >= 3 or person != name
        if len(name) > 80 or not (whole and _are_names(person) and _WORKPLACE.fullmatch(workplace)):
            break
        found.append(person)
    return ", ".join(found), 2 * len(found)


def _unlabelled(text: str) -> str:
    """A byline without what says who wrote and who took the pictures."""
    first = _FIRST_LABEL.match(text)
    return _SECOND_LABEL.sub(" - ", text[first.end() :] if first else text)


def _agency(text: str) -> str:
    """The text if it looks like an agency's or outlet's name, else nothing."""
    name = re.sub(r"^theo\s+", "", one_line(text), flags=re.IGNORECASE)
    is_name = name[:1].isupper() and len(name.split()) <= 6 and "," not in name
    return name if is_name and not _NO_AGENCY.match(name) else ""


def _are_names(text: str) -> bool:
    """Whether a text consists of names of persons: up to five, of up to five words each."""
    names = [name.split() for part in _MARK.split(text.strip()) for name in _AND.split(part)]
    if not all(1 <= len(name) <= 5 for name in names) or len(names) > 5:
        return False
    words = [word for name in names for word in name]
    initials = all("." in word or word.isupper() for word in words)
    return all(word[0].isupper() for word in words) and (len(words) > 1 or initials)


def folded(text: str) -> str:
    """Letters and digits in lower case without diacritics."""
    return _name_folded(text) if len(text) <= MAX_NAME else _folded(text)


@lru_cache(maxsize=4096)  # of outlets and of those who write for them: they come again and again
def _name_folded(name: str) -> str:
    return _folded(name)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _SIGNS.sub("", plain)
