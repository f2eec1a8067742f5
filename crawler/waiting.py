"""How long a server asks us to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=1)


def retry_after(value: str, now: datetime) -> datetime | None:
    """The moment a Retry-After header names (RFC 9110, 10.2.3), None if it names none.

    It is between ``now`` and a day later, whatever the header says.
    """
    text = value.strip()[:100]
    if text.isascii() and text.isdecimal():
        wish = now + min(timedelta(seconds=int(text[:9])), LONGEST)
        return wish if len(text) <= 9 else now + LONGEST
    try:
        named = parsedate_to_datetime(text)
        moment = (named if named.tzinfo else named.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return min(max(moment, now), now + LONGEST)
