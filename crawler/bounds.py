"""What a page may at most be, asked before it is parsed.

An HTML parser can be driven to minutes and gigabytes by a small page: each attribute is compared
with all others of its element, each element with all around it, and each unclosed <b> is opened
anew in every paragraph behind it. Ordinary pages pass by a few counts; only unusual ones are
looked at tag by tag.
"""

import re

from crawler.charsets import is_overloaded
from crawler.errors import ExtractionError

MAX_PAGE_BYTES = 16 * 1024 * 1024
MAX_ELEMENTS = 100_000
MAX_DEPTH = 1_000

# Below these, the worst that can be made of a page takes a second or two.
_FEW_TAGS = 6_000
_FEW_COPIES = 400_000
_SHORT_TAG = 4_000
_SHORT_PAGE = 192 * 1024
_LONG_PAGE = 1024 * 1024

_LONG_TAG = re.compile(rb"""<[a-zA-Z][^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+""")
# What a parser opens anew in each block when it was not closed; of equal ones it keeps three.
_STYLED = re.compile(
    rb"<(?=[bcefistuBCEFISTU])(?:[bisuBISU]|[bB][iI][gG]|[cC][oO][dD][eE]|[eE][mM]|[fF][oO][nN][tT]"
    rb"|[tT][tT]|[sS][mM][aA][lL][lL]|[sS][tT][rR][iI][kK][eE]|[sS][tT][rR][oO][nN][gG])[\s/>]"
)
_TOKEN = re.compile(
    r"<!--.*?(?:-->|$)"
    r"|<(script|style|textarea|title|noembed|noframes|xmp|iframe)\b.*?(?:</\1|$)"
    r"""|<(/?)([a-z][^\s/>]*)(?:[^>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+""",
    re.IGNORECASE | re.DOTALL,
)
_STYLES = frozenset({
    "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
# Elements that hold nothing, and those that the next of their kind closes.
_SHALLOW = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dd", "dt", "option", "td", "th", "tr", "tbody", "thead", "tfoot",
    "a", "body", "html", "head",
})  # fmt: skip


def check_page(data: bytes) -> int:
    """How many elements a page, as UTF-8, may come to at most, before it is parsed.

    Raises ExtractionError for a page that would take a parser too much time or memory.
    """
    if _may_be_overloaded(data) and is_overloaded(data.decode(errors="replace")):
        raise ExtractionError("elements with too many attributes")
    tags = data.count(b"<")
    if tags > 2 * MAX_ELEMENTS:
        raise ExtractionError(f"page of more than {MAX_ELEMENTS} elements")
    copies = tags * len(_STYLED.findall(data))
    if tags > _FEW_TAGS or copies > _FEW_COPIES:
        _check_nesting(data.decode(errors="replace"), tags)
    return tags + copies


def _may_be_overloaded(data: bytes) -> bool:
    # As many attributes as a short page has room for take two or three seconds.
    if len(data) <= _SHORT_PAGE or len(data) > _LONG_PAGE:
        return len(data) > _LONG_PAGE
    return max(map(len, _LONG_TAG.findall(data)), default=0) > _SHORT_TAG


def _check_nesting(text: str, tags: int) -> None:
    depth = unclosed = 0
    for token in _TOKEN.finditer(text):
        name = (token[3] or "").lower()
        step = -1 if token[2] else 1
        if name in _STYLES:
            unclosed = max(0, unclosed + step)
        elif name and name not in _SHALLOW:
            depth = max(0, depth + step)
        if depth > MAX_DEPTH:
            raise ExtractionError(f"elements more than {MAX_DEPTH} deep in one another")
        if unclosed * tags > _FEW_COPIES:
            raise ExtractionError(f"page of more than {MAX_ELEMENTS} elements")
