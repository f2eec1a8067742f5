"""What the crawler needs from whoever keeps the archive; it never sees a database itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from crawler.documents import Candidate, Entry, Page

EndpointKind = Literal["feed", "sitemap", "listing"]
Outcome = Literal[
    "new",
    "revised",
    "unchanged",
    "exact_duplicate",
    "near_duplicate",
    "seed_duplicate",
    "off_topic",
    "gone",
]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page, and how well it could be read.

    ``stage`` is the stage of the extraction that gave the text, ``agreement`` (0-1) how far the
    general extractor finds the same text, None where it was not asked. ``dated`` and ``signed``
    say whether the page itself tells when it was published and by whom. ``age`` is the time from
    its publication to its storage, None where no time of the day is told.
    """

    outcome: Outcome
    stage: str = ""
    agreement: float | None = None
    dated: bool = True
    signed: bool = True
    age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What an endpoint's last good answer said of its version: ETag and Last-Modified.

    ``parts`` are the sitemaps that a sitemap index led to: they may change while it does not.
    """

    etag: str | None = None
    last_modified: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a source: validators by endpoint address, candidates still to fetch.

    ``robots`` are the robots.txt files read not long ago, by host; ``looks`` are articles that are
    due to be looked at again.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    pending: Sequence[Candidate] = ()
    robots: Mapping[str, str] = field(default_factory=dict)
    looks: Sequence[Candidate] = ()


@dataclass(frozen=True, slots=True)
class HostNote:
    """What a host said of itself: its robots.txt, or how long it wants to be left alone and why."""

    host: str
    robots: str | None = None
    rest: timedelta | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One asking of an endpoint. ``status`` is HTTP's, None when no answer came.

    ``hub`` and ``topic`` are the WebSub hub that a feed names and the feed's address there.
    ``size`` is the answer's in bytes, ``items`` the number of entries or links in it, ``entries``
    those of them that were looked at. ``shards`` are the sitemaps that a crawl of the past was led
    to, with their last change, ``notes`` what of the answer was left unread.
    """

    source: str
    url: str
    kind: EndpointKind
    status: int | None = None
    validators: Validators = Validators()
    error: str | None = None
    hub: str | None = None
    topic: str | None = None
    content_type: str = ""
    size: int = 0
    items: int = 0
    entries: Sequence[Entry] = ()
    shards: Sequence[tuple[str, datetime | None]] = ()
    notes: tuple[str, ...] = ()


class Newsroom(Protocol):
    """Keeps candidates and takes pages.

    Everything a call is given is stored when it returns; a crash between two calls loses nothing.
    """

    async def recall(self, source: str) -> Memory:
        """Say what is known of a source."""

    async def discovered(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        """Store what an endpoint showed together with its validators; give what to fetch."""

    async def take(self, candidate: Candidate, page: Page) -> Taken:
        """Read, judge and store a page; raises CrawlerError when there is no article in it.

        ``gone`` is the outcome where the page of a known article now holds another story.
        """

    async def unchanged(self, candidate: Candidate) -> None:
        """Note that a known article's page is still the one it was."""

    async def gone(self, candidate: Candidate, reason: str, *, for_good: bool) -> None:
        """Note that a known article's page is not there; without ``for_good`` it may come back."""

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate is not to be fetched, or not an article: not to be tried again."""

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate could not be fetched now; after some tries it is given up."""

    async def postpone(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate was not tried: its host was not to be asked now."""

    async def noted(self, note: HostNote) -> None:
        """Keep what a host said of itself."""
