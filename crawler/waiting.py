"""How long a server asks us to stay away."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)
"""The most a server can ask for: it may be mistaken, and an outlet is never given up."""

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def retry_after(value: str, now: datetime) -> datetime | None:
    """Read a Retry-After header, seconds or a date, as a moment up to a day after ``now``.

    A moment that has passed asks for nothing: None, as for what is neither seconds nor a date.
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        pause = timedelta(seconds=min(int(text), LONGEST_WAIT.total_seconds()))
    else:
        pause = _moment(text, now) - now
    return now + min(pause, LONGEST_WAIT) if pause > timedelta(0) else None


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = parsedate_to_datetime(text[:100])
    except ValueError:
        return now
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
