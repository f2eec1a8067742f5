"""The values that flow through the crawler: entry, candidate, page, document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, sitemap or listing, as the outlet gives it.

    ``url`` is absolute but not yet canonical. Times are aware UTC or None.
    """

    url: str
    title: str = ""
    lead: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be an article of a source.

    ``url`` is the address as found, ``canonical_url`` its one canonical form, ``via`` the feed,
    sitemap or listing that brought it. The rest is what that place said of it.
    """

    source: str
    url: str
    canonical_url: str
    via: str = ""
    title: str = ""
    lead: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A downloaded article page.

    ``url`` is the address that answered, after redirects. ``content_type`` is the raw header,
    ``fetched_at`` aware UTC.
    """

    url: str
    body: bytes
    fetched_at: datetime
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An extracted article, not yet judged. All text is NFC.

    ``text`` is the body without title, lead, captions, byline and related links, its paragraphs
    parted by an empty line. ``canonical_url`` is absolute. Times are aware UTC or None.
    ``origins`` says for each field which stage of the extraction gave it; ``agreement`` (0-1) how
    far the general extractor finds the same text, where it was asked as referee.
    """

    source: str
    url: str
    canonical_url: str
    title: str
    lead: str
    text: str
    authors: tuple[str, ...] = ()
    image: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None
    agreement: float | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
