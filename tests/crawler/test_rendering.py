"""Pages that only a browser can read.

Those that need a browser run where DIEMBAO_TEST_BROWSER=1 says that there is one.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from crawler import rendering
from crawler.patience import Patience
from crawler.rendering import MISSING
from tests.crawler.basket import Basket, crawl, outlet
from tests.scheduler.waiting import until
from tests.servers.rude import feed, http, running

with_browser = pytest.mark.skipif(
    os.environ.get("DIEMBAO_TEST_BROWSER") != "1", reason="DIEMBAO_TEST_BROWSER=1 is not set"
)
BAI = "/bai-post1.html"
SCRIPT = b"""
fetch('/api/bai.json').then(r => r.json()).then(bai => {
  document.getElementById('cho').innerHTML = '<h1>' + bai.title + '</h1>';
});
"""


def page(text):
    return http(text.encode(), "Content-Type: text/html; charset=utf-8")


@pytest.fixture
async def server():
    async with running() as made:
        made.answers = {
            "/feed.json": feed(made.base + BAI),
            "/more.json": feed(),
            BAI: page("<p id=cho>Đang tải…</p><script src=/bai.js></script>"),
            "/bai.js": http(SCRIPT, "Content-Type: text/javascript"),
            "/api/bai.json": http('{"title": "Kho dữ liệu"}'.encode()),
        }
        yield made


def told(report):
    return [(error["url"], error["error"]) for error in report.errors]


async def rendered(server, **more):
    """Crawl with a browser; gives the report and the basket."""
    basket = Basket()
    patience = more.pop("patience", Patience())
    source = outlet(server.base, render=True, **more)
    return await crawl(source, basket, patience=patience), basket


async def test_missing_extra_is_named_once_and_nothing_is_asked(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright", None)
    report, _ = await rendered(server)
    assert told(report) == [(f"{server.base}/", MISSING)]
    assert report.failed_wholly
    assert server.asked == []


async def test_source_without_scripts_needs_no_extra(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright", None)
    basket = Basket()
    report = await crawl(outlet(server.base), basket)
    assert (report.errors, list(basket.bodies)) == ([], [server.base + BAI])


async def test_page_is_given_as_long_as_any_answer(server, monkeypatch):
    async def for_ever(*_):
        await asyncio.Event().wait()

    # Without a browser, so that it is seen wherever tests run.
    monkeypatch.setattr("crawler.crawl.can_render", lambda: True)
    monkeypatch.setattr(rendering.RenderingDownloadHandler, "_rendered", for_ever)
    report, _ = await rendered(server, patience=Patience(answer=0.7))
    assert told(report) == [(server.base + BAI, "not rendered within 0.7 s")]


@with_browser
async def test_article_is_read_as_its_scripts_make_it(server):
    report, basket = await rendered(server)
    assert report.errors == []
    assert "<h1>Kho dữ liệu</h1>" in basket.bodies[server.base + BAI].decode()
    assert report.counts["requests"] == len(server.asked)


@with_browser
async def test_listing_is_read_as_its_scripts_make_it(server):
    server.answers["/muc"] = page(
        f"<div id=x></div><script>x.innerHTML = '<a href=\"{BAI}\">Bài</a>'</script>"
    )
    report, basket = await rendered(server, feeds=(), listings=(f"{server.base}/muc",))
    assert (report.errors, basket.taken) == ([], [server.base + BAI])


@with_browser
async def test_feed_is_read_without_a_browser(server):
    server.answers["/feed.json"] = page("<script>fetch('/x')</script>")
    report, _ = await rendered(server)
    assert "no feed" in report.errors[0]["error"]
    assert "/x" not in server.paths


@with_browser
async def test_page_loads_nothing_that_is_not_text(server):
    server.answers[BAI] = page(
        "<link rel=icon href=/icon.png><img src=/anh.jpg><video src=/phim.mp4></video>"
        "<style>@font-face {font-family: x; src: url(/chu.woff)} p {font-family: x}</style>"
        "<iframe src=/khung.html></iframe><p>Bài</p>"
    )
    report, _ = await rendered(server)
    assert report.errors == []
    assert set(server.paths) == {"/robots.txt", "/feed.json", "/more.json", BAI}


@with_browser
async def test_page_reaches_no_other_host_by_any_way(server):
    async with running() as other:
        host = other.base.partition("://")[2]
        server.answers[BAI] = page(
            f"<script src=http://{host}/a.js></script><p>Bài</p><script>"
            f"fetch('http://{host}/b'); new WebSocket('ws://{host}/c');"
            f"navigator.sendBeacon('http://{host}/d'); new EventSource('http://{host}/e');"
            f"new Worker('http://{host}/f');"
            f"fetch('http://localhost:{host.partition(':')[2]}/g');"
            f"document.head.innerHTML += '<link rel=preconnect href=http://{host}>';</script>"
        )
        report, basket = await rendered(server)
        assert (report.errors, basket.taken) == ([], [server.base + BAI])
        assert other.asked == []


@with_browser
async def test_page_that_wants_to_be_elsewhere_stays_where_it_is(server):
    async with running() as other:
        server.answers[BAI] = page(f"<p>Bài</p><script>location = '{other.base}/x'</script>")
        report, _ = await rendered(server)
        assert len(report.errors) <= 1
        assert other.asked == []


@with_browser
async def test_part_that_redirects_elsewhere_is_not_followed(server):
    async with running() as other:
        server.answers["/api/bai.json"] = http(b"", f"Location: {other.base}/x", status="302 Found")
        report, basket = await rendered(server)
        assert (report.errors, basket.taken) == ([], [server.base + BAI])
        assert other.asked == []


@with_browser
async def test_robots_txt_holds_for_what_a_page_loads(server):
    server.answers["/robots.txt"] = http(b"User-agent: *\nDisallow: /api/\n")
    report, basket = await rendered(server)
    assert report.errors == []
    assert "<h1>" not in basket.bodies[server.base + BAI].decode()
    assert "/api/bai.json" not in server.paths


@with_browser
async def test_page_that_loads_without_end_is_taken_as_it_is(server, monkeypatch):
    monkeypatch.setattr(rendering, "QUIET_SECONDS", 1.0)
    server.answers[BAI] = page("<p>Bài</p><script>setInterval(() => fetch('/x'), 50)</script>")
    report, basket = await rendered(server)
    assert (report.errors, basket.taken) == ([], [server.base + BAI])
    assert server.paths.count("/x") <= rendering.MOST_PARTS


@with_browser
async def test_page_whose_script_never_ends_is_given_up(server):
    server.answers[BAI] = page("<p>Bài</p><script>for (;;) {}</script>")
    report, _ = await rendered(server, patience=Patience(answer=3.0))
    assert told(report) == [(server.base + BAI, "not rendered within 3 s")]


@with_browser
async def test_page_that_grows_without_end_is_refused(server):
    server.answers[BAI] = page("<p>Bài</p><script>document.write('x'.repeat(17 << 20))</script>")
    report, _ = await rendered(server)
    assert told(report) == [(server.base + BAI, "rendered, it is larger than 16 MiB")]


@with_browser
async def test_script_of_many_pages_is_asked_for_once(server):
    server.answers["/feed.json"] = feed(*(f"{server.base}/bai-post{n}.html" for n in range(3)))
    for n in range(3):
        server.answers[f"/bai-post{n}.html"] = server.answers[BAI]
    report, basket = await rendered(server)
    assert (report.errors, len(basket.taken)) == ([], 3)
    assert server.paths.count("/bai.js") == 1


def browsers():
    """Our children that a browser would have, and that still run."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
    states = [Path(f"/proc/{child}/stat").read_text("utf-8") for child in children]
    return [
        state for state in states if " Z " not in state and ("chrom" in state or "node" in state)
    ]


@with_browser
async def test_browser_that_is_not_there_is_named(server, monkeypatch):
    monkeypatch.setenv("CHROME_PATH", "/khong/co/trinh-duyet")
    report, _ = await rendered(server)
    ((url, error),) = told(report)
    assert (url, error[:12]) == (server.base + BAI, "no browser: ")
    assert "/khong/co/trinh-duyet" in error


@with_browser
async def test_browser_ends_with_its_crawl(server):
    await rendered(server)
    await until(lambda: not browsers())
