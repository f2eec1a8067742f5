"""Dates as Vietnamese outlets write them, read into aware UTC.

The forms were gathered from feeds and pages of some forty outlets. General date libraries misread
several of them without a word: "+07" as seven minutes, "GMT+7" as minus seven hours, a
month-first date as day-first. Here each form is matched by itself, and what fits none is no date.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=15)
MAX_TEXT = 400

_MONTHS = {
    "jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4,
    "may": 5, "jun": 6, "june": 6, "jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9,
    "sept": 9, "september": 9, "oct": 10, "october": 10, "nov": 11, "november": 11, "dec": 12,
    "december": 12,
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_CLOCK = re.compile(
    r"(?<![\d/:+.-])(?P<hour>\d{1,2})\s?(?::|h|g|giờ)\s?(?P<minute>\d{2})(?!\d)"
    r"(?::(?P<second>\d{2})(?!\d)(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<half>[ap]\.?m\b|sa\b|ch\b)\.?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s*\(?\s*(?:(?:gmt|utc)\s?(?P<named>[+-]\d{1,2}(?::?\d{2})?)"
    r"|(?P<offset>[+-]\d{2}(?::?\d{2})?)(?![\d/.-])"
    r"|(?P<utc>gmt|utc|ut|z)\b|(?P<local>ict)\b)",
    re.IGNORECASE,
)
_ZONE_BEHIND = re.compile(r"\(?(?:gmt|utc)\s?[+-]\d", re.IGNORECASE)
_ISO = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?=\D|$)"
)
_AMERICAN = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})\s+\d{1,2}:\d{2}:\d{2}\s?[AP]M",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})[ -](?P<name>{_MONTH})\.?,?[ -](?P<year>\d{{4}}|\d{{2}})(?!\d)"
    rf"|\b(?P<name2>{_MONTH})\.?\s(?P<day2>\d{{1,2}}),?\s(?P<year2>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2}),?\s+(?:năm\s+)?(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    r"(?<![\d/.])(?<!\d-)(?P<day>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<month>\d{1,2})\s?(?P=mark)\s?"
    r"(?P<year>\d{4})(?!\d)"
)
_AGO = re.compile(
    r"(?<!\d)(?P<count>\d{1,4})\s+(?P<unit>giây|phút|giờ|tiếng|ngày|tuần|"
    r"seconds?|minutes?|mins?|hours?|days?|weeks?)\s+(?:trước|ago)\b",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(
    r"\b(?P<yesterday>hôm qua|yesterday)\b|\b(?:hôm nay|today)\b|\b(?P<now>vừa xong|just now)\b",
    re.IGNORECASE,
)
_UNITS = {
    "giây": 1, "second": 1, "phút": 60, "minute": 60, "min": 60, "giờ": 3600, "tiếng": 3600,
    "hour": 3600, "ngày": 86400, "day": 86400, "tuần": 604800, "week": 604800,
}  # fmt: skip

# VCCorp sites: a three-digit site number, then YYMMDDhhmmss; Dân Trí and Báo Tin tức:
# YYYYMMDDhhmmss; both followed by a few digits of a fraction.
_ID = re.compile(
    r"-(?:1\d\d(?P<yy>\d{2})|(?P<yyyy>20\d{2}))(?P<month>\d{2})(?P<day>\d{2})"
    r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})\d{1,3}\.(?:htm|html|chn)(?:$|[?#])"
)


def parse_date(
    text: str, *, formats: Sequence[str] = (), now: datetime | None = None
) -> datetime | None:
    """The first moment a text names, aware UTC, or None.

    ``formats`` (for `datetime.strptime`) are tried before the known forms. A moment without a
    zone is in Vietnam's. "2 giờ trước" and its like need ``now``.
    """
    line = " ".join(unicodedata.normalize("NFC", text[:MAX_TEXT]).split())
    try:
        found = _by_formats(line, formats) or _by_known_forms(line)
        return found or (_relative(line, now) if now else None)
    except (ValueError, OverflowError):  # 31/02, 25:00, year 0
        return None


def believable(moment: datetime, now: datetime) -> bool:
    """Whether a publication may be of this moment: from 1990 to a quarter of an hour ahead."""
    return EARLIEST <= moment <= now + CLOCK_SKEW


def trusted(moment: datetime | None, now: datetime | None) -> datetime | None:
    """The moment, or None if it cannot be believed; without ``now`` only the past bounds it."""
    if moment is None or not believable(moment, now or moment):
        return None
    return moment


def date_from_id(url: str) -> datetime | None:
    """When an article was made, by the number in its address; a last resort, aware UTC."""
    found = _ID.search(url[:2_000])
    if not found:
        return None
    year = int(found["yyyy"] or f"20{found['yy']}")
    names = ("month", "day", "hour", "minute", "second")
    month, day, hour, minute, second = (int(found[name]) for name in names)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM).astimezone(UTC)
    except ValueError:
        return None


def has_clock(text: str) -> bool:
    """Whether a date's text also tells the hour and minute."""
    return bool(_CLOCK.search(re.sub(r"(?<=\d)T(?=\d)", " ", text[:MAX_TEXT])))


def _by_formats(line: str, formats: Sequence[str]) -> datetime | None:
    for form in formats:
        try:
            return _in_utc(datetime.strptime(line, form))  # noqa: DTZ007 - zone added if absent
        except ValueError:
            continue
    return None


def _by_known_forms(line: str) -> datetime | None:
    line = re.sub(r"(?<=\d)T(?=\d)", " ", line)
    american = _AMERICAN.fullmatch(line)
    if american and int(american["month"]) <= 12:
        return _moment(line, american, american.span("year"))
    for form in (_ISO, _ENGLISH, _WORDS, _DAY_FIRST):
        found = form.search(line)
        if found:
            return _moment(line, found, found.span())
    return None


def _moment(line: str, found: re.Match[str], span: tuple[int, int]) -> datetime:
    parts = {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    month = _MONTHS[parts["name"].lower()] if "name" in parts else int(parts["month"])
    hour, minute, second, zone = _time_beside(line, span)
    return datetime(
        year, month, int(parts["day"]), hour, minute, second, tzinfo=zone or VIETNAM
    ).astimezone(UTC)


def _time_beside(line: str, span: tuple[int, int]) -> tuple[int, int, int, tzinfo | None]:
    """Hour, minute, second and zone told behind a date, else before it; midnight if nowhere."""
    clock = _CLOCK.search(line, span[1]) or _CLOCK.search(line[: span[0]])
    if not clock:
        return 0, 0, 0, _zone(_ZONE.match(line, span[1]))
    hour = int(clock["hour"])
    half = (clock["half"] or "").lower()
    # A 24-hour clock with a needless label ("17:09 PM", "00:01 AM") comes out right, too.
    if half.startswith(("p", "c")) and hour < 12:
        hour += 12
    elif half.startswith(("a", "s")) and hour == 12:
        hour = 0
    zone = _zone(_ZONE.match(line, clock.end()))
    behind = None if zone else _ZONE_BEHIND.search(line, max(clock.end(), span[1]))
    zone = _zone(_ZONE.match(line, behind.start())) if behind else zone
    return hour, int(clock["minute"]), int(clock["second"] or 0), zone


def _zone(found: re.Match[str] | None) -> tzinfo | None:
    if not found or found["local"]:
        return None
    if found["utc"]:
        return UTC
    sign, digits = (found["named"] or found["offset"])[0], (found["named"] or found["offset"])[1:]
    digits = digits.replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def _relative(line: str, now: datetime) -> datetime | None:
    ago = _AGO.search(line)
    if ago:
        unit = ago["unit"].lower()
        seconds = _UNITS.get(unit) or _UNITS[unit.removesuffix("s")]
        return now.astimezone(UTC) - int(ago["count"]) * timedelta(seconds=seconds)
    named = _NAMED_DAY.search(line)
    if not named:
        return None
    if named["now"]:
        return now.astimezone(UTC)
    day = now.astimezone(VIETNAM) - timedelta(days=1 if named["yesterday"] else 0)
    hour, minute, second, _ = _time_beside(line, named.span())
    return day.replace(hour=hour, minute=minute, second=second, microsecond=0).astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
