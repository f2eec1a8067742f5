"""A page's title and lead: the choices there are, best first."""

from collections.abc import Iterable, Iterator

from crawler import bylines
from crawler.lines import key, one_line, without_agency
from crawler.reading import Reading
from crawler.trees import select_text, text_of

MAX_TITLE = 500
MAX_LEAD = 2_000
MAX_MARKED_TITLE = 1_000

_LEADS = (
    "h2.detail-sapo, .article__sapo, p.description, .singular-sapo, .the-article-summary,"
    " .content-detail-sapo, .sc-longform-header-sapo, .sapo_detail, .sapo, [data-role=sapo],"
    " .article-detail-desc, .article-content__lead,"
    " .text-summary, .article-summary, .chappeau, .cms-desc"
)
_ELLIPSES = ("…", "...")


def title_of(reading: Reading) -> tuple[str, str]:
    """The title, empty if none is to be found, and its origin.

    Where its parts stand side by side in elements of their own, structured data has the blanks.
    """
    title, origin = _first(_titles(reading), MAX_TITLE)
    told = one_line(reading.jsonld.title or reading.meta.title)
    return (told if len(told) > len(title) and key(told) == key(title) else title), origin


def lead_of(reading: Reading, title: str) -> tuple[str, str]:
    """The lead without an agency's mark, empty if there is none, and its origin."""
    return _first(_leads(reading, title), MAX_LEAD)


def _first(choices: Iterable[tuple[str, str]], limit: int) -> tuple[str, str]:
    """The first text of (origin, text) pairs that is not cut off, else the first; its origin."""
    cut_off = ("", "")
    for origin, text in choices:
        line = one_line(text)[:limit]
        if line and not line.endswith(_ELLIPSES):
            return line, origin
        if line and not cut_off[0]:
            cut_off = (line, origin)
    return cut_off


def _titles(reading: Reading) -> Iterator[tuple[str, str]]:
    for origin, text in _headlines(reading):
        if bylines.folded(text) not in reading.outlets:
            yield origin, text


def _headlines(reading: Reading) -> Iterator[tuple[str, str]]:
    tree, meta, outlets = reading.tree, reading.meta.title, reading.outlets
    yield from (("selector", text) for text in select_text(tree, reading.rules.title))
    yield "jsonld", reading.jsonld.title
    heading = next((text_of(heading) for heading in tree.css("h1")[:1]), "")
    element = next(
        (one_line(title.text()[:MAX_MARKED_TITLE]) for title in tree.css("head title")[:1]), ""
    )
    if heading and (meta.startswith(heading) or element.startswith(heading)):
        yield "layout", heading
    yield "meta", bylines.without_outlet(meta, outlets)
    yield "layout", heading
    yield "meta", bylines.without_outlet(element, outlets)
    yield "feed", reading.candidate.title if reading.candidate else ""


def _leads(reading: Reading, title: str) -> Iterator[tuple[str, str]]:
    known = key(title)
    for origin, text in _summaries(reading):
        if key(text) != known:
            yield origin, without_agency(text)


def _summaries(reading: Reading) -> Iterator[tuple[str, str]]:
    yield from (("selector", text) for text in select_text(reading.tree, reading.rules.lead))
    yield from (("layout", text) for text in select_text(reading.tree, _LEADS))
    yield "jsonld", reading.jsonld.lead
    yield "meta", reading.meta.lead
    yield "feed", reading.candidate.lead if reading.candidate else ""
