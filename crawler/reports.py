"""The account of a crawl: every candidate is fetched, or skipped for a stated reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from crawler.failures import OURS, Trouble
from crawler.newsroom import Taken
from crawler.robots_answers import RobotsAnswer
from crawler.signs import BODY_STAGES, LEAST_AGREEMENT, SIGNS, Tally

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
FIRST_SIGHTS = ("new", "off_topic", "exact_duplicate", "near_duplicate", "seed_duplicate")
COUNTS = ("requests", "not_modified", "bytes", "discovered", "fetched", *COLUMNS.values())
MOST_ERRORS = 200
MOST_FOUND = 500


@dataclass(slots=True)
class SourceReport:
    """What a crawl of one source did.

    ``discovered`` = ``fetched`` + the sum of ``skipped``; ``fetched`` is the sum of the outcomes.
    ``endpoints`` counts the feeds, sitemaps and listings asked, ``endpoints_failed`` those of them
    that gave nothing that could be read; ``unread`` names those with their error, ``answered`` the
    others, and ``hope`` is the trouble that will mend soonest. ``robots`` are the robots.txt files
    that came, ``pauses`` the seconds for which each host is still to be left alone. ``stages``
    counts texts by the stage of the extraction that gave them, ``failures`` all that went wrong by
    severity and kind, ``signs`` what the pages looked like. ``notes`` tell what limits cut off: it
    is no failure, but not silent either. ``found`` are the publication times of what was new, None
    where none was told; ``wishes`` the pauses in seconds that feeds asked for, by address, 0 for
    none. ``ages`` are the times from publication to storage of articles seen for the first time.
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
    stages: Counter[str] = field(default_factory=Counter)
    failures: Counter[Trouble] = field(default_factory=Counter)
    signs: dict[str, Tally] = field(default_factory=lambda: {sign: Tally() for sign in SIGNS})
    unread: dict[str, str] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    hope: Trouble | None = None
    found: list[datetime | None] = field(default_factory=list)
    wishes: dict[str, int] = field(default_factory=dict)
    ages: list[timedelta] = field(default_factory=list)

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

    def read(self, taken: Taken, *, has_selector: bool) -> None:
        """Account for a page with an article; ``has_selector``: the source names the body."""
        self.outcome(taken.outcome)
        self.stages[taken.stage] += 1
        if taken.age is not None and taken.outcome in FIRST_SIGHTS:
            self.ages.append(taken.age)
        seen = {"empty": False, "undated": not taken.dated, "unsigned": not taken.signed}
        if has_selector and taken.stage in BODY_STAGES:
            seen["missed"] = taken.stage != "selector"
        if taken.agreement is not None:
            seen["disagreed"] = taken.agreement < LEAST_AGREEMENT
        self.sign(**seen, unfetched=False)

    def sign(self, **seen: bool) -> None:
        """Count a page among those that bear, or do not bear, these signs."""
        for name, bad in seen.items():
            self.signs[name].add(bad)

    def error(self, url: str, error: str, trouble: Trouble = OURS) -> None:
        """Name an address that failed; beyond 200 they are only counted."""
        self.failed += 1
        self.failures[trouble] += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"url": url, "error": error, "class": trouble.severity})

    def endpoint_error(self, url: str, error: str, trouble: Trouble) -> None:
        """Account for a feed, sitemap or listing that gave nothing that could be read."""
        self.endpoints_failed += 1
        self.unread[url] = error
        if self.hope is None or trouble.weight < self.hope.weight:
            self.hope = trouble
        self.error(url, error, trouble)

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
            "stages": dict(self.stages),
            "failures": {f"{f.severity}/{f.kind}": n for f, n in self.failures.items()},
            "refereed": self.signs["disagreed"].of,
            "disagreed": self.signs["disagreed"].bad,
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
