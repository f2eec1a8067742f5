"""Polls that look further than the latest: pages of a list, days of a sitemap; nothing twice."""

from hashlib import sha256

import pytest

from crawler.crawl import Manner
from crawler.endpoints import LATEST_PAGES
from crawler.sources import read_source
from scheduler.intake import Archive
from scheduler.poll import Desk, register_sources
from storage import candidates
from tests.scheduler.conftest import THRESHOLD, Office
from tests.servers import outlet as servers

SOURCE = """name = 'Báo Mẫu'
homepage = 'BASE/'
article_pattern = '-\\d+\\.html$'
PLACES
[politeness]
delay = 0.0
"""


@pytest.fixture
async def outlet():
    async with servers.outlet() as running:
        yield running


def office_with(outlet, places, database, readers, clock, folder):
    path = folder / "mau.toml"
    path.write_text(SOURCE.replace("PLACES", places).replace("BASE", outlet.base), "utf-8")
    archive = Archive(database, {"mau": read_source(path)}, [], THRESHOLD, readers, clock)
    desk = Desk(archive, Manner("diembao-test", allow_private=True))
    register_sources(desk)
    return Office(desk)


@pytest.fixture
def make(outlet, sqlite_database, readers, clock, tmp_path):
    def made(places):
        return office_with(outlet, places, sqlite_database, readers, clock, tmp_path)

    return made


def put(outlet, path, text):
    """Answer at a path with a text; ``BASE`` in it stands for the outlet's own address."""
    body = text.replace("BASE", outlet.base).encode()
    outlet.pages[path] = (200, {"ETag": f'"{sha256(body).hexdigest()[:16]}"'}, body)


def asked(outlet):
    return [path for path in outlet.paths if path != "/robots.txt"]


PAGES = "listings = ['BASE/so/trang-{page}']"


def put_pages(outlet, count, *, of_each=2, from_=1):
    """Pages of links to articles that are not there: what counts is what is asked."""
    for page in range(1, count + 1):
        numbers = range(from_ + (page - 1) * of_each, from_ + page * of_each)
        links = "".join(f'<a href="/bai-{number}.html">Bài {number}</a>' for number in numbers)
        put(outlet, f"/so/trang-{page}", links)


def lists_asked(outlet):
    return [path for path in asked(outlet) if path.startswith("/so/")]


async def test_further_pages_of_a_list_are_asked_while_they_bring_something(outlet, make):
    office = make(PAGES)
    put_pages(outlet, 9)
    report = await office.poll("mau")
    assert lists_asked(outlet) == [f"/so/trang-{page}" for page in range(1, LATEST_PAGES + 1)]
    assert report.counts["discovered"] == 2 * LATEST_PAGES


async def test_whole_crawl_goes_on_to_the_last_page(outlet, make):
    office = make(PAGES)
    put_pages(outlet, 9)
    report = await office.poll("mau", full=True)
    assert lists_asked(outlet) == [f"/so/trang-{page}" for page in range(1, 11)]
    assert (report.counts["discovered"], report.endpoints_failed) == (18, 0)


async def test_unchanged_first_page_ends_the_look_at_a_list(outlet, make):
    office = make(PAGES)
    put_pages(outlet, 9)
    await office.poll("mau")
    outlet.asked.clear()
    report = await office.poll("mau")
    assert (lists_asked(outlet), report.counts["not_modified"]) == (["/so/trang-1"], 1)


async def test_page_that_brings_nothing_unknown_is_the_last_one_asked(outlet, make):
    office = make(PAGES)
    put_pages(outlet, 9)
    await office.poll("mau")
    outlet.asked.clear()
    put_pages(outlet, 9, from_=0)  # one new article moves every other by one place
    report = await office.poll("mau")
    assert lists_asked(outlet) == ["/so/trang-1", "/so/trang-2"]
    assert (report.counts["discovered"], report.skipped["known"]) == (4, 3)


async def test_feeds_hub_is_kept_with_its_endpoint(outlet, make):
    office = make("feeds = ['BASE/rss']")
    put(
        outlet,
        "/rss",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        '<link rel="hub" href="https://hub.example/"/><link rel="self" href="BASE/rss"/></feed>',
    )
    await office.poll("mau")
    with office.database.reading() as session:
        (row,) = candidates.endpoints(session, "mau")
    assert (row.hub, row.topic) == ("https://hub.example/", f"{outlet.base}/rss")


async def test_what_a_limit_cut_off_is_told_in_the_report(outlet, make):
    office = make("feeds = ['BASE/rss']")
    items = "".join(f"<item><link>BASE/tin-{n}</link></item>" for n in range(2_001))
    put(outlet, "/rss", f"<rss version='2.0'><channel>{items}</channel></rss>")
    report = await office.poll("mau")
    assert report.as_json()["notes"] == [
        {"url": f"{outlet.base}/rss", "note": "more than 2000 items; only the first are read"}
    ]
    assert (report.errors, report.counts["discovered"]) == ([], 2_000)


NUMBERED = "article_id = '-(\\d+)\\.html$'\nfeeds = ['BASE/rss']"


def announce(outlet, *paths):
    items = "".join(f"<item><title>Bài</title><link>BASE{path}</link></item>" for path in paths)
    put(outlet, "/rss", f"<rss version='2.0'><channel>{items}</channel></rss>")


async def test_article_under_another_slug_is_a_revision_of_itself(outlet, make):
    office = make(NUMBERED)
    outlet.article("/ten-cu-77.html", title="Kho dữ liệu mở cửa")
    announce(outlet, "/ten-cu-77.html")
    await office.poll("mau")
    outlet.article("/ten-moi-77.html", title="Kho dữ liệu dùng chung mở cửa")
    outlet.redirect("/ten-cu-77.html", "/ten-moi-77.html", status=301)
    announce(outlet, "/ten-moi-77.html")
    report = await office.poll("mau")
    assert (report.counts["new"], report.counts["revised"]) == (0, 1)
    assert list(office.articles()) == [f"{outlet.base}/ten-moi-77.html"]


async def test_article_shown_by_two_slugs_is_fetched_once(outlet, make):
    office = make(NUMBERED)
    outlet.article("/mot-77.html")
    announce(outlet, "/mot-77.html", "/hai-77.html", "/ba-77.html?utm_source=x")
    report = await office.poll("mau")
    assert asked(outlet) == ["/rss", "/mot-77.html"]
    assert (report.counts["fetched"], report.skipped["known"]) == (1, 2)


async def test_redirect_of_a_known_article_to_its_new_slug_is_followed(outlet, make):
    office = make(NUMBERED)
    outlet.redirect("/ten-cu-77.html", "/ten-moi-77.html", status=301)
    outlet.article("/ten-moi-77.html")
    announce(outlet, "/ten-cu-77.html")
    await office.poll("mau")
    announce(outlet, "/ten-moi-77.html", "/ten-cu-77.html")
    report = await office.poll("mau")
    assert (report.counts["new"], len(office.articles())) == (0, 1)
