"""What a page says of itself besides its words: its own address, its picture, its language."""

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from crawler.addresses import article_key, canonical, resolve
from crawler.charsets import UNPRINTABLE
from crawler.errors import AddressError, ExtractionError
from crawler.reading import Reading
from crawler.source_values import alternatives
from crawler.sources import Source, belongs
from crawler.trees import attribute_of

# JSON-LD is not HTML, but some outlets escape it as if it were; nothing else that looks like an
# entity is one in an address: "?a=1&copy=2".
_AMPERSAND = re.compile(r"&(?:amp;|#0{0,5}38;|#x0{0,4}26;)+", re.IGNORECASE)
_PICTURE_ATTRIBUTES = ("content", "data-src", "data-original", "src", "href")


def canonical_of(reading: Reading) -> tuple[str, str]:
    """The page's own word on its address where it is an article of the source, else its address."""
    page, source = reading.page, reading.source
    links = reading.tree.css("link[rel~=canonical]")[:3]
    told = [("link", attribute_of(link, "href")) for link in links]
    for origin, href in [*told, ("meta", reading.meta.address)]:
        with suppress(AddressError):
            address = canonical(resolve(page.url, href), source) if href.strip() else ""
            if address and _is_believed(address, page.url, source):
                return address, origin
    try:
        return canonical(page.url, source), "address"
    except AddressError as error:
        raise ExtractionError(f"no address of a page: {error}") from error


def image_of(reading: Reading) -> tuple[str | None, str]:
    """The absolute address of the article's picture, if it has one, and its origin."""
    for origin, address in _images(reading):
        with suppress(AddressError):
            told = _AMPERSAND.sub("&", UNPRINTABLE.sub("", address).strip())
            if told and not told.startswith(("data:", "#")):
                return resolve(reading.page.url, told), origin
    return None, ""


def language_of(reading: Reading) -> tuple[str | None, str]:
    """The page's language, ``vi`` or ``en`` or None, and its origin."""
    for origin, said in (
        ("layout", attribute_of(reading.tree, "lang")),
        ("meta", reading.meta.locale),
    ):
        if said[:2].lower() in {"vi", "en"} and not said[2:3].isalpha():
            return said[:2].lower(), origin
    return None, ""


def _images(reading: Reading) -> Iterator[tuple[str, str]]:
    rule = reading.rules.image
    for css, attribute in alternatives(rule) if rule else ():
        for element in reading.tree.css(css)[:5]:
            given = element.attributes
            names = (attribute,) if attribute else _PICTURE_ATTRIBUTES
            yield "selector", next((given[name] or "" for name in names if given.get(name)), "")
    yield "jsonld", reading.jsonld.image
    yield "meta", reading.meta.image


def _is_believed(address: str, url: str, source: Source | None) -> bool:
    """Whether a page may call an address its own: one of an article, and of no other one."""
    if source is None:
        return _beside(address, url)
    if not belongs(source, address):
        return False
    own = address if url == address else canonical(url, source)
    return own == address or article_key(own, source) in {None, article_key(address, source)}


def _beside(address: str, url: str) -> bool:
    """Whether an address is of the same host as a page, and not the front page."""
    return urlsplit(address).netloc == urlsplit(url).netloc and urlsplit(address).path != "/"
