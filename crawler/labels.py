"""The outlet's own labels of an article: its section and its tags."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from crawler.bylines import is_outlet
from crawler.lines import key
from crawler.reading import Reading
from crawler.trees import has_boxes, select_text, text_of

MAX_TAGS = 30
MAX_LABEL = 80

_SECTIONS = (
    "[data-role=cate-name], .detail-cate a, .article__breadcrumb a, .article__cate,"
    " .bread-crumb-detail a, .breadcrumb-dt a, .breadcrumb li:last-child a, .breadcrumb a"
)
_TAGS = (
    ".article__tag a, .detail-tag-list a, .detail-tag a, .tags-box a, .box-tags a, .tag-list a,"
    " .list-tag a, .tag-box a, .tags a, .tag__detail a, .td-post-source-tags a, [rel=tag]"
)
_SECTIONS_HINT = "[data-role=cate-name], [class*=cate i], [class*=bread i]"
_TAGS_HINT = "[class*=tag i], [rel=tag]"
_SEVERAL = re.compile(r",(?=\S)")  # "Văn hóa, thể thao" is one
_NO_SECTION = frozenset({"trangchủ", "home", "homepage", "tintức", "news", "tinmới"})


def section_of(reading: Reading, title: str) -> tuple[str | None, str]:
    """The section the outlet puts the article in, if it says so, and its origin."""
    for origin, text in _sections(reading):
        plain = key(text)
        taken = plain in _NO_SECTION or plain == key(title) or is_outlet(text, reading.outlets)
        if plain and len(text) <= MAX_LABEL and not taken:
            return text, origin
    return None, ""


def tags_of(reading: Reading) -> tuple[tuple[str, ...], str]:
    """The tags the outlet gives the article, each once, and their origin."""
    for origin, texts in _tags(reading):
        named = (text.lstrip("# ").strip() for text in islice(texts, MAX_TAGS))
        kept = {key(text): text for text in named if len(text) <= MAX_LABEL}
        own = [t for k, t in kept.items() if k and not is_outlet(t, reading.outlets)]
        if own:
            return tuple(own), origin
    return (), ""


def _sections(reading: Reading) -> Iterator[tuple[str, str]]:
    yield from (("selector", text) for text in select_text(reading.tree, reading.rules.section))
    yield "jsonld", reading.jsonld.section
    yield from (("meta", text) for text in _SEVERAL.split(reading.meta.section))
    if has_boxes(reading.tree, _SECTIONS, _SECTIONS_HINT):
        yield from (("layout", text) for text in select_text(reading.tree, _SECTIONS))


def _tags(reading: Reading) -> Iterator[tuple[str, Iterable[str]]]:
    yield "selector", select_text(reading.tree, reading.rules.tags)
    yield "jsonld", reading.jsonld.tags
    yield "meta", reading.meta.tags
    if has_boxes(reading.tree, _TAGS, _TAGS_HINT):
        yield "layout", (text_of(link) for link in reading.tree.css(_TAGS)[:MAX_TAGS])
