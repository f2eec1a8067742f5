"""Sitemaps: index, plain and news, packed or not; bytes in, entries and child sitemaps out."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from crawler.addresses import resolve
from crawler.charsets import inflated, xml_text
from crawler.dates import parse_date, trusted
from crawler.documents import Entry
from crawler.errors import AddressError, FeedError
from crawler.markup import plain

MAX_ENTRIES = 50_000
MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap holds: articles' addresses, and further sitemaps with their last change.

    ``note`` says in one line what of the sitemap was not read, or nothing.
    """

    entries: tuple[Entry, ...] = ()
    children: tuple[tuple[str, datetime | None], ...] = ()
    note: str = ""


def read_sitemap(
    body: bytes, url: str, content_type: str = "", now: datetime | None = None
) -> Sitemap:
    """The addresses of a sitemap in its order, each once; at most 50,000.

    ``lastmod`` is an entry's updated_at, a news sitemap's publication_date its published_at.
    Raises FeedError if the bytes are no sitemap, with what they are instead.
    """
    entries: dict[str, Entry] = {}
    children: dict[str, datetime | None] = {}
    note = ""
    try:
        for kind, fields in _items(xml_text(inflated(body), content_type)):
            entry = _entry(fields, url, now)
            if entry and kind == "url":
                entries.setdefault(entry.url, entry)
            elif entry:
                children.setdefault(entry.url, entry.updated_at)
            if len(entries) + len(children) >= MAX_ENTRIES:
                note = f"{MAX_ENTRIES} addresses; what may follow them is not read"
                break
    except FeedError as error:
        raise FeedError(f"{url}: no sitemap: {error}") from error
    return Sitemap(tuple(entries.values()), tuple(children.items()), note)


def _items(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each ``url`` and ``sitemap`` element's fields; the tree is forgotten as it is read."""
    kind, found = "", 0
    try:
        walk = etree.iterparse(
            io.BytesIO(text.encode()),
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=True,
            remove_comments=True,
            remove_pis=True,
        )
        for event, element in walk:
            name = _local(element)
            kind = kind or name
            if kind not in {"urlset", "sitemapindex"}:
                raise FeedError(f"its root is <{kind[:40]}>")
            if event == "end" and name in {"url", "sitemap"}:
                found += 1
                yield name, _fields(element)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.LxmlError as error:
        if not found:
            raise FeedError("malformed XML") from error
    if not kind:
        raise FeedError("malformed XML")


def _fields(element: etree._Element) -> dict[str, str]:
    """The fields of a sitemap's item; those of its news part begin with ``news:``."""
    found: dict[str, str] = {}
    for child in list(element)[:MAX_FIELDS]:
        name = _local(child)
        if name == "news":
            for part in list(child)[:MAX_FIELDS]:
                found.setdefault(f"news:{_local(part)}", part.text or "")
        else:
            found.setdefault(name, child.text or "")
    return found


def _entry(fields: dict[str, str], url: str, now: datetime | None) -> Entry | None:
    try:
        address = resolve(url, fields["loc"]) if fields.get("loc", "").strip() else ""
    except AddressError:
        return None
    if not address:
        return None
    dates = (fields.get("news:publication_date", ""), fields.get("lastmod", ""))
    published_at, updated_at = (trusted(parse_date(raw, now=now), now) for raw in dates)
    title = plain(fields.get("news:title", ""), 500)
    return Entry(address, title, published_at=published_at, updated_at=updated_at)


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
