"""Inline elements that a sentence runs through: links and emphasis, whatever their class says.

Content systems name the links that they set into a text after tags, authors and suggestions, as
they name the boxes of these below it.
"""

import re
from collections.abc import Callable
from itertools import islice

from crawler.trees import Node, ancestors, siblings

INLINE = frozenset({
    "a", "abbr", "b", "cite", "em", "font", "i", "mark", "q", "small", "span", "strong", "u",
})  # fmt: skip
# Fewer letters beside an element that stands in no paragraph are rather a label.
MIN_BARE = 40
# How many neighbours, how much of each, and how many elements around are looked at: a page may have
# any number.
MAX_BESIDE = 5
MAX_AROUND = 2
MAX_LETTERS = 200
MAX_DEEP = 20

_PARAGRAPHS = frozenset({
    "p", "li", "dd", "dt", "td", "th", "blockquote", "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
_END = re.compile(r"[.!?…][\"'”’»)\]]*\s*$")


def runs_through(element: Node, is_junk: Callable[[Node], bool]) -> bool:
    """Whether the words before an inline element, or behind it, are of one sentence with its own.

    What is junk itself says nothing: a list of tags is no sentence.
    """
    before = _beside(element, is_junk, back=True)
    behind = _beside(element, is_junk, back=False)
    if not _LETTER.search(behind) and (not _LETTER.search(before) or _END.search(before)):
        return False
    if len(before + behind) >= MIN_BARE:
        return True
    around = (item.tag for item in islice(ancestors(element), MAX_DEEP))
    return next((tag for tag in around if tag not in INLINE), None) in _PARAGRAPHS


def _beside(element: Node, is_junk: Callable[[Node], bool], *, back: bool) -> str:
    """The nearest text on one side of an element that holds a letter, as far as its line goes."""
    told = ""
    for item in (element, *islice(ancestors(element), MAX_AROUND)):
        if item.tag not in INLINE:
            break
        for seen, node in enumerate(siblings(item, back=back)):
            if seen == MAX_BESIDE or not (node.is_text_node or node.tag in INLINE):
                return told
            if node.is_text_node or not is_junk(node):
                piece = node.text()
                told = piece[-MAX_LETTERS:] + told if back else told + piece[:MAX_LETTERS]
            if _LETTER.search(told):
                return told
    return told
