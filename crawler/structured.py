"""What a page says of itself to machines: JSON-LD and meta elements."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler.documents import Medium
from crawler.graphs import objects, referred
from crawler.markup import plain
from crawler.trees import Node

MAX_TAGS = 30

_REFERRING = ("author", "creator", "publisher", "image")

_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|ReportageNewsArticle|LiveBlogPosting)$")
_FILM = re.compile(r"Video(?:Object|Clip)$|^Clip$")
_ALBUM = re.compile(r"(?:ImageGallery|MediaGallery|PhotoAlbum)$")

_META_KEYS = ("property", "name", "itemprop", "http-equiv")
_META_TAGS = ("article:tag", "news_keywords", "keywords")
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
    "section": ("article:section", "articlesection", "category"),
    "kind": ("og:type",),
    "free": ("isaccessibleforfree", "article:content_tier"),
    "locale": ("og:locale", "content-language"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """What one kind of structured data says; empty where it says nothing.

    ``people`` are named as persons, ``bodies`` as organisations or of unknown kind; ``site`` are
    names of the outlet. ``media`` holds "video" and "photo" where such things are described,
    ``paid`` says that reading is not free. All texts are raw as to dates and addresses, clean
    lines otherwise. ``uploaded`` is the time of a film or album on the page.
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
    uploaded: str = ""
    address: str = ""
    locale: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    media: frozenset[Medium] = frozenset()
    paid: bool = False


def from_jsonld(tree: Node) -> Claims:
    """What the page's JSON-LD says of the article, its other objects left alone."""
    nodes = objects(script.text() for script in tree.css('script[type*="ld+json" i]'))
    article = next((node for node in nodes if _ARTICLE.search(_kind(node))), None)
    film = next((node for node in nodes if _FILM.search(_kind(node))), None)
    album = next((node for node in nodes if _ALBUM.search(_kind(node))), None)
    if article is not None:
        claims = _claims(referred(article, _REFERRING, nodes))
    else:
        shown = film or album
        claims = _dated(nodes, shown and referred(shown, _REFERRING, nodes))
    media: set[Medium] = set()
    if film is not None or (article is not None and article.get("video")):
        media.add("video")
    if album is not None:
        media.add("photo")
    return replace(
        claims,
        section=_section(claims.section, _crumb(nodes, claims.title)),
        media=frozenset(media),
        paid=claims.paid or any(_is_paid(node) for node in nodes[:50]),
    )


def from_meta(tree: Node) -> Claims:
    """What the page's meta elements say of the article."""
    said: dict[str, list[str]] = {}
    for meta in tree.css("meta")[:1_000]:
        attributes = meta.attributes
        value = (attributes.get("content") or "").strip()[:5_000]
        for key in _META_KEYS if value else ():
            name = attributes.get(key)
            if name:
                said.setdefault(name.strip().lower(), []).append(value)
    found = {
        field: next((said[name][0] for name in names if name in said), "")
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
        section="" if "://" in found["section"] else plain(found["section"], 100),
        tags=_keywords(next((said[name] for name in _META_TAGS if name in said), None)),
        media=frozenset({"video"}) if found["kind"].lower().startswith("video") else frozenset(),
        paid=found["free"].lower() in {"false", "locked", "metered"},
    )


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
        section=plain(_text(node.get("articleSection")), 100),
        tags=_keywords(node.get("keywords")),
        paid=_is_paid(node),
    )


def _dated(nodes: Sequence[Mapping[str, Any]], shown: Mapping[str, Any] | None) -> Claims:
    """The dates of a page that describes no article; what is said of the film or album on it.

    Those may be beside an article: their names and dates need not be its own.
    """
    pages = [node for node in nodes if _kind(node).endswith("WebPage") or not _kind(node)]
    published = (_text(node.get("datePublished")) for node in pages)
    modified = (_text(node.get("dateModified")) for node in pages)
    dated = Claims(
        published=next(filter(None, published), ""), modified=next(filter(None, modified), "")
    )
    if shown is None:
        return dated
    return replace(
        dated,
        text=plain(_text(shown.get("description")), 10_000),
        image=_address(shown.get("thumbnailUrl")) or _address(shown.get("image")),
        uploaded=_text(shown.get("uploadDate")) or _text(shown.get("datePublished")),
    )


def _is_paid(node: Mapping[str, Any]) -> bool:
    free = node.get("isAccessibleForFree")
    return free is False or (isinstance(free, str) and free.strip().lower() == "false")


def _keywords(value: object) -> tuple[str, ...]:
    """Keywords in a list, or in a text parted by commas."""
    items = value if isinstance(value, list) else [value]
    texts = [item for item in items[:MAX_TAGS] if isinstance(item, str)]
    parts = [part for text in texts for part in re.split(r"[,;]", text[:5_000])]
    return tuple(dict.fromkeys(filter(None, (plain(part, 100) for part in parts[:MAX_TAGS]))))


def _section(told: str, crumb: str) -> str:
    """The section that is told, of several in one text the one on the path to the article."""
    return crumb if crumb in map(str.strip, told.split(",")) else told or crumb


def _crumb(nodes: Sequence[Mapping[str, Any]], title: str) -> str:
    """The innermost section of the path to the article, where one is described.

    A path of one step may be the section or the home page; which, is seen by its name.
    """
    path = next((node for node in nodes if _kind(node) == "BreadcrumbList"), {})
    items = path.get("itemListElement")
    found = items[:20] if isinstance(items, list) else []
    steps = [step for item in found for step in (item[:1] if isinstance(item, list) else [item])]
    named = [_name(step) or _name(step.get("item")) for step in steps if isinstance(step, dict)]
    inner = [name for name in named[1:] or named if name and name != title and len(name) <= 60]
    return inner[-1] if inner else ""


def _text(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return value.strip() if isinstance(value, str) else ""


def _name(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    name = value.get("name") if isinstance(value, dict) else value
    return plain(_text(name), 300)


def _address(value: object) -> str:
    """The address in a string, an object or a list's first of these; an @id may be a mere name."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            name = value.get("@id")
            told = name if isinstance(name, str) and "#" not in name else ""
            value = value.get("url") or value.get("contentUrl") or told
    return value.strip() if isinstance(value, str) else ""
