"""How far back a page of a listing reaches, and by which of its articles that is found out."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, TypeVar

from crawler.dates import VIETNAM
from crawler.windows import Window, days_of

Reach = Literal["later", "within", "older", "unknown"]
T = TypeVar("T")

PROBES = 3
# Lists show a few articles of today beside those of their page.
STRAYS = 0.2


def reach(moments: Sequence[datetime], window: Window) -> Reach:
    """Tell where a page's articles lie: all later than a window, most older, or about it."""
    if not moments:
        return "unknown"
    days = [moment.astimezone(VIETNAM).date() for moment in moments]
    if all(day > window[1] for day in days):
        return "later"
    not_older = sum(day >= window[0] for day in days)
    return "older" if not_older <= STRAYS * len(days) else "within"


def probes(found: Sequence[T], count: int = PROBES) -> list[T]:
    """Pick articles of a page by which it is dated: the first, the last and those between."""
    if len(found) <= count:
        return list(found)
    return [found[round(at * (len(found) - 1) / (count - 1))] for at in range(count)]


def lies_within(place: str, window: Window) -> bool:
    """Tell whether a place's address says that all it holds is of a window."""
    span = days_of(place)
    return span is not None and window[0] <= span[0] and span[1] <= window[1]


def oldest_day(place: str, changed_at: datetime | None) -> date | None:
    """Give the first day that a place may hold, by its address, else the day of its last change."""
    span = days_of(place)
    if span is not None:
        return span[0]
    return changed_at.astimezone(VIETNAM).date() if changed_at else None
