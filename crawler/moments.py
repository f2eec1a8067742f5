"""When a page was published, by the places that may tell it, best first."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from crawler.bodies import key
from crawler.dates import VIETNAM, has_clock, parse_date, trusted
from crawler.markup import paragraphs

# A date line is short; paragraphs that merely mention a date are not.
MAX_DATE_LINE = 80
LINES_BEHIND_TITLE = 12
LINES_BEFORE_TITLE = 6


def believed(
    tellings: Iterable[tuple[str, str]], now: datetime, formats: tuple[str, ...] = ()
) -> tuple[datetime | None, str]:
    """The first believable moment of (origin, raw text) pairs and its origin.

    A day without a time gives way to a later telling that knows the time of the same day.
    """
    day: tuple[datetime | None, str] = (None, "")
    for origin, raw in tellings:
        moment = trusted(parse_date(raw, formats=formats, now=now), now)
        if moment is None:
            continue
        same_day = day[0] is None or day[0].astimezone(VIETNAM).date() == _day(moment)
        if has_clock(raw) and same_day:
            return moment, origin
        day = day if day[0] else (moment, origin)
    return day


def in_time_elements(tree: HtmlElement) -> Iterator[str]:
    """What time elements and publication microdata tell, those of teasers left alone."""
    for element in islice(tree.iter(), 50_000):
        microdata = "datepublished" in (element.get("itemprop") or "").lower()
        if not microdata and not (element.tag == "time" and element.get("datetime")):
            continue
        if next(element.iterancestors("li", "aside", "nav", "footer"), None) is None:
            yield element.get("datetime") or element.get("content") or element.text_content()[:200]


def near_title(tree: HtmlElement, title: str) -> Iterator[str]:
    """Short lines with a date close behind the title, then close before it."""
    lines = [line.text for line in paragraphs(tree)]
    known = key(title)
    place = next((index for index, line in enumerate(lines) if known and key(line) == known), None)
    if place is None:
        return
    behind = lines[place + 1 : place + 1 + LINES_BEHIND_TITLE]
    before = lines[max(0, place - LINES_BEFORE_TITLE) : place][::-1]
    yield from (line for line in behind + before if len(line) <= MAX_DATE_LINE)


def _day(moment: datetime) -> object:
    return moment.astimezone(VIETNAM).date()
