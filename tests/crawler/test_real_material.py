"""Pages as outlets served them, which are no part of the project: run only where they are there."""

import gzip
import json
import os
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.dates import parse_date
from crawler.documents import Page
from crawler.extraction import extract
from crawler.paging import next_page
from crawler.sources import catalogue_folder, read_folder

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ.get("DIEMBAO_REAL") or ROOT.parent / "shared" / "real") / "html"
ANSWERS = json.loads((ROOT / "bench" / "real_answers.json").read_text("utf-8"))
EXPECTED = json.loads((REAL / "expected.json").read_text("utf-8")) if REAL.is_dir() else {}
REFERENCE = json.loads((REAL / "body_reference.json").read_text("utf-8")) if REAL.is_dir() else {}


def page_and_source(name):
    catalogue, _ = read_folder(catalogue_folder())
    body = gzip.decompress((REAL / f"{name}.gz").read_bytes())
    fetched_at = datetime(2026, 3, 8, tzinfo=UTC)
    page = Page(EXPECTED[name]["url"], body, fetched_at, "text/html")
    return page, catalogue[name.partition("_")[0]]


def f1(found, expected):
    words = [Counter(re.findall(r"\w+", text.casefold())) for text in (found, expected)]
    shared = (words[0] & words[1]).total()
    return 2 * shared / (words[0].total() + words[1].total())


if EXPECTED:

    @pytest.fixture(params=EXPECTED)
    def name(request):
        return request.param

    @pytest.mark.parametrize("with_source", [True, False], ids=["source", "no-source"])
    def test_a_real_page_is_read(name, with_source):
        page, source = page_and_source(name)
        document, expected = extract(page, source if with_source else None), EXPECTED[name]
        published_at = parse_date(expected["published_at"])
        assert document.title == expected.get("title", document.title) != ""
        assert abs(document.published_at - published_at) < timedelta(minutes=1)
        assert all(phrase in document.text + document.lead for phrase in expected["must_contain"])
        assert f1(document.text, REFERENCE[name]["selector_reference_text"]) > 0.99
        assert (document.medium, document.access, document.notes) == ("article", "open", ())

    @pytest.mark.parametrize("with_source", [True, False], ids=["source", "no-source"])
    def test_the_authors_of_a_real_page_are_named(name, with_source):
        page, source = page_and_source(name)
        document = extract(page, source if with_source else None)
        assert list(document.authors) == ANSWERS[name]["authors"]

    def test_a_real_page_is_read_by_the_sources_own_selector(name):
        document = extract(*page_and_source(name))
        assert document.origins["text"] == "selector"

    def test_the_section_of_a_real_page_is_the_outlets(name):
        document = extract(*page_and_source(name))
        assert document.section == EXPECTED[name]["category"]

    def test_the_referee_agrees_on_a_real_page(name):
        assert extract(*page_and_source(name), referee=True).agreement > 0.9

    def test_a_real_page_without_further_pages_has_no_next_one(name):
        assert next_page(*page_and_source(name)) is None
