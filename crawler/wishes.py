"""How long a server wishes its feed to be left alone: by its headers and by the feed itself."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

SPEAKING = ("Cache-Control", "Age", "Date", "Expires")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"no-cache|no-store", re.IGNORECASE)


def wished_pause(status: int, headers: Mapping[str, str], told: timedelta | None) -> int | None:
    """Give the seconds a feed's answer asks for, 0 for none; None where a 304 says nothing.

    ``headers`` are those `SPEAKING`, by these names, ``told`` is what the feed says of itself. The
    longer of the two counts; whether it is reasonable is not asked here.
    """
    by_headers = _by_headers(headers)
    if status == 304:
        return by_headers
    return max(by_headers or 0, int(told.total_seconds()) if told else 0)


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
