"""The account of a crawl: every candidate is fetched, or skipped for a stated reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from crawler.robots_answers import RobotsAnswer

# Outcomes of a fetched page → the report's column.
COLUMNS = {
    "new": "new",
    "revised": "revised",
    "unchanged": "unchanged",
    "exact_duplicate": "exact_duplicates",
    "near_duplicate": "near_duplicates",
    "seed_duplicate": "seed_duplicates",
    "off_topic": "off_topic",
    "no_article": "no_article",
}
COUNTS = ("requests", "not_modified", "bytes", "discovered", "fetched", *COLUMNS.values())
MOST_ERRORS = 200
MOST_FOUND = 500


@dataclass(slots=True)
class SourceReport:
    """What a crawl of one source did.

    ``discovered`` = ``fetched`` + the sum of ``skipped``; ``fetched`` is the sum of the outcomes.
    ``endpoints`` counts the feeds, sitemaps and listings asked, ``endpoints_failed`` those of them
    that gave nothing that could be read, ``robots`` are the robots.txt files that came.
    ``pauses`` are the seconds for which each host is still to be left alone. ``notes`` tell what
    limits cut off: it is no failure, but not silent either. ``found`` are the publication times of
    what was new, None where none was told; ``wishes`` the pauses in seconds that endpoints asked
    for, by address, 0 for none.
    """

    source: str
    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    errors: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    failed: int = 0
    endpoints: int = 0
    endpoints_failed: int = 0
    seconds: float = 0.0
    robots: list[RobotsAnswer] = field(default_factory=list)
    pauses: dict[str, float] = field(default_factory=dict)
    found: list[datetime | None] = field(default_factory=list)
    wishes: dict[str, int] = field(default_factory=dict)

    def skip(self, reason: str, count: int = 1) -> None:
        """Account for candidates that are not fetched."""
        if count:
            self.skipped[reason] += count

    def outcome(self, outcome: str) -> None:
        """Account for a fetched page."""
        self.counts["fetched"] += 1
        self.counts[COLUMNS[outcome]] += 1

    def note_found(self, published: Iterable[datetime | None]) -> None:
        """Remember when what was found was published, of 500 at most."""
        self.found.extend(islice(published, MOST_FOUND - len(self.found)))

    def note_wish(self, url: str, seconds: int | None) -> None:
        """Remember how long an endpoint asks to be left alone; None says nothing."""
        if seconds is not None:
            self.wishes[url] = seconds

    def error(self, url: str, error: str) -> None:
        """Name an address that failed; beyond 200 they are only counted."""
        self.failed += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"url": url, "error": error})

    def note(self, url: str, note: str) -> None:
        """Tell what of an address was left unread; 200 at most."""
        if note and len(self.notes) < MOST_ERRORS:
            self.notes.append({"url": url, "note": note})

    @property
    def failed_wholly(self) -> bool:
        """Whether nothing that was asked for news could be read."""
        return 0 < self.endpoints == self.endpoints_failed

    def as_json(self) -> dict[str, Any]:
        """Give the report as ``crawl --format json`` shows it."""
        return {
            "source": self.source,
            **{name: self.counts[name] for name in COUNTS},
            "skipped": dict(self.skipped),
            "failed": self.failed,
            "errors": self.errors,
            "notes": self.notes,
            "endpoints": self.endpoints,
            "endpoints_failed": self.endpoints_failed,
            "seconds": round(self.seconds, 3),
        }


def totals(reports: list[SourceReport]) -> dict[str, Any]:
    """Add reports up."""
    skipped: Counter[str] = Counter()
    for report in reports:
        skipped.update(report.skipped)
    return {
        "sources": len(reports),
        **{name: sum(report.counts[name] for report in reports) for name in COUNTS},
        "skipped": dict(skipped),
        "failed": sum(report.failed for report in reports),
    }
