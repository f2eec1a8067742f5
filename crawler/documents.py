"""The values that flow through the crawler: entry, candidate, page, document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Medium = Literal["article", "video", "photo"]
Access = Literal["open", "paywalled"]


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
    ``fetched_at`` aware UTC, ``parts`` the bodies of the article's further pages in order.
    """

    url: str
    body: bytes
    fetched_at: datetime
    content_type: str = ""
    parts: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """An extracted article, not yet judged. All text is NFC.

    ``text`` is the body without title, lead, captions, byline and related links, its paragraphs
    parted by an empty line. ``canonical_url`` is absolute. Times are aware UTC or None.
    ``section`` and ``tags`` are the outlet's own words. ``origins`` says for each field which
    stage of the extraction gave it, ``notes`` what was not believed or could not be read.
    ``agreement`` is how far the general extractor found the same words, 0 to 1, where it was asked.
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
    origins: Mapping[str, str] = field(default_factory=dict)
    captions: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    medium: Medium = "article"
    access: Access = "open"
    notes: tuple[str, ...] = ()
    agreement: float | None = None
