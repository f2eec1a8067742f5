"""Feeds: RSS 0.9x to 2.0, RDF, Atom and JSON Feed, bytes in, entries out.

feedparser reads the XML; the dates are read anew from their raw text, as it gives none or wrong
ones for several forms outlets use.
"""

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
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
# feedparser takes 0.1 ms for a tag and 0.01 ms for an entity.
MAX_TAGS, MAX_ENTITIES = 300_000, 1_000_000
# WordPress writes 'hourly, once' into every feed by itself: nobody wishes it.
BY_ITSELF = timedelta(hours=1)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(days=7)

_TOO_MANY = f"more than {MAX_ENTRIES} items; only the first are read"
_ITEM = re.compile(r"<(?:[a-z]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_PERIODS = {
    "hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30), "yearly": timedelta(days=365),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says: its entries in its order, and of itself.

    ``hub`` is the WebSub hub that tells of news, ``topic`` the address under which the hub knows
    the feed. ``pause`` is how long the feed asks to be left alone between two looks. ``note`` says
    in one line what of the feed could not be used, or nothing.
    """

    entries: tuple[Entry, ...] = ()
    hub: str | None = None
    topic: str | None = None
    pause: timedelta | None = None
    note: str = ""


def read_feed(body: bytes, url: str, content_type: str = "", now: datetime | None = None) -> Feed:
    """The feed in the bytes, each address once; without entries if the feed has no items.

    Links are resolved against ``url``, the feed's own address. Dates later than ``now`` are not
    believed. Of more than 2,000 items the first are kept. Raises FeedError if the bytes are no
    feed, with what they are instead.
    """
    if len(body) > MAX_FEED_BYTES:
        raise FeedError(f"{url}: more than {MAX_FEED_BYTES // 2**20} MiB")
    try:
        if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return _json_feed(body, content_type, url, now)
        return _xml_feed(body, content_type, url, now)
    except FeedError as error:
        raise FeedError(f"{url}: no feed: {error}") from error


def _unique(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry:
            found.setdefault(entry.url, entry)
    return tuple(found.values())


def _xml_feed(body: bytes, content_type: str, url: str, now: datetime | None) -> Feed:
    text, note = _shortened(xml_text(body, content_type))
    if text.count("<") > MAX_TAGS or text.count("&") > MAX_ENTITIES:
        raise FeedError(f"more than {MAX_TAGS} tags or {MAX_ENTITIES} entities")
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
    items = (_xml_entry(dict(item), url, now, is_atom=is_atom) for item in feed.entries)
    said = dict(feed.feed)
    return Feed(
        _unique(items),
        _own_link(said, "hub", url),
        _own_link(said, "self", url),
        _pause(said),
        note or ("malformed XML, read as far as it goes" if feed.bozo else ""),
    )


def _shortened(text: str) -> tuple[str, str]:
    """A feed's text up to the most items that are read, and a note if it has more."""
    beyond = next(islice(_ITEM.finditer(text), MAX_ENTRIES, None), None)
    return (text[: beyond.start()], _TOO_MANY) if beyond else (text, "")


def _own_link(said: Mapping[str, Any], relation: str, url: str) -> str | None:
    """The first address that a feed gives itself in a certain relation."""
    for link in said.get("links", ())[:50]:
        if relation in str(link.get("rel", "")).lower().split():
            return _resolved(url, link.get("href", ""))
    return None


def _resolved(url: str, href: object) -> str | None:
    try:
        return resolve(url, href) if isinstance(href, str) and href.strip() else None
    except AddressError:
        return None


def _pause(said: Mapping[str, Any]) -> timedelta | None:
    """The pause that RSS's ttl (minutes) or its syndication module asks for."""
    ttl = str(said.get("ttl", "")).strip()
    period = _PERIODS.get(str(said.get("sy_updateperiod", "")).strip().lower())
    times = str(said.get("sy_updatefrequency", "")).strip()
    if ttl.isdecimal() and int(ttl[:9]):
        found = timedelta(minutes=int(ttl[:9]))
    elif period:
        found = period / max(1, int(times[:9]) if times.isdecimal() else 1)
        if found == BY_ITSELF:
            return None
    else:
        return None
    return min(max(found, SHORTEST_PAUSE), LONGEST_PAUSE)


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


def _json_feed(body: bytes, content_type: str, url: str, now: datetime | None) -> Feed:
    try:
        feed = json.loads(decode(body, content_type))
    except (ValueError, RecursionError) as error:
        raise FeedError("malformed JSON") from error
    items = feed.get("items")
    if not isinstance(items, list):
        raise FeedError("JSON without items")
    found = (_json_entry(item, url, now) for item in items[:MAX_ENTRIES] if isinstance(item, dict))
    hubs = feed.get("hubs")
    kinds = [hub for hub in hubs[:50] if isinstance(hub, dict)] if isinstance(hubs, list) else []
    hub = next((hub for hub in kinds if str(hub.get("type", "")).lower() == "websub"), {})
    return Feed(
        _unique(found),
        _resolved(url, hub.get("url")),
        _resolved(url, feed.get("feed_url")),
        note=_TOO_MANY if len(items) > MAX_ENTRIES else "",
    )


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
    address = _resolved(*place)
    if address is None:
        return None
    published_at, updated_at = (trusted(parse_date(raw, now=now), now) for raw in dates)
    return Entry(
        address, plain(title, MAX_TITLE), without_agency(plain(lead)), published_at, updated_at
    )
