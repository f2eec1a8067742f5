"""What intake hands over: an article as a crawl brings it, before it is stored."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """All that a document says of an article, and when it came; times are aware UTC.

    A plain value and no row: making a row object costs more than all else about it.
    """

    source: str
    url: str
    canonical_url: str
    title: str
    first_seen_at: datetime
    lead: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()
    image: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None
    article_key: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    medium: str = "article"
    access: str = "open"
    etag: str | None = None
    last_modified: str | None = None
