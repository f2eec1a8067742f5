"""Articles on several pages: where the next page of the same article is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from crawler.addresses import canonical, resolve
from crawler.documents import Page
from crawler.errors import AddressError, ExtractionError
from crawler.source_values import host_and_port
from crawler.sources import Source
from crawler.trees import Node, attribute_of, html_bytes, html_tree, select

# The pages of one article that are read, the first one counted.
MAX_PARTS = 10

_NEXT_LINK = 'link[rel~="next" i], a[rel~="next" i]'
# Most pages lack the word, so it is looked for before its forms.
_MARKS = {
    b"next": (b'rel="next', b"rel='next", b"rel=next"),
    b"NEXT": (b"rel=NEXT", b'rel="NEXT'),
}
# What tells the pages of one article apart: -p2.html, -trang-2.htm, /page/2, /2, ?page=2.
_ENDING = re.compile(r"\.(?:html?|chn|vnp|tpo|vov|ldo|amp)$")
_PAGE = re.compile(r"(?:-p|-trang-?|-page-?|/page/|/trang-?/?|/p?|_)(\d{1,3})/?$", re.IGNORECASE)
_NUMBERS = frozenset({"page", "p", "trang", "pageindex", "paged"})


def next_page(page: Page, source: Source) -> str | None:
    """The canonical address of the page that follows in the same article, None if none does.

    Links to other hosts, to other articles and backwards are no next pages. A page without any
    trace of such a link is not even parsed.
    """
    stem, number = _place(page.url)
    numbered = stem.rpartition("/")[2].encode() + b"-p%d." % (number + 1)
    if not source.extract.next and not _is_marked(page.body) and numbered not in page.body:
        return None
    try:
        tree = html_tree(html_bytes(page.body, page.content_type))
    except ExtractionError:
        return None
    for href in _hrefs(tree, source.extract.next, numbered.decode()):
        address = _of_the_article(href, page.url, source)
        if address and _place(address) == (stem, number + 1):
            return address
    return None


def _is_marked(body: bytes) -> bool:
    return any(
        word in body and any(mark in body for mark in marks) for word, marks in _MARKS.items()
    )


def joined(first: Page, part: Page) -> Page:
    """The first page of an article with one more page behind what it already has."""
    return replace(first, parts=(*first.parts, part.body))


def _hrefs(tree: Node, selector: str | None, numbered: str) -> Iterator[str]:
    for link in (*select(tree, selector), *tree.css(_NEXT_LINK)[:10]):
        yield attribute_of(link, "href")
    for link in tree.css("a[href]")[:3_000]:
        href = attribute_of(link, "href")
        if numbered in href:
            yield href


def _of_the_article(href: str, url: str, source: Source) -> str | None:
    """The link's address as the outlet has it, None where it leaves the page's host."""
    try:
        found = resolve(url, href) if href.strip() else ""
        own = {*source.hosts, host_and_port(url)}
        return _with_its_query(found, source) if found and host_and_port(found) in own else None
    except (AddressError, ValueError):
        return None


def _with_its_query(url: str, source: Source) -> str:
    """The canonical address with the query, which says of an article's page which one it is."""
    address, query = canonical(url, source), urlsplit(canonical(url)).query
    return f"{address}?{query}" if query and not urlsplit(address).query else address


def _place(url: str) -> tuple[str, int]:
    """An address without its ending and page number, and that number: 1 where none is named."""
    parts = urlsplit(url)
    asked = [int(v) for k, v in parse_qsl(parts.query) if k.lower() in _NUMBERS and v.isdecimal()]
    path = _ENDING.sub("", parts.path.rstrip("/"))
    found = _PAGE.search(path)
    if found:
        return path[: found.start()], int(found[1])
    return path, asked[0] if asked else 1
