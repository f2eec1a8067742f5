"""HTML as a tree: parsed within bounds, asked by CSS selectors, walked for its lines of text.

The tree is lexbor's and is never changed, for its nodes do not survive that: what is no part of a
text is left out while walking.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.bounds import MAX_ELEMENTS, MAX_PAGE_BYTES, check_page
from crawler.charsets import decode
from crawler.errors import ExtractionError
from crawler.legacy import without_font_encoding
from crawler.lines import one_line
from crawler.source_values import alternatives

Node = LexborNode
# What the tree does when it is changed costs a fifth of the parsing; it is never changed.
_WITHOUT_EVENTS = 1  # LexborDocumentOptions.WO_EVENTS, which the constructor takes as a number

LeftOut = Callable[[Node], bool]

# Byte order marks, of UTF-16 and UTF-32 too.
_MARKED = (codecs.BOM_UTF8, codecs.BOM_LE, codecs.BOM_BE)
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


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a page's text, and how many of its letters are links."""

    text: str
    linked: int = 0


def html_bytes(body: bytes, content_type: str = "") -> bytes:
    """A page as UTF-8; raises ExtractionError if there is none, or more than a page can be."""
    if len(body) > MAX_PAGE_BYTES:
        raise ExtractionError(f"page of more than {MAX_PAGE_BYTES // 2**20} MiB")
    data = body if _is_plain_utf8(body) else decode(body, content_type).encode()
    if not data or data.isspace():
        raise ExtractionError("page without content")
    return data.replace(b"\0", b"") if b"\0" in data else data


def _is_plain_utf8(body: bytes) -> bool:
    """Whether a page is UTF-8 beyond doubt, as nearly all are: the parser takes it as it is."""
    if b"\0" in body or body.startswith(_MARKED):
        return False
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return without_font_encoding(text) is text


def html_tree(data: bytes) -> Node:
    """The root of a page in UTF-8; raises ExtractionError if it is more than a page can be."""
    most = check_page(data)
    root = LexborHTMLParser(data, options=_WITHOUT_EVENTS).root
    if root is None:
        raise ExtractionError("page without content")
    if most > MAX_ELEMENTS and _elements(root, MAX_ELEMENTS + 1) > MAX_ELEMENTS:
        raise ExtractionError(f"page of more than {MAX_ELEMENTS} elements")
    return root


def _elements(root: Node, most: int) -> int:
    return sum(1 for _ in islice(root.traverse(), most))


def select(tree: Node, selector: str | None) -> Iterator[Node]:
    """Each element a source's selector finds, its alternatives in order."""
    for css, _ in alternatives(selector) if selector else ():
        yield from tree.css(css)


def select_text(tree: Node, selector: str | None, left_out: LeftOut | None = None) -> Iterator[str]:
    """The text, or the attribute asked for, of each element a source's selector finds."""
    for css, attribute in alternatives(selector) if selector else ():
        for element in tree.css(css):
            given = attribute_of(element, attribute) if attribute else None
            text = text_of(element, left_out) if given is None else one_line(given)
            if text:
                yield text


def has_boxes(tree: Node, selector: str, hint: str) -> bool:
    """Whether any outermost element of a list of selectors is there; ``hint`` finds all of these.

    Asked before "box link" and its like where most pages have no such box: a third of the time,
    and half of that where one broad selector rules all of them out.
    """
    return tree.css_first(hint) is not None and tree.css_first(_boxes(selector)) is not None


@cache
def _boxes(selector: str) -> str:
    return ", ".join(dict.fromkeys(css.split()[0] for css, _ in alternatives(selector)))


def attribute_of(element: Node, name: str) -> str:
    """An element's attribute, empty where it has none."""
    return element.attributes.get(name) or ""


def ancestors(node: Node, top: Node | None = None) -> Iterator[Node]:
    """The elements around a node, innermost first, up to and without ``top``."""
    parent = node.parent
    while parent is not None and (top is None or parent.mem_id != top.mem_id):
        yield parent
        parent = parent.parent


def siblings(node: Node, *, back: bool = False) -> Iterator[Node]:
    """The elements and texts behind a node, or before it, nearest first."""
    beside = node.prev if back else node.next
    while beside is not None:
        if beside.is_element_node or beside.is_text_node:
            yield beside
        beside = beside.prev if back else beside.next


def text_of(element: Node, left_out: LeftOut | None = None) -> str:
    """All text inside an element on one line, without what is left out."""
    return " ".join(paragraph.text for paragraph in paragraphs(element, left_out))


def walk(root: Node, left_out: LeftOut | None = None) -> Iterator[tuple[bool, Node]]:
    """Elements and texts from a root down: (True, node) where one begins, (False, node) its end.

    An element that is left out is passed over with all that is in it. Texts have no end.
    """
    yield True, root
    path, node = [root], root.first_child
    while path:
        if node is None:
            done = path.pop()
            yield False, done
            node = done.next if path else None
        elif node.is_text_node:
            yield True, node
            node = node.next
        elif not node.is_element_node or (left_out and left_out(node)):
            node = node.next
        else:
            yield True, node
            path.append(node)
            node = node.first_child


def paragraphs(element: Node, left_out: LeftOut | None = None) -> list[Paragraph]:
    """The text inside an element, parted where a browser would begin a new line."""
    lines = _Lines()
    for begins, node in walk(element, lambda n: n.tag in _MUTE or bool(left_out and left_out(n))):
        if node.is_text_node:
            lines.say(node.text_content or "")
        elif begins:
            lines.enter(node.tag)
        else:
            lines.leave(node)
    lines.flush()
    return lines.found


class _Lines:
    """The lines found so far in a walk, and the one in hand."""

    def __init__(self) -> None:
        self.found: list[Paragraph] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0

    def enter(self, tag: str | None) -> None:
        if tag in _BLOCKS:
            self.flush()
        elif tag == "a":
            self._links += 1

    def leave(self, node: Node) -> None:
        tag = node.tag
        if tag in _BLOCKS:
            self.flush()
        elif tag == "a":
            self._links -= 1
        elif tag in {"td", "th"}:
            self._pieces.append(" ")
        elif tag == "span" and "location-stamp" in attribute_of(node, "class"):
            self._pieces.append(" - ")  # VnExpress has a style sheet draw the dash

    def say(self, piece: str) -> None:
        self._pieces.append(piece)
        if self._links:
            self._linked += len(piece.strip())

    def flush(self) -> None:
        if self._pieces:
            text = one_line("".join(self._pieces))
            if text:
                self.found.append(Paragraph(text, min(self._linked, len(text))))
            self._pieces, self._linked = [], 0
