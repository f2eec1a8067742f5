"""Every shipped source file: it loads, it is well-mannered, it knows its own articles."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from crawler.addresses import article_key, canonical
from crawler.sources import Source, belongs, catalogue_folder, read_folder

SOURCES, FAULTS = read_folder(catalogue_folder())
LIST = Path(__file__).parents[2].parent / "shared" / "facts" / "sources.csv"
ADDRESSES = tomllib.loads(Path(__file__).with_name("catalogue_addresses.toml").read_text("utf-8"))


def cases(kind: str) -> list:
    return [
        pytest.param(source_id, url, id=f"{source_id}-{url[-30:]}")
        for source_id, entry in ADDRESSES.items()
        for url in entry.get(kind, ())
    ]


def endpoints(source: Source) -> tuple[str, ...]:
    return (*source.feeds, *source.sitemaps, *source.listings)


def owners(url: str) -> list[str]:
    return [source.id for source in SOURCES.values() if belongs(source, url)]


def test_every_file_loads():
    assert FAULTS == []
    assert len(SOURCES) == len(list(catalogue_folder().iterdir()))


@pytest.mark.skipif(not LIST.is_file(), reason="the list of outlets is not on this machine")
def test_every_outlet_of_the_list_has_a_file():
    with LIST.open(encoding="utf-8", newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} - SOURCES.keys() == set()


def test_at_least_twenty_five_outlets_are_on():
    assert sum(source.enabled for source in SOURCES.values()) >= 25


def test_no_address_is_read_for_two_outlets():
    counts = Counter(url for source in SOURCES.values() for url in endpoints(source))
    assert [url for url, count in counts.items() if count > 1] == []


def test_names_are_unique():
    assert len({source.name for source in SOURCES.values()}) == len(SOURCES)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_addresses_are_https(source: Source):
    urls = (source.homepage, *endpoints(source))
    assert [url for url in urls if not url.startswith("https://")] == []


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_hosts_are_asked_gently(source: Source):
    assert source.politeness.delay >= 1
    assert source.politeness.concurrency <= 2


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_feeds_and_lists_are_no_articles(source: Source):
    assert [url for url in (source.homepage, *endpoints(source)) if owners(url)] == []


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_why_an_outlet_is_off_and_how_sure_it_is_stands_in_the_file(source: Source):
    text = (catalogue_folder() / f"{source.id}.toml").read_text("utf-8")
    assert "# Evidence:" in text
    assert text.startswith("# Off:") is not source.enabled


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_an_outlet_that_is_on_has_an_example(source: Source):
    assert source.id in ADDRESSES or not source.enabled


@pytest.mark.parametrize(("source_id", "url"), cases("articles"))
def test_an_article_belongs_to_its_outlet_alone(source_id: str, url: str):
    assert owners(url) == [source_id]


@pytest.mark.parametrize(("source_id", "url"), cases("articles"))
def test_the_canonical_address_belongs_to_the_same_outlet_alone(source_id: str, url: str):
    assert owners(canonical(url, SOURCES[source_id])) == [source_id]


@pytest.mark.parametrize(("source_id", "url"), cases("twins"))
def test_a_twin_has_the_address_of_the_article(source_id: str, url: str):
    assert canonical(url, SOURCES[source_id]) == ADDRESSES[source_id]["articles"][0]


@pytest.mark.parametrize(("source_id", "url"), cases("others"))
def test_other_pages_belong_to_no_outlet(source_id: str, url: str):
    assert owners(url) == []


NUMBERED = [source for source in SOURCES.values() if source.article_id]


def test_most_outlets_number_their_articles():
    assert len(NUMBERED) >= 30


@pytest.mark.parametrize("source", NUMBERED, ids=lambda source: source.id)
def test_articles_of_a_numbered_outlet_have_keys_of_their_own(source: Source):
    articles = ADDRESSES.get(source.id, {"articles": []})["articles"]
    urls = {canonical(url, source) for url in articles}
    keys = [article_key(url, source) for url in urls]
    assert len({key or url for key, url in zip(keys, urls, strict=True)}) == len(urls)
    assert any(keys) or not urls


def test_an_article_moved_below_another_paper_is_found_there():
    old = "https://nld.com.vn/thanh-pho-cong-nghe-dan-dau-196251012195640848.htm"
    new = "https://tuoitre.vn/nld/thanh-pho-cong-nghe-dan-dau-196251012195640848.htm"
    assert canonical(old, SOURCES["nld"]) == new
