"""What the crawler needs from whoever keeps the archive; it never sees a database itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from crawler.documents import Candidate, Page

EndpointKind = Literal["feed", "sitemap", "listing"]
Outcome = Literal[
    "new",
    "revised",
    "unchanged",
    "exact_duplicate",
    "near_duplicate",
    "seed_duplicate",
    "off_topic",
]


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
    """What is known of a source: validators by endpoint address, candidates still to fetch."""

    validators: Mapping[str, Validators] = field(default_factory=dict)
    pending: Sequence[Candidate] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One asking of an endpoint. ``status`` is HTTP's, None when no answer came.

    ``hub`` is the WebSub hub that a feed names, ``topic`` the address it is known by there.
    """

    source: str
    url: str
    kind: EndpointKind
    status: int | None = None
    validators: Validators = Validators()
    error: str | None = None
    hub: str | None = None
    topic: str | None = None


class Newsroom(Protocol):
    """Keeps candidates and takes pages.

    Everything a call is given is stored when it returns; a crash between two calls loses nothing.
    """

    async def recall(self, source: str) -> Memory:
        """Say what is known of a source."""

    async def discovered(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        """Store what an endpoint showed together with its validators; give what to fetch."""

    async def take(self, candidate: Candidate, page: Page) -> Outcome:
        """Read, judge and store a page; raises CrawlerError when there is no article in it."""

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate is not to be fetched, or not an article: not to be tried again."""

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate could not be fetched now."""
