"""HTML in plain words: clean lines, trees, the paragraphs in them, CSS selectors."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import cast

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.charsets import MAX_ATTRIBUTES, UNPRINTABLE, decode, is_overloaded, without_prolog
from crawler.errors import ExtractionError
from crawler.source_values import alternatives

MAX_PAGE_BYTES = 16 * 1024 * 1024
MAX_ELEMENTS = 100_000

_INVISIBLE = re.compile(
    r"[\x80-\x9f\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>?")
_ASIDES = ("ul", "ol", "figure", "table")
_MUTE = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object",
    "audio", "video", "head", "title", "button", "select", "textarea",
})  # fmt: skip
_BLOCKS = frozenset({
    "html", "body", "p", "div", "section", "article", "header", "footer", "main", "aside", "nav",
    "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "blockquote", "pre", "figure", "figcaption", "hr", "br",
    "form", "fieldset", "address", "details", "summary", "center",
})  # fmt: skip
_AGENCY = re.compile(
    # (Chinhphu.vn) - , (PLO)- , (KTSG Online) – …
    r"\s*(?:\(\s*[\w.&+/ -]{2,30}?\s*\)\.?\s*[-–—:]+\s*"
    # VOV.VN - , Baoxaydung.com.vn - …
    r"|[\w-]{2,30}(?:\.[\w-]{2,20}){0,2}\.vn\s*[-–—]\s*"
    # TPO - , TTTĐ - …
    r"|(?:TPO|TTO|TNO|PLO|NLĐO?|SGGPO?|SGGP Online|TTTĐ|KTSG|KTSG Online|TBKTSG|LĐO|HNMO?|HNP|KTĐT"
    r"|ĐTTC|ĐTO|BĐT|DNSG|GD&TĐ|KH&ĐS|KHPTO?|ANTĐ|ANTD|CAND|QĐND|VGP|VGP News|VOV|VTV|VOH|HTV"
    r"|TTXVN|BNEWS|Bnews|VietnamPlus|Vietnam\+|VietTimes|ICTnews|ICTNews|Dân trí|VnEconomy)"
    r"\s*[-–—]+\s+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a page's text: its letters, how many of them are links, and what tag holds it."""

    text: str
    linked: int = 0
    tag: str = "p"


def one_line(text: str) -> str:
    """Text on one line, NFC, without invisible characters and needless blanks."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def plain(markup: str, limit: int = 2_000) -> str:
    """One line of text from a title or lead that may hold tags and entities, even doubly escaped.

    Lists, tables and figures are left out: in leads they point at other articles.
    """
    text = markup[: 20 * limit]
    for _ in range(3):
        before = text
        text = html.unescape(_without_tags(text) if _TAG.search(text) else text)
        if text == before:
            break
    return one_line(UNPRINTABLE.sub("", text))[:limit].rstrip()


def without_agency(lead: str) -> str:
    """A lead without the outlet's or agency's mark at its start: "(Dân trí) - ", "TPO - "."""
    found = _AGENCY.match(lead)
    return lead[found.end() :] if found and found.end() < len(lead) else lead


def html_tree(body: bytes, content_type: str = "") -> HtmlElement:
    """The tree of an HTML page, without comments.

    Raises ExtractionError if there is no page, or more of it than a page can be.
    """
    if len(body) > MAX_PAGE_BYTES:
        raise ExtractionError(f"page of more than {MAX_PAGE_BYTES // 2**20} MiB")
    text = without_prolog(UNPRINTABLE.sub("", decode(body, content_type)))
    if is_overloaded(text):
        raise ExtractionError(f"an element with more than {MAX_ATTRIBUTES} attributes")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree: HtmlElement = document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ExtractionError("page without content") from error
    if sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        raise ExtractionError(f"page of more than {MAX_ELEMENTS} elements")
    return tree


def select(tree: HtmlElement, selector: str | None) -> Iterator[HtmlElement]:
    """Each element a source's selector finds, its alternatives in order."""
    for css, _ in alternatives(selector) if selector else ():
        yield from _elements(tree, css)


def select_text(tree: HtmlElement, selector: str | None) -> Iterator[str]:
    """The text, or the attribute asked for, of each element a source's selector finds."""
    for css, attribute in alternatives(selector) if selector else ():
        for element in _elements(tree, css):
            text = one_line(element.get(attribute, "")) if attribute else text_of(element)
            if text:
                yield text


def _elements(tree: HtmlElement, css: str) -> list[HtmlElement]:
    # The stubs know the results of any XPath; those of a CSS selector are elements only.
    return cast(list[HtmlElement], _compiled(css)(tree))


def text_of(element: HtmlElement) -> str:
    """All text inside an element on one line."""
    return " ".join(paragraph.text for paragraph in paragraphs(element))


def paragraphs(element: HtmlElement) -> list[Paragraph]:
    """The text inside an element, parted where a browser would begin a new line."""
    walk = _Walk()
    for event, item in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            walk.enter(item)
        else:
            walk.leave(item, is_root=item is element)
    walk.flush("")
    return walk.found


@lru_cache(maxsize=2_000)
def _compiled(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


class _Walk:
    """The state of a walk through a tree in document order."""

    def __init__(self) -> None:
        self.found: list[Paragraph] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0
        self._mute = 0

    def enter(self, item: HtmlElement) -> None:
        tag = item.tag
        if tag in _BLOCKS:
            self.flush(item.getparent().tag if item.getparent() is not None else "")
        self._links += tag == "a"
        self._mute += tag in _MUTE
        self._say(item.text)

    def leave(self, item: HtmlElement, *, is_root: bool) -> None:
        tag = item.tag
        if tag in _BLOCKS:
            self.flush(tag)
        elif tag in {"td", "th"}:
            self._say(" ")
        self._links -= tag == "a"
        self._mute -= tag in _MUTE
        if not is_root:
            self._say(item.tail)

    def flush(self, tag: str) -> None:
        text = one_line("".join(self._pieces))
        if text:
            self.found.append(Paragraph(text, min(self._linked, len(text)), tag))
        self._pieces, self._linked = [], 0

    def _say(self, piece: str | None) -> None:
        if piece and not self._mute:
            self._pieces.append(piece)
            self._linked += len(piece.strip()) if self._links else 0


def _without_tags(markup: str) -> str:
    try:
        tree = document_fromstring(f"<div>{markup}</div>")
    except (etree.LxmlError, ValueError, AssertionError):
        return _TAG.sub(" ", markup)
    etree.strip_elements(tree, *_ASIDES, with_tail=False)
    return text_of(tree)
