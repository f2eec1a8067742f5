"""What a page says of itself to machines: JSON-LD and meta elements."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from crawler.markup import plain

MAX_SCRIPTS = 30
MAX_SCRIPT = 1024 * 1024
MAX_NODES = 2_000

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|ReportageNewsArticle|LiveBlogPosting)$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DATE_FIELD = re.compile(r'"(datePublished|dateModified)"\s*:\s*"([^"\n]{8,60})"')

_META = {
    "title": ("og:title", "twitter:title"),
    "lead": ("og:description", "description", "twitter:description"),
    "published": (
        "article:published_time", "og:published_time", "datepublished", "pubdate",
        "publish_date", "publishdate", "dc.date.issued", "dc.date", "parsely-pub-date",
    ),
    "modified": (
        "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "lastmod",
    ),
    "author": ("article:author", "author", "dc.creator", "parsely-author"),
    "image": ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "image"),
    "address": ("og:url",),
    "site": ("og:site_name",),
    "locale": ("og:locale", "content-language"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """What one kind of structured data says; empty where it says nothing.

    ``people`` are named as persons, ``bodies`` as organisations or of unknown kind; ``site`` are
    names of the outlet. All texts are raw as to dates and addresses, clean lines otherwise.
    """

    title: str = ""
    lead: str = ""
    text: str = ""
    people: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    image: str = ""
    published: str = ""
    modified: str = ""
    address: str = ""
    locale: str = ""


def from_jsonld(tree: HtmlElement) -> Claims:
    """What the page's JSON-LD says of the article, its other objects left alone."""
    scripts = [
        script.text or ""
        for script in islice(tree.iterfind(".//script[@type]"), 200)
        if "ld+json" in script.get("type", "").lower()
    ]
    dated = Claims()
    for script in scripts[:MAX_SCRIPTS]:
        for node in _nodes(_loaded(script[:MAX_SCRIPT])):
            kind = _kind(node)
            if _ARTICLE.search(kind):
                return _claims(node)
            if kind.endswith("WebPage") or not kind:
                dated = Claims(
                    published=dated.published or _text(node.get("datePublished")),
                    modified=dated.modified or _text(node.get("dateModified")),
                )
    return dated


def from_meta(tree: HtmlElement) -> Claims:
    """What the page's meta elements say of the article."""
    said: dict[str, str] = {}
    for meta in islice(tree.iter("meta"), 1_000):
        value = (meta.get("content") or "").strip()
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(key) or "").strip().lower()
            if name and value:
                said.setdefault(name, value[:5_000])
    found = {
        field: next((said[name] for name in names if name in said), "")
        for field, names in _META.items()
    }
    return Claims(
        title=plain(found["title"], 500),
        lead=plain(found["lead"]),
        bodies=(plain(found["author"], 300),) if found["author"] else (),
        site=(plain(found["site"], 200),) if found["site"] else (),
        image=found["image"],
        published=found["published"],
        modified=found["modified"],
        address=found["address"],
        locale=found["locale"],
    )


def _loaded(script: str) -> object:
    """The value of a JSON-LD script; of a broken one at least its dates."""
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?://\s*\]\]>|-->)\s*;?\s*$", "", script).strip()
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text).rstrip(";")):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return dict(reversed(_DATE_FIELD.findall(text))) if "Article" in text else None


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects at the top of a JSON-LD value, in lists and graphs."""
    waiting, seen = [value], 0
    while waiting and seen < MAX_NODES:
        item, seen = waiting.pop(0), seen + 1
        if isinstance(item, list):
            waiting = item[:MAX_NODES] + waiting
        elif isinstance(item, dict):
            yield item
            if isinstance(item.get("@graph"), list):
                waiting = item["@graph"][:MAX_NODES] + waiting


def _kind(node: Mapping[str, Any]) -> str:
    kinds = node.get("@type")
    names = [name for name in (kinds if isinstance(kinds, list) else [kinds]) if name]
    articles = [str(name) for name in names if _ARTICLE.search(str(name))]
    return (articles or [str(name) for name in names] or [""])[0]


def _claims(node: Mapping[str, Any]) -> Claims:
    authors = node.get("author") or node.get("creator") or []
    named = [
        (isinstance(author, dict) and _kind(author) == "Person", _name(author))
        for author in (authors if isinstance(authors, list) else [authors])[:20]
    ]
    return Claims(
        title=plain(_text(node.get("headline")) or _text(node.get("name")), 500),
        lead=plain(_text(node.get("description"))),
        text=_text(node.get("articleBody"))[:1_000_000],
        people=tuple(name for is_person, name in named if is_person and name),
        bodies=tuple(name for is_person, name in named if not is_person and name),
        site=tuple(name for name in [_name(node.get("publisher"))] if name),
        image=_address(node.get("image")) or _address(node.get("thumbnailUrl")),
        published=_text(node.get("datePublished")) or _text(node.get("dateCreated")),
        modified=_text(node.get("dateModified")),
        address=_address(node.get("mainEntityOfPage")) or _address(node.get("url")),
    )


def _text(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return value.strip() if isinstance(value, str) else ""


def _name(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    name = value.get("name") if isinstance(value, dict) else value
    return plain(_text(name), 300)


def _address(value: object) -> str:
    """The address in a string, an object's url or @id, or a list's first of these."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("url") or value.get("@id") or value.get("contentUrl") or ""
    return value.strip() if isinstance(value, str) else ""
