"""One page of each layout in the catalogue: the outlet's markup, invented words, and what is read.

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
IDS = sorted(path.stem for path in PAGES.glob("*.html"))
FIELDS = ("title", "lead", "text", "authors", "image", "published_at")
# What a page tells machines of its dates and people: JSON-LD, and meta elements with a moment.
TOLD_MACHINES = re.compile(
    r'<script type="application/ld\+json".*?</script>|<meta [^>]*content="\d{4}-\d\d-\d\dT[^>]*>',
    re.DOTALL,
)
STAGED = ("title", "text", "authors", "published_at")


@cache
def golden(source_id: str) -> dict:
    return json.loads((PAGES / f"{source_id}.json").read_text("utf-8"))


@cache
def markup(source_id: str) -> str:
    return (PAGES / f"{source_id}.html").read_text("utf-8")


def read(source_id: str, page: str) -> Document:
    about = golden(source_id)
    fetched_at = datetime.fromisoformat(about["fetched_at"])
    return extract(Page(about["url"], page.encode(), fetched_at), SOURCES[source_id])


@cache
def document(source_id: str) -> Document:
    return read(source_id, markup(source_id))


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
        "origins": {field: found.origins[field] for field in STAGED if field in found.origins},
    }


def missing(found: Document) -> list[str]:
    return [field for field in FIELDS if not getattr(found, field)]


def selectors(source: Source) -> list[str]:
    """All selectors of a source: the values of its rules that are no formats."""
    rules = [getattr(source.extract, field.name) for field in fields(Extract)]
    single = [rule for rule in rules if isinstance(rule, str)]
    return [*single, *source.extract.drop]


def dead(source: Source) -> set[str]:
    """The alternatives of a source's selectors that find nothing in its page."""
    tree = document_fromstring(markup(source.id).encode())
    parts = [part for selector in selectors(source) for part in alternatives(selector)]
    return {
        f"{css}@{attribute}" if attribute else css
        for css, attribute in parts
        if not any(
            element.get(attribute) if attribute else True
            for element in CSSSelector(css, translator="html")(tree)
        )
    }


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_an_outlet_with_selectors_has_a_golden_page(source: Source):
    given = set(selectors(source)) - set(source.extract.drop)
    assert source.id in IDS or not given


@pytest.mark.parametrize("source_id", IDS)
def test_a_golden_page_is_at_an_address_of_its_outlet_alone(source_id: str):
    url = golden(source_id)["url"]
    assert [source.id for source in SOURCES.values() if belongs(source, url)] == [source_id]


@pytest.mark.parametrize("source_id", IDS)
def test_a_golden_page_is_read_as_it_was_approved(source_id: str):
    found = as_json(document(source_id))
    if REWRITE:
        path = PAGES / f"{source_id}.json"
        about = {**golden(source_id), "expected": found}
        path.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", "utf-8")
        golden.cache_clear()
    assert found == golden(source_id)["expected"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("source_id", IDS)
def test_no_field_is_missing_without_a_reason(source_id: str, field: str):
    reasons = golden(source_id)["absent"]
    assert (field in missing(document(source_id))) == bool(reasons.get(field))


@pytest.mark.parametrize("source_id", IDS)
def test_the_body_is_found_by_the_outlets_own_selector(source_id: str):
    given = SOURCES[source_id].extract.body is not None
    assert (document(source_id).origins["text"] == "selector") == given


@pytest.mark.parametrize("source_id", [one for one in IDS if SOURCES[one].extract.date])
def test_the_printed_date_is_read_and_says_the_same(source_id: str):
    found = read(source_id, TOLD_MACHINES.sub("", markup(source_id)))
    assert found.origins["published_at"] == "selector"
    approved = datetime.fromisoformat(golden(source_id)["expected"]["published_at"])
    assert found.published_at == approved.replace(second=0)


@pytest.mark.parametrize("source_id", IDS)
def test_nothing_around_the_article_is_read_as_its_text(source_id: str):
    found, words = document(source_id), golden(source_id)["nowhere"]
    page = html.unescape(markup(source_id))
    assert [phrase for phrase in words if phrase not in page] == []
    read_out = "\n".join((found.title, found.lead, found.text, *found.authors))
    assert [phrase for phrase in words if phrase in read_out] == []


@pytest.mark.parametrize("source_id", IDS)
def test_no_selector_is_dead_without_a_reason(source_id: str):
    reasons = golden(source_id)["unused"]
    assert all(reasons.values())
    assert dead(SOURCES[source_id]) == set(reasons)


@pytest.mark.parametrize("source_id", IDS)
def test_a_golden_page_is_a_whole_one(source_id: str):
    about = golden(source_id)
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
