"""Who wrote an article: names out of author boxes, metadata and closing lines."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.lines import one_line

MAX_AUTHORS = 8

_BYLINE = re.compile(
    r"(?:(?:Bài|Tin|Ảnh|Thực hiện|Tác giả|PV)(?:(?:,| và| -) (?:ảnh|bài))?\s*:\s*)?"
    r"(?P<names>[^():!?]{2,80}?)"
    r"(?:\s*/\s*(?P<outlet>(?:Báo|Tạp chí|TTXVN|VOV|VTV)\b.{0,40}|[\w.]+\.vn))?"
    r"(?:\s*\((?P<note>[^()]{2,40})\))?\.?"
)
_BETWEEN_NAMES = re.compile(r"\s*[-–,/&;]\s*|\s+và\s+")
_AGENCY_LINE = re.compile(
    r"\(?\s*(?:Theo|Nguồn|Source)\s*:?\s+(?P<agency>\w[^.()]{1,60})\)?\.?"
    r"|\(\s*(?P<mark>\w[\w.+ ]{1,30})\s*\)"
)
_ENGLISH_BYLINE = re.compile(r"By\s+(?P<names>[^.]{2,60}?)(?:\s*[-–]\s*Translated by .{2,60})?")
_PREFIX = re.compile(r"^(?:Theo|By|Bài|Tác giả|Thực hiện|PV|Ảnh|Tin)\s*:?\s+", re.IGNORECASE)
_NO_NAME = re.compile(r"[\d@/:|]|\.(?:vn|com|net|org)\b", re.IGNORECASE)


def names(text: str, outlets: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The persons a byline names, without the outlet itself, see `outlet_keys`."""
    if "://" in text or "@" in text:
        return ()
    line = _PREFIX.sub("", re.sub(r"\([^()]*\)", "", one_line(text)))
    parts = (part.strip(" .") for part in _BETWEEN_NAMES.split(line) if not _NO_NAME.search(part))
    found = (part for part in parts if 2 <= len(part) <= 60 and len(part.split()) <= 6)
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
    byline = _BYLINE.fullmatch(re.sub(r"\s*[-–,]\s*Ảnh\s*:\s*", " - ", text))
    if not byline or not _are_names(byline["names"]):
        return "", ""
    return one_line(byline["names"]), _agency(byline["outlet"] or byline["note"] or "")


def _agency(text: str) -> str:
    """The text if it looks like an agency's or outlet's name, else nothing."""
    name = re.sub(r"^theo\s+", "", one_line(text), flags=re.IGNORECASE)
    return name if name[:1].isupper() and len(name.split()) <= 6 and "," not in name else ""


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
    return "".join(sign for sign in plain if sign.isalnum())
