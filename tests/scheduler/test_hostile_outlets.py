"""Polls of an outlet that is out to harm: redirects, control characters, claims on others."""

import json

import pytest

from crawler.crawl import Manner
from crawler.sources import read_source
from scheduler.intake import Archive
from scheduler.poll import Desk, register_sources
from storage import articles, candidates
from storage.tables import CandidateRow
from tests.scheduler.conftest import THRESHOLD, Office
from tests.servers import outlet as servers


@pytest.fixture
async def outlet():
    async with servers.outlet() as made:
        yield made


@pytest.fixture
def office(outlet, database, readers, clock, tmp_path):
    path = tmp_path / "xau.toml"
    path.write_text(outlet.source_file("Báo Xấu"), "utf-8")
    archive = Archive(database, {"xau": read_source(path)}, [], THRESHOLD, readers, clock)
    desk = Desk(archive, Manner("diembao-test", allow_private=True))
    register_sources(desk)
    return Office(desk)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("http://localhost:{port}/bai-post1.html", id="another-host"),
        pytest.param("http://10.0.0.1/bai-post1.html", id="private-address"),
        pytest.param("https://khac.example/bai-post1.html", id="another-outlet"),
        pytest.param("/trang-chu", id="no-article"),
    ],
)
async def test_redirect_off_the_outlet_is_refused_and_named(office, outlet, target):
    target = target.format(port=outlet.base.rpartition(":")[2])
    outlet.redirect("/bai-post1.html", target)
    outlet.announce("/bai-post1.html")
    report = await office.poll("xau")
    (error,) = report.errors
    assert error["url"] == f"{outlet.base}/bai-post1.html"
    assert "which is not the source's" in error["error"]
    assert dict(report.skipped) == {"failed": 1}
    assert outlet.paths == ["/robots.txt", "/feed.json", "/bai-post1.html"]


async def test_redirect_within_the_outlet_is_followed(office, outlet):
    outlet.redirect("/cu-post1.html", "/moi-post1.html", status=301)
    outlet.article("/moi-post1.html")
    outlet.announce("/cu-post1.html")
    report = await office.poll("xau")
    assert not report.errors
    assert list(office.articles()) == [f"{outlet.base}/moi-post1.html"]


async def test_redirects_without_end_are_given_up(office, outlet):
    outlet.redirect("/bai-post1.html", "/bai-post1.html")
    outlet.announce("/bai-post1.html")
    report = await office.poll("xau")
    assert dict(report.skipped) == {"failed": 1}
    assert len(outlet.asked) < 20


async def test_odd_characters_of_a_feed_do_no_harm(office, outlet):
    outlet.article("/bai-post1.html")
    outlet.announce(
        "/bai-post1.html", title="Kho\0 dữ\ud800 liệu\u202e", summary="a\0b\udfff" * 1000
    )
    report = await office.poll("xau")
    assert (report.errors, report.counts["fetched"]) == ([], 1)
    with office.database.reading() as session:
        row = session.get(CandidateRow, f"{outlet.base}/bai-post1.html")
    assert (row.status, "\0" in row.title + row.lead) == ("fetched", False)


async def test_odd_characters_of_a_page_do_no_harm(office, outlet):
    data = {"@type": "NewsArticle", "headline": "Kho\0 dữ\ud800 liệu", "articleBody": "x\0y"}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    outlet.article("/bai-post1.html", title="Kho &#0; dữ &#xD800; liệu", head=head)
    outlet.announce("/bai-post1.html")
    report = await office.poll("xau")
    assert (report.errors, report.counts["fetched"]) == ([], 1)
    (article,) = office.articles().values()
    assert "\0" not in article.title + article.lead + article.text


async def test_page_cannot_speak_for_another_outlets_address(office, outlet):
    head = '<link rel="canonical" href="https://bennghemoi.example/bai-post7.html">'
    outlet.article("/bai-post1.html", head=head)
    outlet.announce("/bai-post1.html")
    await office.poll("xau")
    assert list(office.articles()) == [f"{outlet.base}/bai-post1.html"]


async def test_addresses_that_are_none_of_the_outlets_are_counted_and_left(office, outlet):
    for number, address in enumerate((
        "https://khac.example/bai-post1.html", "file:///etc/passwd", "javascript:alert(1)",
        f"{outlet.base}/lien-he", "http://[::1/x-post1.html", "http://10.0.0.1/bai-post1.html",
    )):  # fmt: skip
        outlet.announce(str(number), url=address)
    report = await office.poll("xau")
    assert not report.errors
    assert set(report.skipped) == {"not_an_article_address"}
    assert outlet.paths == ["/robots.txt", "/feed.json"]


async def test_article_under_two_addresses_is_stored_once(office, outlet):
    head = f'<link rel="canonical" href="{outlet.base}/bai-post1.html">'
    for path in ("/bai-post1.html", "/muc/bai-post1.html"):
        outlet.article(path, head=head)
        outlet.announce(path)
    report = await office.poll("xau")
    assert (report.counts["fetched"], report.counts["unchanged"]) == (2, 1)
    with office.database.reading() as session:
        (article,) = office.articles().values()
        assert articles.get(session, article.id).canonical_url == f"{outlet.base}/bai-post1.html"
        assert candidates.pending(session, "xau", office.desk.clock(), 9) == []
