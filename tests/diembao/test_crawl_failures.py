"""What goes wrong in a crawl is named in one line, and the rest goes on."""

from dataclasses import dataclass

import pytest

from diembao.demo.newsroom.site import Newsroom
from tests.diembao.program import Done, Program, new_program
from tests.diembao.test_crawl import SMALL, of
from tests.servers import background

FAULTS = {"nhipphosong": "error", "thuongcangmoi": "html", "vamsong": "empty"}
UNREACHABLE = "bennghemoi"
WITHOUT_TEXT = f"{SMALL}/nop-ho-so-o-phuong-nao-cung-duoc-10509"
OUT_OF_ORDER = f"{SMALL}/benh-an-dien-tu-lien-thong-10512"
BAD_FILE = 'name = "Hỏng"\nhomepage = "https://example.org/"\narticle_pattern = "-("\n'


@dataclass(frozen=True)
class Troubled:
    """A crawl in which nearly everything goes wrong, and one after all is mended."""

    newsroom: Newsroom
    program: Program
    first: Done
    second: Done


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    with background.newsroom() as newsroom:
        program = new_program(tmp_path_factory.mktemp("troubled"), newsroom)
        files = program.folder / "sources"
        (files / "hong.toml").write_text(BAD_FILE, "utf-8")
        _move(files / f"{UNREACHABLE}.toml", newsroom.address(UNREACHABLE), "http://127.0.0.1:1")
        for outlet, fault in FAULTS.items():
            newsroom.break_feed(outlet, fault)
        newsroom.break_article(WITHOUT_TEXT, "html")
        newsroom.break_article(OUT_OF_ORDER, "error")
        first = program.run("crawl", "--format", "json")
        newsroom.mend()
        (files / "hong.toml").unlink()
        newsroom.write_sources(files)
        second = program.run("crawl", *FAULTS, UNREACHABLE, "--format", "json")
        yield Troubled(newsroom, program, first, second)


def _move(path, here, there):
    path.write_text(path.read_text("utf-8").replace(here, there), "utf-8")


def test_crawl_with_failures_says_so_by_its_exit_code(troubled):
    assert troubled.first.code == 1


def test_every_failure_is_one_line_that_names_the_source(troubled):
    lines = troubled.first.err.splitlines()
    named = [line.split(": ")[0] for line in lines]
    assert sorted(named) == sorted(["diembao", UNREACHABLE, *FAULTS, SMALL, SMALL])


def test_unreachable_source_is_named(troubled):
    part = of(troubled.first.json, UNREACHABLE)
    assert (part["failed"], part["fetched"]) == (1, 0)
    assert f"{UNREACHABLE}: http://127.0.0.1:1/rss/home.rss: " in troubled.first.err


@pytest.mark.parametrize("outlet", FAULTS, ids=FAULTS.values())
def test_broken_feed_is_named_and_nothing_is_taken_for_news(troubled, outlet):
    part = of(troubled.first.json, outlet)
    assert (part["fetched"], part["discovered"], part["failed"]) == (0, 0, 1)
    assert part["errors"][0]["url"].startswith(troubled.newsroom.address(outlet))


def test_others_go_on(troubled):
    part = of(troubled.first.json, SMALL)
    assert (part["discovered"], part["fetched"], part["skipped"]) == (8, 7, {"failed": 1})


def test_article_without_text_is_counted_and_named(troubled):
    part = of(troubled.first.json, SMALL)
    url = troubled.newsroom.article_address(WITHOUT_TEXT)
    assert part["no_article"] == 1
    assert f"{SMALL}: {url}: " in troubled.first.err


def test_article_that_cannot_be_had_is_counted_and_named(troubled):
    error = {"url": troubled.newsroom.article_address(OUT_OF_ORDER), "error": "HTTP 500"}
    assert error | {"class": "temporary"} in of(troubled.first.json, SMALL)["errors"]


def test_bad_source_file_is_named_with_its_line(troubled):
    assert "hong.toml:3: article_pattern" in troubled.first.err
    assert "hong.toml:3" in troubled.first.json["errors"][0]["error"]


@pytest.mark.parametrize("outlet", [*FAULTS, UNREACHABLE])
def test_what_was_out_of_reach_comes_when_it_is_mended(troubled, outlet):
    part = of(troubled.second.json, outlet)
    assert (part["failed"], part["not_modified"]) == (0, 0)
    assert part["fetched"] == len(troubled.newsroom.items(outlet))


def test_crawl_without_failures_says_so(troubled):
    assert (troubled.second.code, troubled.second.err) == (0, "")


def test_robots_txt_that_is_out_of_order_is_no_leave_to_crawl(newsroom, tmp_path):
    newsroom.break_robots(SMALL, "error")
    done = new_program(tmp_path, newsroom).run("crawl", SMALL, "--format", "json")
    part = of(done.json, SMALL)
    assert (done.code, part["discovered"], part["fetched"]) == (1, 0, 0)
    assert {ask.path for ask in newsroom.requests} == {"/robots.txt"}


def test_private_addresses_are_refused_by_default(program):
    done = program.having(ALLOW_PRIVATE_NETWORKS=None).run("crawl", SMALL, "--format", "json")
    assert done.code == 1
    assert "not a public address" in done.err
    assert of(done.json, SMALL)["fetched"] == 0


def test_unknown_source_is_wrong_use(program):
    done = program.called("crawl", "sggp")
    assert done.code == 2
    assert done.err.startswith("diembao: no source sggp; known: bennghemoi, ")


def test_limit_that_is_no_count_is_wrong_use(program):
    done = program.called("crawl", "--limit=-1")
    assert done.code == 2
    assert "--limit" in done.err
