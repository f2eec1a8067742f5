from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.documents import Entry, Page
from crawler.proposing import (
    Findings,
    article_shape,
    homepage_links,
    id_for,
    outlet_at,
    own_entries,
    propose,
    sample_addresses,
    scope_of,
)
from crawler.sitemaps import Sitemap
from crawler.source_text import NO_PATTERN, read_back, source_text
from crawler.sources import Politeness, belongs
from tests.crawler.test_trying import article, pages

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOME = "https://www.baomau.example/"
FEED = f"{HOME}rss/home.rss"
SOURCE = replace(outlet_at(HOME), id="baomau")
MENU = """<nav><a href="/thoi-su/">Thời sự</a><a href="/cong-nghe/">Công nghệ</a>
<a href="/lien-he.html">Liên hệ</a></nav>"""
HEADLINE = "Phường ven sông mở quầy số đầu tiên cho dân"


def homepage(body="", head="<title>Báo Mẫu - Tin mới nhất</title>", url=HOME, lang="vi"):
    html = f"<html lang='{lang}'><head>{head}</head><body>{MENU}{body}</body></html>"
    return Page(url, html.encode(), NOW, "text/html; charset=utf-8")


def headlines(count):
    links = (f'<a href="/quay-so-post{10_000 + n}.html">{HEADLINE} {n}</a>' for n in range(count))
    return "".join(links)


def items(count=10, age=timedelta(hours=1)):
    return [
        Entry(f"{HOME}quay-so-post{10_000 + n}.html", HEADLINE, published_at=NOW - age)
        for n in range(count)
    ]


def found(**said):
    return Findings(**{"homepage": homepage(), "feeds": {FEED: items()}} | said)


def test_proposal_says_what_was_found_and_the_loader_takes_it():
    samples = pages(article(0), article(1))
    sitemap = Sitemap(children=((f"{HOME}sitemap-1.xml", None),))
    findings = found(samples=samples, sitemaps={f"{HOME}sitemap.xml": sitemap})
    proposal = propose(findings, SOURCE, NOW)
    source = read_back("baomau", source_text(proposal))
    assert (source.name, source.kind, source.enabled) == ("Báo Mẫu", "press", True)
    assert (source.feeds, source.sitemaps, source.listings) == (
        (FEED,),
        (f"{HOME}sitemap.xml",),
        (),
    )
    assert source.article_pattern == r"-post\d{5,6}\.html$"
    assert source.extract.body == "div#ruot-bai"


def test_remarks_tell_what_each_line_rests_on():
    findings = found(missed=["a sitemap, neither in robots.txt nor in the usual places"])
    remarks = "\n".join(propose(findings, SOURCE, NOW).remarks)
    assert remarks.startswith("Proposed 2026-11-25: check by `diembao sources check baomau`")
    assert f"Found: feed {FEED}: 10 items, 10 of them articles, newest 2026-11-25" in remarks
    assert "article_pattern fits 10 of 10 feed items and 0 pages that look like" in remarks
    assert "Not found: a sitemap" in remarks
    assert "Not found: selectors, as no article could be read" in remarks


def test_old_feed_is_doubted():
    findings = found(feeds={FEED: items(age=timedelta(days=90))})
    assert any("old: is it still alive?" in line for line in propose(findings, SOURCE, NOW).remarks)


def test_without_a_feed_the_headlines_teach_the_pattern_and_the_homepage_is_the_listing():
    findings = found(feeds={}, homepage=homepage(headlines(8)))
    proposal = propose(findings, SOURCE, NOW)
    assert (proposal.pattern, proposal.listings) == (r"-post\d{5,6}\.html$", (HOME,))
    assert any("8 of 8 headlines of the homepage" in line for line in proposal.remarks)


def test_without_a_pattern_the_source_is_switched_off():
    proposal = propose(found(feeds={}), SOURCE, NOW)
    assert (proposal.enabled, proposal.pattern) == (False, NO_PATTERN)
    assert proposal.remarks[-1] == "Switched off: set article_pattern, then enabled = true"
    assert not read_back("baomau", source_text(proposal)).enabled


def test_items_of_other_outlets_teach_nothing():
    foreign = [Entry(f"https://khac.example/x-post{n}.html") for n in range(10_000, 10_010)]
    shape, origin = article_shape(found(feeds={FEED: foreign}), SOURCE)
    assert (shape, origin) == (None, "headlines of the homepage")


def test_outlet_below_another_ones_host_keeps_to_its_path():
    home = f"{HOME}song/"
    source = outlet_at(home)
    links = headlines(6) + headlines(6).replace("/quay-so", "/song/quay-so")
    findings = found(homepage=homepage(links, url=home), feeds={})
    findings.scope = scope_of(homepage_links(findings, source), source)
    own = replace(source, article_pattern=article_shape(findings, source)[0].pattern)
    assert findings.scope == "/song/"
    assert belongs(own, f"{HOME}song/quay-so-post10001.html")
    assert belongs(own, f"{HOME}song/2026/quay-so-post10001.html")
    assert not belongs(own, f"{HOME}quay-so-post10001.html")
    assert own_entries(items(), source, findings.scope) == []


def test_homepage_in_a_language_folder_binds_nothing_that_is_elsewhere():
    source = outlet_at(f"{HOME}vi/")
    findings = found(homepage=homepage(headlines(6), url=f"{HOME}vi/"))
    assert scope_of(homepage_links(findings, source), source) == ""


def test_twins_of_the_host_are_the_outlets_own():
    entries = [
        Entry("http://baomau.example/a-post1.html?utm_source=rss"),
        Entry("https://khac.example/b"),
        Entry("https://[/"),
    ]
    assert [e.url for e in own_entries(entries, SOURCE)] == [f"{HOME}a-post1.html"]


def test_samples_come_from_all_over_the_feed():
    shape, _ = article_shape(found(), SOURCE)
    numbers = [url[-7:-5] for url in sample_addresses(found(), SOURCE, shape)]
    assert numbers == ["00", "03", "06"]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta property='og:site_name' content='Báo Mẫu 24h'><title>x</title>", "Báo Mẫu 24h"),
        ("<title>Tin tức 24h | Baomau</title>", "Baomau"),
        ("<title>\n Báo Mẫu &amp; Sông </title>", "Báo Mẫu & Sông"),
        ("", "www.baomau.example"),
    ],
)  # fmt: skip
def test_name_is_what_the_homepage_calls_itself(head, name):
    assert propose(found(homepage=homepage(head=head)), SOURCE, NOW).name == name


@pytest.mark.parametrize(
    ("url", "lang", "kind"),
    [
        (HOME, "en", "english"),
        ("https://so.baomau.gov.vn/", "vi", "official"),
        ("https://tphcm.chinhphu.vn/", "en", "official"),
    ],
)
def test_kind_is_told_by_host_and_language(url, lang, kind):
    findings = found(homepage=homepage(url=url, lang=lang), feeds={})
    assert propose(findings, outlet_at(url), NOW).kind == kind


def test_mobile_host_is_taken_over_only_if_the_homepage_speaks_of_it():
    spoken = homepage("<a href='//m.baomau.example/'>Bản di động</a>")
    assert propose(found(homepage=spoken), SOURCE, NOW).hosts == ("m.baomau.example",)
    assert propose(found(), SOURCE, NOW).hosts == ()


@pytest.mark.parametrize(("asked", "kept"), [(None, None), (0.5, None), (10.0, 10.0)])
def test_crawl_delay_is_taken_over_where_it_is_longer_than_ours(asked, kept):
    source = replace(SOURCE, politeness=Politeness(delay=1.0))
    assert propose(found(crawl_delay=asked), source, NOW).delay == kept


@pytest.mark.parametrize(
    ("homepage", "id_"),
    [
        ("https://www.sggp.org.vn/", "sggp"),
        ("https://tphcm.chinhphu.vn/", "tphcm_chinhphu"),
        ("https://vnexpress.net/", "vnexpress"),
        ("http://127.0.0.1:8000/", "127_0_0_1_8000"),
        ("https://vn/", "vn"),
    ],
)
def test_id_is_made_from_the_host(homepage, id_):
    assert id_for(homepage) == id_
