"""What 'sources check' puts on the screen, as text."""

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.crawl import Manner
from crawler.sources import Extract, Source, read_folder
from diembao.ages import age
from diembao.check_rows import rows_of
from diembao.check_screen import WIDTH, screen, shortened
from diembao.demo.newsroom import Newsroom
from messages.catalogue import _
from scheduler.checking import check
from scheduler.readers import Readers
from tests.servers.outlet import outlet as running_outlet

NOW = datetime(2025, 11, 28, 2, tzinfo=UTC)
MANNER = Manner("diembao-test", allow_private=True)
# Each test gets a clean environment, so it is asked here.
REWRITE = os.environ.get("DIEMBAO_REWRITE_GOLDEN")
GOLDEN = Path(__file__).with_name("check_screen.txt")


@pytest.fixture(scope="module")
def readers():
    made = Readers(processes=1)
    yield made
    made.close()


@pytest.fixture
async def newsroom():
    async with Newsroom(NOW) as running:
        yield running


@pytest.fixture
async def outlet():
    async with running_outlet() as running:
        yield running


@pytest.fixture(params=["en"])
def language(request):
    before = _.language
    _.choose(request.param)
    yield request.param
    _.choose(before)


@pytest.fixture
def rows(readers, language):
    """Check a source and give its rows."""

    async def checking(source, now=NOW):
        desk, report = await check(source, readers, MANNER, 0.5, date(2025, 11, 28))
        return rows_of(source, desk, report, now)

    return checking


def source_at(base, **said):
    made = Source(
        id="bao",
        name="Báo Thử",
        homepage=f"{base}/",
        article_pattern=r"-post\d+\.html$",
        feeds=(f"{base}/feed.json",),
        hosts=(base.removeprefix("http://"),),
    )
    quick = replace(made.politeness, delay=0.0)
    return replace(made, politeness=quick, **said)


def of(found, stage):
    return next(row for row in found if row["stage"] == stage)


def newsroom_source(newsroom, folder, name):
    newsroom.write_sources(folder)
    return read_folder(folder)[0][name]


@pytest.mark.parametrize("language", ["vi"], indirect=True)
async def test_screen_of_a_sample_outlet_looks_as_it_is_kept(newsroom, rows, tmp_path):
    source = newsroom_source(newsroom, tmp_path, "dothisophuongnam")
    shown = screen(source, await rows(source)).replace(newsroom.address(source.id), "http://mau")
    # The score moves with every word of the rules.
    shown = re.sub(r"\([01]\.\d\d\)", "(0.xx)", shown)
    if REWRITE:
        GOLDEN.write_text(shown, "utf-8")
    assert shown == GOLDEN.read_text("utf-8")


async def test_no_line_is_wider_than_the_screen(newsroom, rows, tmp_path):
    for name in ("bennghemoi", "nhipphosong", "vamsong"):
        source = newsroom_source(newsroom, tmp_path, name)
        assert max(map(len, screen(source, await rows(source)).splitlines())) <= WIDTH


async def test_control_characters_and_endless_titles_do_not_reach_the_terminal(outlet, rows):
    outlet.article("/a-post1.html", title="\x1b[31mĐỏ " + "dài " * 300)
    outlet.announce("/a-post1.html")
    source = source_at(outlet.base, name="Báo \x1b[2J")
    shown = screen(source, await rows(source))
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= WIDTH


async def test_feed_that_answers_with_html_is_named(outlet, rows):
    outlet.pages["/feed.json"] = (200, {"Content-Type": "text/html"}, b"<html><p>x</p></html>")
    found = await rows(source_at(outlet.base))
    assert of(found, "feed")["hints"] == ["HTML instead of a feed: has it moved?"]
    assert of(found, "feed")["came"] == "HTTP 200, text/html, 21 B"
    assert of(found, "verdict")["came"] == "mend"


async def test_feed_that_is_gone_is_doubted(outlet, rows):
    found = await rows(source_at(outlet.base))
    assert of(found, "feed")["hints"] == ["is the address still right?"]
    assert of(found, "verdict")["understood"].endswith("/feed.json: HTTP 404")


async def test_pattern_that_fits_nothing_is_doubted(outlet, rows):
    outlet.announce("/a-post1.html")
    found = await rows(source_at(outlet.base, article_pattern=r"-d\d+\.html$"))
    assert of(found, "feed")["hints"] == ["no article addresses: is article_pattern right?"]
    assert "article_pattern fits no address" in of(found, "verdict")["understood"]


async def test_empty_feed_is_doubted(outlet, rows):
    outlet.feeds["/feed.json"] = []
    found = await rows(source_at(outlet.base))
    assert of(found, "feed")["hints"] == ["empty: is this feed still alive?"]


async def test_old_feed_is_doubted(outlet, rows):
    outlet.article("/a-post1.html")
    outlet.announce("/a-post1.html", date_published=(NOW - timedelta(days=40)).isoformat())
    found = await rows(source_at(outlet.base))
    hint = "newest item is 40 days old: is this feed still alive?"
    assert of(found, "feed")["hints"] == [hint]
    assert of(found, "feed")["newest"] == "2025-10-19T09:00+07:00"
    assert "nothing newer than 40 days old" in of(found, "verdict")["understood"]


async def test_second_feed_with_the_same_articles_is_not_called_empty(outlet, rows):
    outlet.article("/a-post1.html")
    outlet.announce("/a-post1.html")
    outlet.announce("/a-post1.html", feed="/second.json")
    feeds = (f"{outlet.base}/feed.json", f"{outlet.base}/second.json")
    found = await rows(source_at(outlet.base, feeds=feeds))
    assert [row["articles"] for row in found if row["stage"] == "feed"] == [1, 1]


async def test_selectors_that_miss_are_to_be_mended(outlet, rows):
    outlet.article("/a-post1.html", head="<meta name='pubdate' content='2025-11-28 08:00'>")
    outlet.announce("/a-post1.html")
    source = source_at(outlet.base, extract=Extract(title="h1", body=".ruot-cu"))
    found = await rows(source)
    assert of(found, "article")["selectors"] == {"title": True, "body": False}
    assert "selectors that hit on no sample: body" in of(found, "verdict")["understood"]
    assert "title ✓  body ✗" in screen(source, found)


async def test_robots_that_forbids_the_feed_is_told(outlet, rows):
    outlet.robots("User-agent: *\nDisallow: /feed\nCrawl-delay: 0.01\n")
    found = await rows(source_at(outlet.base))
    robots = of(found, "robots.txt")
    assert robots["understood"] == "forbids 1 of what was asked; Crawl-delay 0.01 s"
    assert robots["forbidden"] == [f"{outlet.base}/feed.json"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "there is none: everything is allowed"), (500, "unreadable, so nothing is asked")],
)
async def test_robots_that_is_not_there_or_broken_is_told(outlet, rows, status, words):
    outlet.pages["/robots.txt"] = (status, {}, b"")
    found = await rows(source_at(outlet.base))
    assert of(found, "robots.txt")["understood"] == words


async def test_source_without_endpoints_says_so(outlet, rows):
    found = await rows(source_at(outlet.base, feeds=(), enabled=False))
    assert "names no feeds, sitemaps or listings" in of(found, "verdict")["understood"]


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(minutes=-5), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=40), "40 days"),
    ],
)
@pytest.mark.usefixtures("language")
def test_age_is_told_in_one_unit(ago, told):
    assert age(NOW - ago, NOW) == told


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.vn/rss", "/rss"),
        ("https://b.vn/rss", "https://b.vn/rss"),
        ("https://a.vn/" + "x" * 50, "/" + "x" * 8 + "…" + "x" * 10),
    ],
)
def test_long_address_loses_its_middle(url, shown):
    assert shortened(url, "https://a.vn", 20) == shown
