"""Feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, bytes in, entries out.

feedparser reads the XML; the dates are read anew from their raw text, as it gives none or wrong
ones for several forms outlets use.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import feedparser

from crawler.addresses import resolve
from crawler.charsets import decode, xml_text
from crawler.dates import parse_date, trusted
from crawler.documents import Entry
from crawler.errors import AddressError, FeedError
from crawler.lines import without_agency
from crawler.markup import plain

MAX_FEED_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_TITLE = 500


def read_feed(
    body: bytes, url: str, content_type: str = "", now: datetime | None = None
) -> list[Entry]:
    """The entries of a feed in its order, each address once; none if the feed has no items.

    Links are resolved against ``url``, the feed's own address. Dates later than ``now`` are not
    believed. Raises FeedError if the bytes are no feed, with what they are instead.
    """
    if len(body) > MAX_FEED_BYTES:
        raise FeedError(f"{url}: more than {MAX_FEED_BYTES // 2**20} MiB")
    try:
        if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return _unique(_json_entries(body, content_type, url, now))
        return _unique(_xml_entries(body, content_type, url, now))
    except FeedError as error:
        raise FeedError(f"{url}: no feed: {error}") from error


def _unique(entries: Iterable[Entry | None]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry and len(found) < MAX_ENTRIES:
            found.setdefault(entry.url, entry)
    return list(found.values())


def _xml_entries(
    body: bytes, content_type: str, url: str, now: datetime | None
) -> Iterator[Entry | None]:
    text = xml_text(body, content_type)
    # A stream, never the bytes themselves: feedparser would take these for a file's name.
    feed = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not feed.version and not feed.entries:
        raise FeedError(
            "malformed, without items" if feed.bozo else "an XML document of another kind"
        )
    if feed.bozo and not feed.entries:
        raise FeedError("malformed, without items")
    is_atom = feed.version.startswith("atom")
    return (_xml_entry(dict(item), url, now, is_atom=is_atom) for item in feed.entries)


def _xml_entry(
    item: Mapping[str, Any], url: str, now: datetime | None, *, is_atom: bool
) -> Entry | None:
    published, updated = item.get("published", ""), item.get("updated", "")
    if not published and not is_atom:
        published, updated = updated, ""  # RDF's dc:date
    content = item.get("content") or [{}]
    link = item.get("feedburner_origlink") or item.get("link", "")
    return _entry(
        (url, link),
        item.get("title", ""),
        item.get("summary") or content[0].get("value", ""),
        (published, updated),
        now,
    )


def _json_entries(
    body: bytes, content_type: str, url: str, now: datetime | None
) -> Iterator[Entry | None]:
    try:
        feed = json.loads(decode(body, content_type))
    except (ValueError, RecursionError) as error:
        raise FeedError("malformed JSON") from error
    items = feed.get("items")
    if not isinstance(items, list):
        raise FeedError("JSON without items")
    return (_json_entry(item, url, now) for item in items if isinstance(item, dict))


def _json_entry(item: Mapping[str, Any], url: str, now: datetime | None) -> Entry | None:
    def text(*names: str) -> str:
        return next((item[name] for name in names if isinstance(item.get(name), str)), "")

    return _entry(
        (url, text("url", "external_url", "id")),
        text("title"),
        text("summary", "content_text", "content_html"),
        (text("date_published"), text("date_modified")),
        now,
    )


def _entry(
    place: tuple[str, str], title: str, lead: str, dates: tuple[str, str], now: datetime | None
) -> Entry | None:
    """An entry of what a feed says, or None without a usable link."""
    base, link = place
    try:
        address = resolve(base, link) if link.strip() else ""
    except AddressError:
        return None
    if not address:
        return None
    published_at, updated_at = (trusted(parse_date(raw, now=now), now) for raw in dates)
    return Entry(
        address, plain(title, MAX_TITLE), without_agency(plain(lead)), published_at, updated_at
    )
