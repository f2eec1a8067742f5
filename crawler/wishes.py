"""How long a server wishes its feed to be left alone: by its headers and by the feed itself."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.http import Response

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"no-cache|no-store", re.IGNORECASE)


def wished_pause(response: Response, told: timedelta | None = None) -> int | None:
    """Give the seconds an answer asks for, 0 for none; None where a 304 says nothing of it.

    The longer of what its headers say and what the feed ``told`` of itself counts; whether that
    is reasonable is not asked here.
    """
    by_headers = _by_headers(response)
    if response.status == 304:
        return by_headers
    return max(by_headers or 0, int(told.total_seconds()) if told else 0)


def _by_headers(response: Response) -> int | None:
    control = _header(response, "Cache-Control")
    if _NOT_KEPT.search(control):
        return 0
    found = _MAX_AGE.search(control)
    if found:
        age = _header(response, "Age")
        return max(0, int(found[1]) - (int(age) if age.isdecimal() and len(age) < 12 else 0))
    date, expires = _moment(response, "Date"), _moment(response, "Expires")
    if date is None or expires is None:
        return None
    return max(0, int((expires - date).total_seconds()))


def _moment(response: Response, name: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(response, name))
    except (TypeError, ValueError, OverflowError):
        return None
    # "-0000" gives a time without a zone, and such times cannot be held against others.
    return moment if moment.tzinfo else None


def _header(response: Response, name: str) -> str:
    value: bytes | None = response.headers.get(name)
    return value.decode("latin-1") if value else ""
