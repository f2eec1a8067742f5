"""Which pages the general extractor reads too, as referee, and what a reading tells of the page."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zlib import crc32

from crawler.dates import VIETNAM
from crawler.documents import Candidate, Document
from crawler.newsroom import Outcome, Taken

# The referee takes some 40 ms a page: too long for each, and a redesign shows on any of them.
ONE_IN = 50
# Dates that only the address or the feed tells, not the page.
_ELSEWHERE = frozenset({"", "address", "feed"})


@dataclass(slots=True)
class Sample:
    """Picks the first page of a source on a day, and one in 50 by its address after that."""

    days: dict[str, date] = field(default_factory=dict)

    def picks(self, candidate: Candidate, now: datetime) -> bool:
        """Tell whether this page is refereed."""
        today = now.astimezone(VIETNAM).date()
        if self.days.get(candidate.source) != today:
            self.days[candidate.source] = today
            return True
        return crc32(candidate.canonical_url.encode()) % ONE_IN == 0


def taken(outcome: Outcome, document: Document, now: datetime) -> Taken:
    """Say what became of a page that was stored at a moment, and how well it could be read."""
    return Taken(
        outcome=outcome,
        stage=document.origins.get("text", ""),
        agreement=document.agreement,
        dated=document.origins.get("published_at", "") not in _ELSEWHERE,
        signed=bool(document.authors),
        age=_age(document.published_at, now),
    )


def _age(published: datetime | None, now: datetime) -> timedelta | None:
    # Midnight to the second is a day without a time.
    if published is None or published.astimezone(VIETNAM).time() == time():
        return None
    return now - published
