import gzip
import re
import tomllib
from pathlib import Path

import pytest

from crawler.listings import read_listing
from crawler.shapes import learn

REAL = Path(__file__).parents[2].parent / "shared" / "real" / "html"
REAL_LISTS = sorted(REAL.glob("*_list.html.gz"))
BASE = "https://baomau.example"
ADDRESSES = tomllib.loads(Path(__file__).with_name("catalogue_addresses.toml").read_text("utf-8"))
SECTIONS = [f"{BASE}/thoi-su/", f"{BASE}/cong-nghe.htm", f"{BASE}/chu-de/ai-e123.html", f"{BASE}/"]


def slugs(form, numbers):
    return [BASE + form.format(number) for number in numbers]


@pytest.mark.parametrize(
    ("form", "numbers", "pattern"),
    [
        ("/cang-so-post{}.html", (81234, 81299, 100432), r"-post\d{5,7}\.html$"),
        ("/cang-so-d{}.html", (171234, 171235, 171299), r"-d\d{5,7}\.html$"),
        ("/cang-so-{}.htm", (123251128090012345, 123251129100012346, 123251130110012347), None),
        ("/2026/11/cang-so-so-{}/", "abc", r"/20\d\d/[01]?\d/[^/?]+/?$"),
        ("/web/hcm/-/cang-so-{}", (10507, 10508, 10509), r"-\d{5,6}$"),
        ("/Default.aspx?ItemID={}", (4711, 4712, 4713), r"[?&]ItemID=\d{4,5}(?:&|$)"),
        ("/tin/{}/cang-so", (88123, 88124, 88125), r"/\d{5,6}/[^/?]+$"),
        ("/mot-cang-so-moi-mo-{}/", "abc", r"/[a-z0-9]+(?:-[a-z0-9]+){4,}/?$"),
    ],
)
def test_shape_of_each_family_of_addresses_is_learned(form, numbers, pattern):
    found = learn(slugs(form, numbers), SECTIONS)
    assert found.pattern == (pattern or r"-\d{18}\.htm$")
    assert (found.covers, found.examples, found.sections) == (3, 3, 0)


def test_numbers_may_grow_by_a_digit_but_years_of_sections_do_not_fit():
    found = learn(slugs("/cang-so-{}.html", (99997, 99998, 99999)), SECTIONS)
    assert re.search(found.pattern, f"{BASE}/cang-so-100000.html")
    assert not re.search(found.pattern, f"{BASE}/world-cup-2026.html")


def test_strays_among_the_examples_are_put_up_with():
    strays = slugs("/video/{}", "ab")
    found = learn([*slugs("/cang-so-post{}.html", range(10_000, 10_030)), *strays], SECTIONS)
    assert found.pattern == r"-post\d{5,6}\.html$"
    assert (found.covers, found.examples) == (30, 32)


def test_two_kinds_of_addresses_are_joined():
    examples = [
        *slugs("/cang-so-{}.htm", range(70_000, 70_010)),
        *slugs("/cang-so-post{}.html", range(80_000, 80_010)),
    ]
    found = learn(examples, SECTIONS)
    assert (found.covers, found.sections) == (20, 0)
    assert found.pattern.startswith("(?:")


def test_shape_that_fits_section_pages_too_is_refused():
    sections = [*SECTIONS, *slugs("/chu-de/mot-hai-ba-bon-nam-{}/", "abcd")]
    assert learn(slugs("/mot-cang-so-moi-mo-{}/", "xyz"), sections) is None


@pytest.mark.parametrize(
    "examples",
    [[], slugs("/cang-so-post{}.html", (10_001, 10_002)), slugs("/{}", "abcdef")],
    ids=["none", "too few", "nothing in common"],
)
def test_no_pattern_is_better_than_a_guess(examples):
    assert learn(examples, SECTIONS) is None


@pytest.mark.parametrize("outlet", ADDRESSES)
def test_pattern_learned_from_an_outlets_articles_passes_its_other_pages_by(outlet):
    articles, others = ADDRESSES[outlet]["articles"], ADDRESSES[outlet]["others"]
    # One article stands for the many of a feed: its number is counted on.
    examples = [re.sub(r"\d(?=\D*$)", str(n), url) for url in articles for n in range(4)]
    found = learn(examples, [url for url in others if url not in examples])
    hits = [url for url in others if found and re.search(found.pattern, url)]
    assert len(hits) <= 1


@pytest.mark.parametrize("path", REAL_LISTS, ids=lambda path: path.name)
def test_pattern_is_learned_from_a_real_front_page(path):
    links = read_listing(gzip.decompress(path.read_bytes()), f"{BASE}/")
    headlines = [link.url for link in links if len(link.title.split()) >= 7]
    sections = [link.url for link in links if 0 < len(link.title.split()) <= 4]
    found = learn(headlines, sections)
    assert found.covers >= 0.9 * len(headlines)
    assert found.sections <= 0.1 * len(sections)


def test_endless_slugs_and_numbers_are_no_shape_of_their_own():
    examples = [f"{BASE}/{'a-' * 900}{n}" for n in range(500)]
    examples += [f"{BASE}/{'1' * 1900}{n}" for n in range(500)]
    assert learn(examples, examples) is None
