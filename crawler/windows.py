"""Which parts of an outlet's past a crawl asks for: addresses with days in them, and date windows.

A window is a first and a last day, both included, in Vietnam's calendar.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from crawler.dates import VIETNAM, date_from_id
from crawler.documents import Entry
from crawler.sources import expand

Window = tuple[date, date]
Shards = Sequence[tuple[str, datetime | None]]

_YEAR = r"(?<!\d)(?P<year>20\d\d)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # sitemap-article-11-2026-01.xml: November's first part
        r"(?<!\d)(?P<month>0[1-9]|1[0-2])-(?P<year>20\d\d)-\d{1,2}(?!\d)",
        # sitemaps-2026-11-21-25.xml: the 21st to the 25th
        _YEAR + r"[-_/.](?P<month>\d{1,2})[-_/.](?P<first>\d{1,2})[-_/.](?P<last>\d{1,2})(?!\d)",
        # 2026-11-03, 2026/11/03, 20261103: one day; 2026-11-3 may as well be a month's third part
        _YEAR + r"(?P<mark>[-_/.]?)(?P<month>\d\d)(?P=mark)(?P<first>\d\d)(?!\d)",
        _YEAR + r"(?:[-_/.](?P<month>\d{1,2})|(?P<packed>\d\d))(?!\d)",
        r"(?<!\d)(?P<month>\d{1,2})[-_/.](?P<year>20\d\d)(?!\d)",
        _YEAR + r"(?!\d)",
    )
)
_PARAMETERS = {
    "y": "year", "year": "year", "yyyy": "year", "m": "month", "month": "month", "mm": "month",
    "d": "day", "day": "day", "dd": "day",
}  # fmt: skip


def expansions(address: str, day: date, window: Window | None = None) -> Iterator[str]:
    """An address with its placeholders filled in: for a day, or once for each day of a window."""
    first, last = window or (day, day)
    days = ((last - timedelta(days=back)) for back in range((last - first).days + 1))
    yield from dict.fromkeys(expand(address, one) for one in days)


def days_of(url: str) -> Window | None:
    """The days that a sitemap's address names as its content: a year, a month, some days."""
    parts = urlsplit(url)
    named = {
        _PARAMETERS[name.lower()]: int(value)
        for name, value in parse_qsl(parts.query)[:20]
        if name.lower() in _PARAMETERS and re.fullmatch(r"\d{1,4}", value)
    }
    for form in _FORMS:
        found = form.search(parts.path)
        span = _span({**_numbers(found), **named}) if found else None
        if span:
            return span
    return _span(named)


def may_hold(url: str, changed_at: datetime | None, window: Window) -> bool:
    """Whether a sitemap, by its address or its last change, may hold something of a window."""
    span = days_of(url)
    if span:
        return span[0] <= window[1] and window[0] <= span[1]
    return changed_at is None or _day(changed_at) >= window[0]


def is_within(entry: Entry, place: str, window: Window) -> bool:
    """Whether an entry found at a place may be of a window; what has no date may be.

    A last change behind the window says nothing of the publication, unless all that the place
    holds is older.
    """
    published_at = entry.published_at or date_from_id(entry.url)
    if published_at:
        return window[0] <= _day(published_at) <= window[1]
    if entry.updated_at is None:
        return True
    span = days_of(place)
    is_old = span is not None and span[1] <= window[1]
    changed = _day(entry.updated_at)
    return window[0] <= changed and (is_old or changed <= window[1])


def entries_within(entries: Iterable[Entry], place: str, window: Window) -> list[Entry]:
    """The entries of a place that may be of a window."""
    return [entry for entry in entries if is_within(entry, place, window)]


def shards_within(shards: Shards, window: Window) -> list[tuple[str, datetime | None]]:
    """The sitemaps of an index that may hold something of a window."""
    return [(url, changed_at) for url, changed_at in shards if may_hold(url, changed_at, window)]


def _numbers(found: re.Match[str]) -> dict[str, int]:
    numbers = {
        name: int(value) for name, value in found.groupdict().items() if value and name != "mark"
    }
    if packed := numbers.pop("packed", 0):
        numbers["month"] = packed
    return numbers


def _span(named: dict[str, int]) -> Window | None:
    """The days of a year, a month of it or some days of the month; None if there are none such."""
    year, month = named.get("year", 0), named.get("month")
    if not 2000 <= year < 2100 or (month is not None and not 1 <= month <= 12):
        return None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    end = monthrange(year, month)[1]
    first = named.get("day", named.get("first", 1))
    last = min(named.get("day", named.get("last", named.get("first", end))), end)
    if not 1 <= first <= last or named.get("last", 0) > 31:
        return None
    return date(year, month, first), date(year, month, last)


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()
