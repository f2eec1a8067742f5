"""Listing pages: an HTML page or fragment in, the links on it out."""

from dataclasses import replace
from itertools import islice
from urllib.parse import urldefrag

from crawler.addresses import resolve
from crawler.documents import Entry
from crawler.errors import AddressError, ExtractionError, FeedError
from crawler.lines import one_line
from crawler.trees import Node, ancestors, attribute_of, html_bytes, html_tree, text_of

MAX_LINKS = 3_000
MAX_TITLE = 500

_HEADINGS = "h1, h2, h3, h4, h5, h6"
_HEADING_TAGS = frozenset(_HEADINGS.split(", "))


def read_listing(body: bytes, url: str, content_type: str = "") -> list[Entry]:
    """The links of a page in document order, each address once, without fragments.

    A link's title is its heading's text where it has one, else its own. Raises FeedError if the
    bytes are no page or hold no link.
    """
    try:
        tree = html_tree(html_bytes(body, content_type))
    except ExtractionError as error:
        raise FeedError(f"{url}: no listing: {error}") from error
    base = _base(tree, url)
    found: dict[str, tuple[int, Entry]] = {}
    for link in tree.css("a"):
        address = _address(base, link)
        if not address or (address not in found and len(found) >= MAX_LINKS):
            continue
        rank, title = _title(link)
        known_rank, known = found.get(address, (-1, Entry(address)))
        found[address] = max(
            (known_rank, known), (rank, replace(known, title=title)), key=lambda pair: pair[0]
        )
    if not found:
        raise FeedError(f"{url}: no listing: a page without links")
    return [entry for _, entry in found.values()]


def _base(tree: Node, url: str) -> str:
    try:
        return next((resolve(url, attribute_of(base, "href")) for base in tree.css("base")), url)
    except AddressError:
        return url


def _address(base: str, link: Node) -> str:
    href = attribute_of(link, "href").strip()
    if not href or href.startswith("#"):
        return ""
    try:
        return urldefrag(resolve(base, href)).url
    except AddressError:
        return ""


def _title(link: Node) -> tuple[int, str]:
    """How well a link's title is known (3 heading, 2 text, 1 attribute, 0 not), and the title."""
    heading = link.css_first(_HEADINGS)
    text = text_of(link if heading is None else heading)[:MAX_TITLE]
    if text:
        inside = any(parent.tag in _HEADING_TAGS for parent in islice(ancestors(link), 20))
        return (3 if heading is not None or inside else 2), text
    images = (attribute_of(image, "alt") for image in link.css("img"))
    label = one_line(attribute_of(link, "title") or next(images, ""))[:MAX_TITLE]
    return (1, label) if label else (0, "")
