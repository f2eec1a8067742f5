"""Moments in words: the clock in Vietnam, and how long ago it was."""

from datetime import datetime

from crawler.dates import VIETNAM
from messages.catalogue import _


def local(moment: datetime | None) -> str | None:
    """A moment in Vietnam, to the minute."""
    return moment.astimezone(VIETNAM).isoformat(timespec="minutes") if moment else None


def dated(moment: datetime | None, now: datetime) -> str:
    """A moment with its age, empty for none."""
    if moment is None:
        return ""
    when = f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
    return _("{when} ({age} ago)").format(when=when, age=age(moment, now))


def age(moment: datetime, now: datetime) -> str:
    """How long ago a moment was, in the one unit that tells it best."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    if minutes < 120:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return _("{n} h").format(n=minutes // 60)
    return _("{n} days").format(n=minutes // 1440)
