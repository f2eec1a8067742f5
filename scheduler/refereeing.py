"""Which pages the general extractor reads too, as referee, and what a reading tells of the page."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zlib import crc32

from crawler.dates import VIETNAM
from crawler.documents import Candidate, Document
from crawler.newsroom import Outcome, Taken

# The referee takes ten times as long as all else a page needs, and a redesign shows on any of them:
# not each is read, and of many that come at once (a first crawl, the past) not one in so many.
ONE_IN = 50
REST = timedelta(minutes=10)
# Dates that only the address or the feed tells, not the page.
_ELSEWHERE = frozenset({"", "address", "feed"})


@dataclass(slots=True)
class Sample:
    """Picks the first page of a source on a day, and one in 50 by its address after that.

    Between two pages of a source that are picked there are ten minutes.
    """

    picked: dict[str, datetime] = field(default_factory=dict)

    def picks(self, candidate: Candidate, now: datetime) -> bool:
        """Tell whether this page is refereed."""
        before = self.picked.get(candidate.source)
        if before is not None and _day(before) == _day(now):
            is_soon = abs(now - before) < REST
            if is_soon or crc32(candidate.canonical_url.encode()) % ONE_IN:
                return False
        self.picked[candidate.source] = now
        return True


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


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
