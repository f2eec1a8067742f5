"""Who wrote an article: names out of author boxes, metadata and closing lines."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.lines import one_line

MAX_AUTHORS = 8

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
_BETWEEN_NAMES = re.compile(r"\s*[-–,/&;]\s*|\s+và\s+")
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
_SUFFIX = re.compile(
    rf"\s*/\s*{_OUTLET}$|\s+(?:thực hiện|tổng hợp|lược dịch|biên dịch|ghi|dịch)$", re.IGNORECASE
)
_GROUP = re.compile(r"nhóm (?:PV|phóng viên|tác giả)", re.IGNORECASE)
# In parentheses behind a name: where from, or which office its bearer holds.
_NO_AGENCY = re.compile(r"(?:Từ|Phó|Giám đốc|Chủ tịch|Trưởng|Ủy viên|Bí thư|Nguyên)\s")
_NOBODY = frozenset({"tổng hợp", "t/h", "sưu tầm", "ban biên tập", "tòa soạn", "toà soạn"})
_SIGNS = re.compile(r"[\W_]+")  # marks above and below letters, too
_NO_NAME = re.compile(r"[\d@/:|!?]|\.(?:vn|com|net|org)\b", re.IGNORECASE)


def names(text: str, outlets: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The persons a byline names, without the outlet itself, see `outlet_keys`."""
    if "://" in text or "@" in text:
        return ()
    line = _unlabelled(re.sub(r"\([^()]*\)", "", one_line(text)).strip())
    line = _SUFFIX.sub("", _PREFIX.sub("", line))
    split = (_PREFIX.sub("", part) for part in _BETWEEN_NAMES.split(line))
    parts = (_SUFFIX.sub("", part.strip(" .")) for part in split if not _NO_NAME.search(part))
    found = (
        part
        for part in parts
        if 2 <= len(part) <= 60 and len(part.split()) <= 6 and part.casefold() not in _NOBODY
    )
    return tuple(dict.fromkeys(name for name in found if not is_outlet(name, outlets)))[
        :MAX_AUTHORS
    ]


def outlet_keys(url: str, titles: Iterable[str]) -> frozenset[str]:
    """What an outlet's own name looks like, by its address and the names it goes by."""
    host = (urlsplit(url).hostname or "").split(".")
    labels = [label for label in host[:-1] if label not in {"www", "m", "com", "org", "gov", "net"}]
    return frozenset(key for key in map(folded, [*labels, *titles]) if len(key) >= 3)


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
    names = [name.split() for name in _BETWEEN_NAMES.split(text.strip())]
    if not all(1 <= len(name) <= 5 for name in names) or len(names) > 5:
        return False
    words = [word for name in names for word in name]
    initials = all("." in word or word.isupper() for word in words)
    return all(word[0].isupper() for word in words) and (len(words) > 1 or initials)


def folded(text: str) -> str:
    """Letters and digits in lower case without diacritics."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _SIGNS.sub("", plain)
