"""The general extractor, trafilatura: finds the text of any page, at ten times the cost or more.

It reads the page with a parser of its own, so it is asked only where no container held a body,
and as a referee of the other stages.
"""

import html
import re
from collections import Counter

from trafilatura import bare_extraction
from trafilatura.settings import Document as Extracted

from crawler.bodies import MAX_LINKED
from crawler.charsets import UNPRINTABLE, is_overloaded, without_prolog
from crawler.junk import asides
from crawler.lines import one_line
from crawler.reading import Reading
from crawler.trees import Node, Paragraph, paragraphs, walk

MANY_PARAGRAPHS = 2_000
# Of lists and tables inside one another each costs as much as all that is in it.
MAX_LISTS = 500

_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
})  # fmt: skip
_TABLE_PARTS = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th"})


def by_trafilatura(reading: Reading) -> list[Paragraph]:
    """The lines trafilatura finds in a page, what is plainly no article taken out before."""
    cleaned = _cleaned(reading.tree, reading.rules.drop, reading.rules.body)
    # Its second opinion, jusText, takes time by the square of the paragraphs' number.
    found = _read(cleaned, fast=len(paragraphs(reading.tree)) > MANY_PARAGRAPHS)
    lines = (one_line(line.removeprefix("- ")) for line in found.splitlines())
    return [Paragraph(line) for line in lines if line]


def agreement(reading: Reading, text: str) -> float | None:
    """How far trafilatura, reading the whole page, finds the same words: F1 of both, 0 to 1.

    None where the page is one that its parser must not be given.
    """
    markup = without_prolog(reading.markup)
    if is_overloaded(markup):
        return None
    theirs = _read(markup, fast=markup.count("<p") > MANY_PARAGRAPHS)
    mine, other = _words(text), _words(theirs)
    shared = (mine & other).total()
    return round(2 * shared / max(1, mine.total() + other.total()), 3)


def _read(markup: str, *, fast: bool) -> str:
    found = bare_extraction(
        UNPRINTABLE.sub("", markup), fast=fast, include_comments=False, with_metadata=False
    )
    text = found.text if isinstance(found, Extracted) else None
    return text or ""


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", one_line(text).casefold()))


def _cleaned(tree: Node, drop: tuple[str, ...], body: str | None) -> str:
    """A page's markup without junk and lists of links, tables of a layout as plain blocks."""
    is_aside, lists, layout = asides(tree, drop, body), _link_lists(tree), _layout_tables(tree)
    pieces: list[str] = []

    def left_out(node: Node) -> bool:
        return node.mem_id in lists or is_aside(node)

    for begins, node in walk(tree, left_out):
        if node.is_text_node:
            pieces.append(html.escape(node.text_content or "", quote=False))
            continue
        tag = "div" if node.mem_id in layout else node.tag or "div"
        if begins:
            given = "".join(_attribute(*pair) for pair in node.attributes.items())
            pieces.append(f"<{tag}{given}>")
        elif tag not in _VOID:
            pieces.append(f"</{tag}>")
    return "".join(pieces)


def _attribute(name: str, value: str | None) -> str:
    return f' {name}="{html.escape(value or "")}"' if re.fullmatch(r"[\w:.-]{1,60}", name) else ""


def _link_lists(tree: Node) -> set[int]:
    """The lists that are hardly more than links."""
    found: set[int] = set()
    for element in tree.css("ul, ol")[:MAX_LISTS]:
        linked = sum(len(link.text(strip=True)) for link in element.css("a")[:MAX_LISTS])
        if linked > MAX_LINKED * len(element.text(strip=True)):
            found.add(element.mem_id)
    return found


def _layout_tables(tree: Node) -> set[int]:
    """The tables that old pages are laid out with, and their parts."""
    found: set[int] = set()
    for table in tree.css("table")[:MAX_LISTS]:
        blocks = sum(1 for item in table.css("table, h1, div") if item.mem_id != table.mem_id)
        if blocks > 0 or len(table.css("p, br")) > 1:
            found |= {p.mem_id for p in table.css(", ".join(_TABLE_PARTS))}
    return found
