"""What intake hands over: an article as a crawl brings it, before it is stored."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """All that a document says of an article, and when it came; times are aware UTC.

    ``backfill_id`` is the backfill that brought it: then it is told to nobody.
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
    backfill_id: int | None = None

    @property
    def stirs_at(self) -> datetime:
        """When it stirs its story: as it comes in; from a backfill, when it was published."""
        if self.backfill_id is None or self.published_at is None:
            return self.first_seen_at
        return min(self.published_at, self.first_seen_at)
