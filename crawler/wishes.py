"""How long a server wishes its feed to be left alone: by its headers and by the feed itself."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

SPEAKING = ("Cache-Control", "Age", "Date", "Expires")
# A feed speaks of itself before its first item.
HEAD_BYTES = 16 * 1024
_ITEMS = re.compile(rb"<(?:item|entry)[\s>]")
_TTL = re.compile(rb"<ttl>\s*(\d{1,9})\s*</ttl>")
_PERIOD = re.compile(rb"<sy:updatePeriod>\s*([a-z]+)\s*</sy:updatePeriod>")
_FREQUENCY = re.compile(rb"<sy:updateFrequency>\s*(\d{1,6})\s*</sy:updateFrequency>")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"no-cache|no-store", re.IGNORECASE)
_PERIODS = {
    b"hourly": 3_600, b"daily": 86_400, b"weekly": 604_800, b"monthly": 2_592_000,
    b"yearly": 31_536_000,
}  # fmt: skip
# WordPress writes 'hourly, once' into every feed by itself: nobody wishes it.
_BY_ITSELF = 3_600


def wished_pause(status: int, headers: Mapping[str, str], body: bytes) -> int | None:
    """Give the seconds a feed's answer asks for, 0 for none; None where a 304 says nothing.

    ``headers`` are those `SPEAKING`, by these names. The longer of what headers and feed say
    counts; whether it is reasonable is not asked here.
    """
    by_headers = _by_headers(headers)
    if status == 304:
        return by_headers
    return max(by_headers or 0, _by_feed(body))


def _by_headers(headers: Mapping[str, str]) -> int | None:
    control = headers.get("Cache-Control", "")
    if _NOT_KEPT.search(control):
        return 0
    found = _MAX_AGE.search(control)
    if found:
        age = headers.get("Age", "")
        return max(0, int(found[1]) - (int(age) if age.isdecimal() and len(age) < 12 else 0))
    date, expires = _moment(headers.get("Date")), _moment(headers.get("Expires"))
    if date is None or expires is None:
        return None
    return max(0, int((expires - date).total_seconds()))


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError, OverflowError):
        return None
    # "-0000" gives a time without a zone, and such times cannot be held against others.
    return moment if moment and moment.tzinfo else None


def _by_feed(body: bytes) -> int:
    head = body[:HEAD_BYTES]
    first = _ITEMS.search(head)
    head = head[: first.start()] if first else head
    ttl, period, often = _TTL.search(head), _PERIOD.search(head), _FREQUENCY.search(head)
    update = _PERIODS.get(period[1], 0) // max(1, int(often[1]) if often else 1) if period else 0
    return max(int(ttl[1]) * 60 if ttl else 0, 0 if update == _BY_ITSELF else update)
