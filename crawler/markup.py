"""Titles and leads that may hold markup, as plain lines."""

import html
import re

from crawler.charsets import UNPRINTABLE
from crawler.errors import ExtractionError
from crawler.lines import one_line
from crawler.trees import Node, html_tree, paragraphs

_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>?")
_ASIDES = frozenset({"ul", "ol", "figure", "table"})


def plain(markup: str, limit: int = 2_000) -> str:
    """One line of text from a title or lead that may hold tags and entities, even doubly escaped.

    Lists, tables and figures are left out: in leads they point at other articles.
    """
    text = markup[: 20 * limit]
    for _ in range(3):
        if "<" not in text and "&" not in text:
            break
        before = text
        text = html.unescape(_without_tags(text) if _TAG.search(text) else text)
        if text == before:
            break
    return one_line(text)[:limit].rstrip()


def _without_tags(markup: str) -> str:
    try:
        tree = html_tree(f"<div>{UNPRINTABLE.sub('', markup)}</div>".encode())
    except ExtractionError:
        return _TAG.sub(" ", markup)
    return " ".join(line.text for line in paragraphs(tree, _is_aside))


def _is_aside(element: Node) -> bool:
    return element.tag in _ASIDES
