"""Ho Chi Minh City in a text: how it is spelled, and what each mention of it stands for."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

# Fuller spellings first: an alias is expanded in this order.
SPELLINGS = (
    "Thành phố Hồ Chí Minh",
    "TP. Hồ Chí Minh",
    "TP.Hồ Chí Minh",
    "TP Hồ Chí Minh",
    "TP. HCM",
    "TP.HCM",
    "TP HCM",
    "TPHCM",
)
ENGLISH = ("Ho Chi Minh City", "HCM City", "HCMC")
PLACEHOLDER = "{city}"
# A head word further from the name than this many characters belongs to something else.
_WINDOW = 70
# 'Between the city and …', '… and the city': it is a party to what is told, not the place of it.
_PARTY_BEFORE = re.compile(r"(?i:(?<!\w)giữa|between) $")
_PARTY_AFTER = re.compile(r" (?:và|với|and) ")
# 'Trong năm nay, the city …' says when and why the city does something, not where something is.
_CIRCUMSTANCE = re.compile(
    r"\W*(?i:sáng|chiều|tối|trưa|ngày|tháng|năm|quý|tuần|trong|theo|hiện|đến|với|để|từ|sau|trước|do"
    r"|nhờ|nhằm|hướng tới|thời gian|giai đoạn|chỉ|mới đây|vừa qua|thực hiện|qua|cùng|tính đến"
    r"|dự kiến|in|by|on|during|after|since|under|to|according to)\b"
)
# 'Đại học Quốc gia (ĐHQG) TP.HCM': what explains a name does not part it.
_ASIDE = re.compile(r"\([^()]*\)\s*$")
_GOES_ON = re.compile(
    r" (?!(?:vào|và|với|do|cho|để|khi|được|từ|thì|lúc|tại|ở|nơi|là|có)\b)[^\W\dA-ZĐ]"
)

# 'Bệnh viện TP.HCM' without a name between are the city's hospitals.
_ITS_OWN = frozenset(("bệnh viện", "bv", "trường", "trường học"))

# body: a body of the city's state. subject: the city itself acts. unit: one of its wards or
# communes. venue: where something happens. name: inside the name of somebody else.
Kind = Literal["body", "subject", "unit", "other", "venue", "name"]
KINDS: tuple[Kind, ...] = ("body", "subject", "unit", "other", "venue", "name")


def expand(phrase: str) -> list[str]:
    """Write a phrase with the placeholder once for each spelling of the city."""
    if PLACEHOLDER not in phrase:
        return [phrase]
    return [phrase.replace(PLACEHOLDER, spelling) for spelling in SPELLINGS]


def expand_english(name: str) -> list[str]:
    """Write a body's English name with the city: HCMC Department of Health, … of HCMC."""
    spelled = [form for city in ENGLISH for form in (city, f"{city}'s")]
    return [*(f"{form} {name}" for form in spelled), *(f"{name} of {city}" for city in ENGLISH)]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words around the city's name that tell the kind of a mention, as patterns.

    ``heads`` matches the head words before it, its groups named by kind and a number; ``venue`` a
    preposition just before; ``event`` what merely takes place there; ``verbs`` an action after;
    ``after`` the rest of a body's English name.
    """

    heads: re.Pattern[str]
    venue: re.Pattern[str]
    event: re.Pattern[str]
    verbs: re.Pattern[str]
    after: re.Pattern[str]


def surroundings(
    heads: Mapping[Kind, Iterable[str]],
    venue: Iterable[str],
    event: Iterable[str],
    verbs: Iterable[str],
    after: Iterable[str],
) -> Surroundings:
    """Compile the word lists, given as people write them."""
    places = rf"(?:{_any(venue)}) (?i:địa bàn |khu vực |trung tâm |hà nội và )?$"
    return Surroundings(
        re.compile(rf"(?<!\w)(?:{_by_kind(heads)})(?!\w)"),
        re.compile(rf"(?<!\w){places}"),
        re.compile(rf"(?<!\w)(?:{_any(event)}) {places}"),
        re.compile(rf" (?:{_any(verbs)})(?!\w)"),
        re.compile(
            rf"(?:['’]s)? (?:[A-Z][\w'’]+ |and |of |the |for ){{0,4}}(?:{_any(after)})(?!\w)"
        ),
    )


def _by_kind(heads: Mapping[Kind, Iterable[str]]) -> str:
    """Match any head, longer ones first: Sở giao dịch chứng khoán is none of the city's Sở."""
    told = [(word, kind) for kind, words in heads.items() for word in words]
    told.sort(key=lambda pair: -len(pair[0]))
    runs = itertools.groupby(told, key=lambda pair: pair[1])
    return "|".join(
        f"(?P<{kind}_{number}>{_any(word for word, _ in run)})"
        for number, (kind, run) in enumerate(runs)
    )


def _any(words: Iterable[str]) -> str:
    """Match any of the words; one written with a capital only so: Sở is no cơ sở."""
    forms = [re.escape(w) for w in sorted(words, key=len, reverse=True)]
    return "|".join(form if form[0].isupper() else f"(?i:{form})" for form in forms)


def kind_of_mention(text: str, start: int, end: int, around: Surroundings) -> Kind:
    """Tell what the city's name at ``start`` to ``end`` of a text stands for."""
    before = re.split(r"[.;!?\n\"]\s|\n|^\"", text[max(0, start - _WINDOW) : start])[-1]
    acts = around.verbs.match(text, end) is not None
    if around.after.match(text, end):
        return "body"
    if _PARTY_BEFORE.search(before) and _PARTY_AFTER.match(text, end):
        return "subject"
    if around.venue.search(before):
        return "name" if around.event.search(before) else "venue"
    before = _ASIDE.sub("", before)
    if re.search(r"[(,]\s*$", before):
        goes_on = _GOES_ON.match(text, end) is not None
        return _explained(before, acts or text.startswith(")", end), goes_on, around)
    clause = re.split(r"[,:()]", before)[-1]
    kind = _nearest_head(clause, around)
    if kind:
        return kind
    return "subject" if acts or not clause.strip(" -'\"") else "other"


def _explained(before: str, acts: bool, goes_on: bool, around: Surroundings) -> Kind:
    """Judge 'phường A (TP.HCM)' and 'đường B, phường A, TP.HCM' by what the name explains."""
    parts = re.split(r"[,()]", before.rstrip(" (,"))
    heads = list(around.heads.finditer(parts[-1]))
    if not heads:
        return "subject" if goes_on and _CIRCUMSTANCE.match(parts[-1]) else "venue"
    kinds = [_kind(head) for head in heads]
    if "body" in kinds:
        return "body"
    if kinds[-1] != "unit":
        return kinds[-1]
    if around.venue.search(parts[-1][: heads[-1].start()]):
        return "venue"
    owner = _nearest_head(parts[-2], around) if len(parts) > 1 else None
    if owner == "name":
        return owner
    return "unit" if acts or len(parts) == 1 else "venue"


def _nearest_head(clause: str, around: Surroundings) -> Kind | None:
    heads = list(around.heads.finditer(clause))
    if heads and heads[-1][0].lower() in _ITS_OWN and not clause[heads[-1].end() :].strip():
        return "unit"
    return _kind(heads[-1]) if heads else None


def _kind(head: re.Match[str]) -> Kind:
    told = (head.lastgroup or "").partition("_")[0]
    return next(kind for kind in KINDS if kind == told)
