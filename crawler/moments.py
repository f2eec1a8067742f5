"""When a page was published and changed, by the places that may tell it, best first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from crawler.dates import VIETNAM, believable, date_from_id, has_clock, parse_date
from crawler.lines import key, one_line
from crawler.reading import Reading
from crawler.trees import Node, ancestors, attribute_of, paragraphs, select_text

# A date line is short; paragraphs that merely mention a date are not.
MAX_DATE_LINE = 80
LINES_BEHIND_TITLE = 12
LINES_BEFORE_TITLE = 6
MAX_NOTES = 3

_TIMES = 'time[datetime], [itemprop*="datepublished" i]'
_TEASERS = frozenset({"li", "aside", "nav", "footer"})
# What these tell is meant as a date; a line near the title may be anything.
_OUTSPOKEN = frozenset({"jsonld", "meta", "selector", "time", "feed"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A believed moment with its origin, or None; ``notes`` say what was told and not believed."""

    at: datetime | None = None
    origin: str = ""
    notes: tuple[str, ...] = ()


def publication(reading: Reading, title: str) -> Moment:
    """When the page was published."""
    now, formats = reading.page.fetched_at, reading.rules.date_formats
    return believed(_publications(reading, title), now, formats)


def modification(reading: Reading, published_at: datetime | None) -> Moment:
    """When the page was last changed, unless that is said to be before its publication."""
    told = reading.candidate.updated_at if reading.candidate else None
    tellings = (
        ("jsonld", reading.jsonld.modified),
        ("meta", reading.meta.modified),
        ("feed", told.isoformat() if told else ""),
    )
    found = believed(tellings, reading.page.fetched_at)
    if found.at and published_at and found.at < published_at:
        return Moment(notes=found.notes)
    return found


def believed(
    tellings: Iterable[tuple[str, str]], now: datetime, formats: tuple[str, ...] = ()
) -> Moment:
    """The first believable moment of (origin, raw text) pairs.

    A day without a time gives way to a later telling that knows the time of the same day.
    """
    day, notes = Moment(), dict[str, None]()
    for origin, raw in tellings:
        moment = parse_date(raw, formats=formats, now=now) if raw else None
        doubt = _doubt(origin, raw, moment, now)
        if doubt:
            notes[doubt] = None
        if moment is None or doubt:
            continue
        same_day = day.at is None or _day(day.at) == _day(moment)
        if has_clock(raw) and same_day:
            return Moment(moment, origin, tuple(notes)[:MAX_NOTES])
        day = day if day.at else Moment(moment, origin)
    return Moment(day.at, day.origin, tuple(notes)[:MAX_NOTES])


def _doubt(origin: str, raw: str, moment: datetime | None, now: datetime) -> str:
    """Why what was told is no moment an article can have, empty if it may be one."""
    shown = one_line(raw[:200])[:60]
    if moment is None:
        meant = origin in _OUTSPOKEN and re.search(r"\d{4}", raw)
        return f"date of {origin} not understood: {shown!r}" if meant else ""
    if believable(moment, now):
        return ""
    where = "in the future" if moment > now else "too far back"
    return f"date of {origin} not believed, it is {where}: {shown!r}"


def _publications(reading: Reading, title: str) -> Iterator[tuple[str, str]]:
    """What tells when the page was published, in the order of trust."""
    yield "jsonld", reading.jsonld.published
    yield "meta", reading.meta.published
    yield from (("selector", text) for text in select_text(reading.tree, reading.rules.date))
    yield from (("time", text) for text in _in_time_elements(reading.tree))
    yield from (("layout", text) for text in _near_title(reading.tree, title))
    yield "jsonld", reading.jsonld.uploaded
    made = date_from_id(reading.page.url)
    yield "address", made.isoformat() if made else ""
    told = reading.candidate.published_at if reading.candidate else None
    yield "feed", told.isoformat() if told else ""


def _in_time_elements(tree: Node) -> Iterator[str]:
    """What time elements and publication microdata tell, those of teasers left alone."""
    for element in tree.css(_TIMES)[:200]:
        if all(around.tag not in _TEASERS for around in islice(ancestors(element), 200)):
            told = attribute_of(element, "datetime") or attribute_of(element, "content")
            yield told or element.text()[:200]


def _near_title(tree: Node, title: str) -> Iterator[str]:
    """Short lines with a date close behind the title, then close before it."""
    lines = [line.text for line in paragraphs(tree)]
    known = key(title)
    place = next((index for index, line in enumerate(lines) if known and key(line) == known), None)
    if place is None:
        return
    behind = lines[place + 1 : place + 1 + LINES_BEHIND_TITLE]
    before = lines[max(0, place - LINES_BEFORE_TITLE) : place][::-1]
    yield from (line for line in behind + before if len(line) <= MAX_DATE_LINE)


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()
