"""One page of each layout in the catalogue: the outlet's markup, invented words, and what is read.

A page is named ``ID.html``, of an outlet's further layouts ``ID.LAYOUT.html``.
Beside each page its JSON holds what a reader would take from it, and by which stage
(``expected``), what the page lacks (``absent``) and which selectors are of another layout
(``unused``), each with the reason, and words of the page that are no part of the article
(``nowhere``). ``make golden`` writes ``expected`` anew: look at the difference before you keep it.
"""

import html
import json
import os
import re
from dataclasses import fields
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from lxml.cssselect import CSSSelector
from lxml.html import document_fromstring

from crawler.documents import Document, Page
from crawler.extraction import extract
from crawler.source_values import alternatives
from crawler.sources import Extract, Source, belongs, catalogue_folder, read_folder

PAGES = Path(__file__).parents[1] / "golden" / "pages"
# Read here, as tests run without any of the program's environment variables.
REWRITE = bool(os.environ.get("DIEMBAO_REWRITE_GOLDEN"))
SOURCES, _ = read_folder(catalogue_folder())
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))
IDS = sorted({name.partition(".")[0] for name in NAMES})
FIELDS = ("title", "lead", "text", "authors", "image", "published_at")
# What a page tells machines of its dates and people: JSON-LD, and meta elements with a moment.
TOLD_MACHINES = re.compile(
    r'<script type="application/ld\+json".*?</script>|<meta [^>]*content="\d{4}-\d\d-\d\dT[^>]*>',
    re.DOTALL,
)
STAGED = ("title", "text", "authors", "published_at")


@cache
def golden(name: str) -> dict:
    return json.loads((PAGES / f"{name}.json").read_text("utf-8"))


@cache
def markup(name: str) -> str:
    return (PAGES / f"{name}.html").read_text("utf-8")


def source_of(name: str) -> Source:
    return SOURCES[name.partition(".")[0]]


def read(name: str, page: str) -> Document:
    about = golden(name)
    fetched_at = datetime.fromisoformat(about["fetched_at"])
    return extract(Page(about["url"], page.encode(), fetched_at), source_of(name))


@cache
def document(name: str) -> Document:
    return read(name, markup(name))


def as_json(found: Document) -> dict:
    published, modified = found.published_at, found.modified_at
    return {
        "title": found.title,
        "lead": found.lead,
        "text": found.text.split("\n\n"),
        "authors": list(found.authors),
        "image": found.image,
        "published_at": published.isoformat() if published else None,
        "modified_at": modified.isoformat() if modified else None,
        "canonical_url": found.canonical_url,
        "language": found.language,
        "section": found.section,
        "tags": list(found.tags),
        "captions": list(found.captions),
        "origins": {field: found.origins[field] for field in STAGED if field in found.origins},
    }


def missing(found: Document) -> list[str]:
    return [field for field in FIELDS if not getattr(found, field)]


def selectors(source: Source) -> list[str]:
    """All selectors of a source: the values of its rules that are no formats."""
    rules = [getattr(source.extract, field.name) for field in fields(Extract)]
    single = [rule for rule in rules if isinstance(rule, str)]
    return [*single, *source.extract.drop]


def dead(source: Source, names: list[str]) -> set[str]:
    """The alternatives of a source's selectors that find nothing in any of its pages."""
    trees = [document_fromstring(markup(name).encode()) for name in names]
    parts = [part for selector in selectors(source) for part in alternatives(selector)]
    return {
        f"{css}@{attribute}" if attribute else css
        for css, attribute in parts
        if not any(
            element.get(attribute) if attribute else True
            for tree in trees
            for element in CSSSelector(css, translator="html")(tree)
        )
    }


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_an_outlet_with_selectors_has_a_golden_page(source: Source):
    given = set(selectors(source)) - set(source.extract.drop)
    assert source.id in IDS or not given


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_page_is_at_an_address_of_its_outlet_alone(name: str):
    url = golden(name)["url"]
    assert [source.id for source in SOURCES.values() if belongs(source, url)] == [
        source_of(name).id
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_page_is_read_as_it_was_approved(name: str):
    found = as_json(document(name))
    if REWRITE:
        path = PAGES / f"{name}.json"
        about = {**golden(name), "expected": found}
        path.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", "utf-8")
        golden.cache_clear()
    assert found == golden(name)["expected"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", NAMES)
def test_no_field_is_missing_without_a_reason(name: str, field: str):
    reasons = golden(name)["absent"]
    assert (field in missing(document(name))) == bool(reasons.get(field))


@pytest.mark.parametrize("name", NAMES)
def test_the_body_is_found_by_the_outlets_own_selector(name: str):
    given = source_of(name).extract.body is not None
    origins = document(name).origins
    told_by = "captions" if origins["text"] == "captions" else "text"
    assert (origins[told_by] == "selector") == given


@pytest.mark.parametrize("name", [name for name in NAMES if source_of(name).extract.date])
def test_the_printed_date_is_read_and_says_the_same(name: str):
    found = read(name, TOLD_MACHINES.sub("", markup(name)))
    assert found.origins["published_at"] == "selector"
    approved = datetime.fromisoformat(golden(name)["expected"]["published_at"])
    assert found.published_at == approved.replace(second=0)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_around_the_article_is_read_as_its_text(name: str):
    found, words = document(name), golden(name)["nowhere"]
    page = html.unescape(markup(name))
    assert [phrase for phrase in words if phrase not in page] == []
    read_out = "\n".join((found.title, found.lead, found.text, *found.authors))
    assert [phrase for phrase in words if phrase in read_out] == []


@pytest.mark.parametrize("source_id", IDS)
def test_no_selector_is_dead_without_a_reason(source_id: str):
    names = [name for name in NAMES if name.partition(".")[0] == source_id]
    reasons = {css: why for name in names for css, why in golden(name)["unused"].items()}
    assert all(reasons.values())
    assert dead(SOURCES[source_id], names) == set(reasons)


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_page_is_a_whole_one(name: str):
    about = golden(name)
    assert about["markup"]
    assert about["nowhere"]
    assert len("".join(about["expected"]["text"])) > 250


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("authors", r'<a href="" class="author[^>]*>[^<]*</a>'),
        ("published_at", r'<span class="post-time">[^<]*</span>'),
        ("image", r'<meta property="og:image"[^>]*>'),
        ("lead", r'<div class="sapo_detail">[^<]*</div>|<meta [^>]*description"[^>]*>'),
    ],
)
def test_a_page_that_loses_a_field_is_told_by_its_name(field: str, place: str):
    page = re.sub(place, "", markup("baodautu"))
    assert page != markup("baodautu")
    assert missing(read("baodautu", page)) == [field]
