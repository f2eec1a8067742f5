"""A first look at outlets over real HTTP: the sample newsroom, and outlets that are out to harm."""

import gzip
from datetime import UTC, datetime

import pytest

from crawler import scouting
from crawler.crawl import Manner
from crawler.errors import CrawlerError
from crawler.proposing import propose
from crawler.scouting import MOST_REQUESTS, scout
from crawler.source_text import read_back, source_text
from crawler.sources import Politeness, belongs, read_folder
from diembao.demo.newsroom import Newsroom
from tests.servers.outlet import outlet as running_outlet

MANNER = Manner("diembao-test", allow_private=True)
QUICK = Politeness(delay=0.0)
HTML = {"Content-Type": "text/html; charset=utf-8"}
HEADLINE = "Kho dữ liệu dùng chung của thành phố mở cửa"
OUTLETS = ["bennghemoi", "dothisophuongnam", "nhipphosong", "thuongcangmoi", "vamsong"]


@pytest.fixture
async def newsroom():
    async with Newsroom(datetime.now(UTC)) as running:
        yield running


@pytest.fixture
async def outlet():
    async with running_outlet() as running:
        yield running


@pytest.fixture
def steps():
    return []


@pytest.fixture
def look(steps):
    """Look at a homepage; ``steps`` takes down what was asked."""

    async def looking(homepage, manner=MANNER):
        return await scout(homepage, manner, steps.append, QUICK)

    return looking


def front(outlet, body="", head=""):
    html = f"<html><head><title>Báo Thử</title>{head}</head><body>{body}</body></html>"
    outlet.pages["/"] = (200, HTML, html.encode())


def press(outlet, count=6):
    """A homepage with articles behind it."""
    links = [f"/kho-du-lieu-post{10_000 + n}.html" for n in range(count)]
    for link in links:
        outlet.article(link)
    front(outlet, "".join(f'<a href="{link}">{HEADLINE}</a>' for link in links))
    return links


@pytest.mark.parametrize("name", OUTLETS)
async def test_proposal_for_a_sample_outlet_crawls_as_its_own_file_does(
    newsroom, look, name, tmp_path
):
    findings, source = await look(f"{newsroom.address(name)}/")
    proposed = read_back(source.id, source_text(propose(findings, source, datetime.now(UTC))))
    newsroom.write_sources(tmp_path)
    known = read_folder(tmp_path)[0][name]
    assert proposed.enabled
    assert set(proposed.feeds) <= set(known.feeds)
    assert proposed.extract.body
    addresses = [item.url for item in newsroom.items(name)]
    assert all(belongs(proposed, url) for url in addresses)
    assert not belongs(proposed, f"{newsroom.address(name)}/lien-he.html")


async def test_announced_feed_spares_the_usual_places(newsroom, look):
    await look(f"{newsroom.address('bennghemoi')}/")
    asked = [asked.path for asked in newsroom.requests]
    assert asked[:4] == ["/robots.txt", "/", "/rss/home.rss", "/sitemap.xml"]
    assert len(asked) == 7


async def test_look_says_who_it_is_and_asks_each_address_once(newsroom, look):
    await look(f"{newsroom.address('vamsong')}/")
    assert {asked.user_agent for asked in newsroom.requests} == {"diembao-test"}
    asked = [asked.path for asked in newsroom.requests]
    assert len(asked) == len(set(asked)) <= MOST_REQUESTS


async def test_page_about_feeds_leads_to_them(outlet, look, steps):
    links = press(outlet)
    index = '<a href="/rss/the-thao.rss">Thể thao</a><a href="/rss/cong-nghe.rss">Công nghệ</a>'
    outlet.pages["/rss.html"] = (200, HTML, index.encode())
    for link in links:
        outlet.announce(link, feed="/rss/cong-nghe.rss")
    findings, _ = await look(f"{outlet.base}/")
    assert list(findings.feeds) == [f"{outlet.base}/rss/cong-nghe.rss"]
    assert [(step.sort, step.found) for step in steps if step.sort == "index"] == [("index", 2)]


async def test_answer_200_that_is_no_feed_is_none(outlet, look, steps):
    press(outlet)
    for place in ("/rss/home.rss", "/rss", "/feed/", "/rss.xml"):
        outlet.pages[place] = (200, HTML, b"<html><body><p>Xin ch\xc3\xa0o</p></body></html>")
    findings, _ = await look(f"{outlet.base}/")
    assert findings.feeds == {}
    errors = {step.url.removeprefix(outlet.base): step.error for step in steps}
    assert "HTML" in errors["/rss/home.rss"]


async def test_feed_of_other_outlets_items_is_not_proposed(outlet, look, steps):
    press(outlet)
    outlet.feeds["/feed.json"] = [{"id": "1", "url": "https://khac.example/a", "title": "Bài"}]
    head = '<link rel="alternate" type="application/feed+json" href="/feed.json">'
    front(outlet, head=head)
    findings, _ = await look(f"{outlet.base}/")
    assert findings.feeds == {}
    assert any("of the outlet's own" in step.error for step in steps)


async def test_other_outlets_hosts_are_never_asked(outlet, look):
    async with running_outlet() as other:
        links = "".join(f'<a href="{other.base}/bai-post{n}.html">{HEADLINE}</a>' for n in range(9))
        head = f'<link rel="alternate" type="application/rss+xml" href="{other.base}/rss">'
        front(outlet, links + f'<a href="{other.base}/rss.html">RSS</a>', head)
        outlet.robots(f"User-agent: *\nSitemap: {other.base}/sitemap.xml\n")
        findings, _ = await look(f"{outlet.base}/")
        assert other.asked == []
    assert (findings.feeds, findings.sitemaps, findings.samples) == ({}, {}, [])


async def test_redirect_off_the_outlet_is_named_and_not_followed(outlet, look):
    async with running_outlet() as other:
        outlet.redirect("/", f"{other.base}/")
        with pytest.raises(CrawlerError, match="not the source's"):
            await look(f"{outlet.base}/")
        assert other.asked == []


async def test_homepage_that_moved_within_its_host_is_taken_where_it_is(outlet, look):
    outlet.redirect("/", "/vi/")
    outlet.pages["/vi/"] = (200, HTML, b"<title>x</title><a href='/a'>A</a>")
    _, source = await look(f"{outlet.base}/")
    assert source.homepage == f"{outlet.base}/vi/"


async def test_homepage_barred_by_robots_is_left_alone(outlet, look):
    press(outlet)
    outlet.robots("User-agent: *\nDisallow: /\n")
    with pytest.raises(CrawlerError, match=r"Forbidden by robots\.txt"):
        await look(f"{outlet.base}/")
    assert outlet.paths == ["/robots.txt"]


async def test_sitemaps_that_robots_makes_up_do_no_harm(outlet, look):
    press(outlet)
    wild = ("http://[", "ftp://x/", "/sitemap.xml", "javascript:1", f"{outlet.base}/\x01.xml")
    outlet.robots("User-agent: *\n" + "".join(f"Sitemap: {line}\n" for line in wild))
    findings, _ = await look(f"{outlet.base}/")
    assert (findings.sitemaps, len(findings.samples)) == ({}, 3)


async def test_places_barred_by_robots_are_not_asked(outlet, look):
    press(outlet)
    outlet.robots("User-agent: *\nDisallow: /rss\nDisallow: /kho-\nCrawl-delay: 0.01\n")
    findings, _ = await look(f"{outlet.base}/")
    assert not [path for path in outlet.paths if path.startswith(("/rss", "/kho-"))]
    assert (findings.samples, findings.crawl_delay) == ([], 0.01)


@pytest.mark.parametrize(
    ("page", "words"),
    [((404, {}, b""), "HTTP 404"), ((500, {}, b""), "HTTP 500"), ((410, {}, b""), "HTTP 410")],
)
async def test_homepage_that_cannot_be_had_is_named(outlet, look, page, words):
    outlet.pages["/"] = page
    with pytest.raises(CrawlerError, match=words) as caught:
        await look(f"{outlet.base}/")
    assert str(caught.value) == f"{outlet.base}/: {words}"


async def test_unreachable_homepage_is_one_line(look):
    with pytest.raises(CrawlerError) as caught:
        await look("http://127.0.0.1:1/")
    assert "\n" not in str(caught.value)


async def test_private_address_is_refused_unless_allowed(outlet, look):
    press(outlet)
    with pytest.raises(CrawlerError):
        await look(f"{outlet.base}/", Manner("diembao-test"))
    assert outlet.asked == []


async def test_homepage_without_links_is_doubted(outlet, look):
    front(outlet, "<div id='app'></div>")
    findings, source = await look(f"{outlet.base}/")
    assert findings.missed[0] == "links on the homepage; is it drawn by JavaScript?"
    assert not propose(findings, source, datetime.now(UTC)).enabled


async def test_homepage_of_a_hundred_thousand_links_is_looked_at_within_bounds(outlet, look):
    front(outlet, "".join(f'<a href="/x{n}">{HEADLINE}</a>' for n in range(100_000)))
    findings, source = await look(f"{outlet.base}/")
    assert len(outlet.asked) <= MOST_REQUESTS
    assert not propose(findings, source, datetime.now(UTC)).enabled


async def test_feed_bomb_is_refused_and_the_look_goes_on(outlet, look, steps):
    press(outlet)
    packed = gzip.compress(b"<rss><channel>" + b" " * 40_000_000)
    headers = {"Content-Type": "application/rss+xml", "Content-Encoding": "gzip"}
    entities = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><rss version='2.0'><channel>&a;</channel></rss>"
    outlet.pages["/rss/home.rss"] = (200, headers, packed)
    outlet.pages["/rss.xml"] = (200, {"Content-Type": "application/rss+xml"}, entities)
    findings, _ = await look(f"{outlet.base}/")
    failed = {step.url.removeprefix(outlet.base): step.error for step in steps if step.error}
    assert failed["/rss/home.rss"]
    assert "entities" in failed["/rss.xml"]
    assert (findings.feeds, len(findings.samples)) == ({}, 3)


async def test_look_ends_when_its_time_is_up(outlet, look, steps, monkeypatch):
    press(outlet)
    monkeypatch.setattr(scouting, "MOST_SECONDS", -1.0)
    with pytest.raises(CrawlerError, match="enough was asked"):
        await look(f"{outlet.base}/")
    assert outlet.asked == []


async def test_articles_that_are_gone_leave_the_selectors_out(outlet, look):
    for link in press(outlet):
        outlet.pages[link] = (404, {}, b"")
    findings, source = await look(f"{outlet.base}/")
    proposal = propose(findings, source, datetime.now(UTC))
    assert (proposal.enabled, dict(proposal.extract)) == (True, {})
