import pytest

from tests.diembao.program import copy_of, new_program
from tests.servers import background

FIELDS = {
    "source", "requests", "not_modified", "bytes", "discovered", "fetched", "new", "revised",
    "exact_duplicates", "near_duplicates", "seed_duplicates", "off_topic", "failed", "errors",
}  # fmt: skip
OUTCOMES = (
    "new", "revised", "unchanged", "exact_duplicates", "near_duplicates", "seed_duplicates",
    "off_topic", "no_article",
)  # fmt: skip
OUTLETS = ("bennghemoi", "dothisophuongnam", "nhipphosong", "thuongcangmoi", "vamsong")
SMALL = "dothisophuongnam"
LATER = f"{SMALL}/benh-an-dien-tu-lien-thong-10512"
REVISED = "thuongcangmoi/kinh-te-so-dong-gop-grdp-77124"
CHANGED = (LATER, REVISED)

each_outlet = pytest.mark.parametrize("outlet", OUTLETS)


def of(report, outlet):
    """The part of a report that is about one source."""
    return next(part for part in report["sources"] if part["source"] == outlet)


def test_report_has_the_promised_parts(crawled):
    assert {"run", "seconds", "sources", "totals"} <= crawled.first.keys()
    assert [part["source"] for part in crawled.first["sources"]] == list(OUTLETS)
    assert crawled.first["totals"].keys() >= FIELDS - {"source", "errors"}


@each_outlet
def test_part_of_a_source_has_the_promised_fields(crawled, outlet):
    assert of(crawled.first, outlet).keys() >= FIELDS


@each_outlet
@pytest.mark.parametrize("crawl", ["first", "second"])
def test_every_candidate_is_accounted_for(crawled, crawl, outlet):
    part = of(getattr(crawled, crawl), outlet)
    assert part["discovered"] == part["fetched"] + sum(part["skipped"].values())
    assert part["fetched"] == sum(part[name] for name in OUTCOMES)


def test_totals_are_the_sums(crawled):
    parts = crawled.first["sources"]
    for name in ("requests", "bytes", "discovered", "fetched", *OUTCOMES):
        assert crawled.first["totals"][name] == sum(part[name] for part in parts)


@each_outlet
def test_first_crawl_fetches_every_article_once(crawled, outlet):
    paths = [item.path for item in crawled.newsroom.items(outlet)]
    asked = [ask.path for ask in crawled.requests if ask.outlet == outlet]
    assert of(crawled.first, outlet)["fetched"] == len(paths)
    assert [asked.count(path) for path in paths] == [1] * len(paths)


def test_pages_that_robots_txt_forbids_are_not_asked_for(crawled):
    assert of(crawled.first, "vamsong")["skipped"]["robots"] == 1
    assert not [ask for ask in crawled.requests if ask.path.startswith("/ban-in")]


def test_crawler_says_who_it_is(crawled):
    agents = {ask.user_agent for ask in crawled.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("diembao/")


@each_outlet
def test_robots_txt_is_asked_first_and_counted(crawled, outlet):
    asked = [ask.path for ask in crawled.requests if ask.outlet == outlet]
    assert asked[0] == "/robots.txt"
    parts = [of(crawled.first, outlet), of(crawled.second, outlet)]
    assert sum(part["requests"] for part in parts) == len(asked)


@each_outlet
def test_second_crawl_fetches_nothing_and_is_told_so(crawled, outlet):
    part = of(crawled.second, outlet)
    assert (part["fetched"], part["new"]) == (0, 0)
    assert part["not_modified"] == part["endpoints"] > 0


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Reports on two outlets, crawl by crawl, and the articles that changed in between.

    A crawl with a limit; the rest; one article is revised and another published; a crawl in full.
    """
    with background.newsroom() as newsroom:
        newsroom.withdraw(LATER)
        program = new_program(tmp_path_factory.mktemp("story"), newsroom)

        def crawl(*options):
            return program.ok("crawl", "thuongcangmoi", SMALL, "--format", "json", *options).json

        reports = [crawl("--limit", 3), crawl()]
        newsroom.publish(LATER)
        newsroom.revise(REVISED)
        reports += [crawl(), crawl("--full")]
        rows = program.ok("articles", "list", "--all", "--format", "jsonl").rows
        by_address = {row["canonical_url"]: row for row in rows}
        yield reports, {name: by_address[newsroom.article_address(name)] for name in CHANGED}


def test_limit_bounds_the_pages_of_a_source(story):
    part = of(story[0][0], SMALL)
    assert (part["fetched"], part["skipped"]) == (3, {"limit": 4})


def test_what_the_limit_left_comes_with_the_next_crawl(story):
    part = of(story[0][1], SMALL)
    assert (part["fetched"], part["not_modified"]) == (4, 1)


def test_revised_article_is_noticed_through_its_feed(story):
    reports, articles = story
    part = of(reports[2], "thuongcangmoi")
    assert (part["fetched"], part["revised"], part["new"]) == (1, 1, 0)
    assert articles[REVISED]["revised_at"] > articles[REVISED]["first_seen_at"]


def test_article_published_later_is_found(story):
    reports, articles = story
    part = of(reports[2], SMALL)
    assert (part["fetched"], part["not_modified"]) == (1, 0)
    assert articles[LATER]["revised_at"] is None


def test_full_crawl_asks_without_validators_and_reads_no_known_article(story):
    part = of(story[0][3], SMALL)
    assert (part["not_modified"], part["fetched"], part["skipped"]) == (0, 0, {"known": 8})


@pytest.fixture(scope="module")
def by_hand(crawled, tmp_path_factory):
    """A crawl of a known address and of one that no outlet has."""
    program = copy_of(crawled.program, tmp_path_factory.mktemp("by_hand"))
    urls = (crawled.newsroom.items(SMALL)[0].url, "https://example.org/tin.html")
    return program.run("crawl", "--format", "json", *(f"--url={url}" for url in urls))


def test_one_address_is_fetched_alone_and_known_again(by_hand):
    totals = by_hand.json["totals"]
    assert [part["source"] for part in by_hand.json["sources"]] == [SMALL]
    assert (totals["discovered"], totals["fetched"], totals["unchanged"]) == (1, 1, 1)


def test_address_of_no_outlet_is_a_named_failure(by_hand):
    assert by_hand.code == 1
    assert "https://example.org/tin.html: no source has articles" in by_hand.err
    assert by_hand.err.count("\n") == 1


def test_table_names_every_source_and_pipe_gets_no_progress(archive):
    done = archive.ok("crawl", "--limit", 0, "--format", "table")
    assert all(outlet in done.out for outlet in OUTLETS)
    assert done.err == ""
