import gzip
from datetime import UTC, datetime

import pytest

from crawler.charsets import MAX_XML_BYTES
from crawler.errors import FeedError
from crawler.sitemaps import MAX_ENTRIES, read_sitemap

URL = "https://baomau.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PLAIN = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {NS}>
<url><loc>https://baomau.example/a.html</loc><lastmod>2026-09-14T10:00:00+07:00</lastmod></url>
<url><loc> /b.html </loc></url><url><loc>mailto:x</loc></url><url/></urlset>"""
NEWS = f"""<urlset {NS} xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>
<loc>https://baomau.example/a.html</loc>
<image:image><image:loc>https://baomau.example/a.jpg</image:loc></image:image>
<n:news><n:publication><n:name>Báo</n:name></n:publication>
<n:publication_date>2026-09-14T19:46:22+07:00</n:publication_date>
<n:title>Phường &amp;amp; dữ liệu</n:title></n:news></url></urlset>"""
INDEX = f"""<sitemapindex {NS}>
<sitemap><loc>https://baomau.example/s1.xml.gz</loc><lastmod>2026-09-14</lastmod></sitemap>
<sitemap><loc>s2.xml</loc></sitemap></sitemapindex>"""


def test_a_plain_sitemap_gives_addresses_and_changes():
    first, second = read_sitemap(PLAIN.encode(), URL).entries
    assert first.url == "https://baomau.example/a.html"
    assert first.updated_at == datetime(2026, 9, 14, 3, tzinfo=UTC)
    assert (second.url, second.updated_at) == ("https://baomau.example/b.html", None)


def test_a_news_sitemap_gives_title_and_publication():
    (entry,) = read_sitemap(NEWS.encode(), URL).entries
    assert entry.title == "Phường & dữ liệu"
    assert entry.published_at == datetime(2026, 9, 14, 12, 46, 22, tzinfo=UTC)


def test_an_index_gives_its_children():
    sitemap = read_sitemap(INDEX.encode(), URL)
    assert sitemap.entries == ()
    assert sitemap.children == (
        ("https://baomau.example/s1.xml.gz", datetime(2026, 9, 13, 17, tzinfo=UTC)),
        ("https://baomau.example/s2.xml", None),
    )


def test_a_packed_sitemap_is_unpacked():
    assert len(read_sitemap(gzip.compress(PLAIN.encode()), URL).entries) == 2


def test_each_address_comes_once():
    twice = PLAIN.replace("/b.html", "/a.html")
    assert len(read_sitemap(twice.encode(), URL).entries) == 1


def test_a_cut_off_sitemap_gives_what_it_has():
    assert len(read_sitemap(PLAIN[: PLAIN.index("<url><loc> /b")].encode(), URL).entries) == 1


def test_the_number_of_entries_is_bounded():
    urls = "".join(f"<url><loc>/{n}</loc></url>" for n in range(MAX_ENTRIES + 10))
    assert len(read_sitemap(f"<urlset>{urls}</urlset>".encode(), URL).entries) == MAX_ENTRIES


def test_a_future_change_is_not_believed():
    now = datetime(2026, 9, 1, tzinfo=UTC)
    assert read_sitemap(PLAIN.encode(), URL, now=now).entries[0].updated_at is None


def test_a_sitemap_in_another_character_set_is_read():
    body = PLAIN.replace("/b.html", "/phường.html").replace("UTF-8", "UTF-16").encode("utf-16-le")
    found = read_sitemap(body, URL, "application/xml; charset=utf-16le").entries
    assert found[1].url == "https://baomau.example/phường.html"


BOMB = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"<!doctype html><p>x", "HTML page", id="html"),
        pytest.param(b"khong phai xml", "malformed", id="words"),
        pytest.param(b"<rss><channel/></rss>", "<rss>", id="feed"),
        pytest.param(BOMB.encode(), "entities", id="entities"),
        pytest.param(gzip.compress(b"x" * 5_000)[:40], "malformed", id="cut-off-gzip"),
        pytest.param(b"\x1f\x8b\x08rubbish", "gzip", id="broken-gzip"),
        pytest.param(gzip.compress(b"\0" * (MAX_XML_BYTES + 1)), "unpacked", id="gzip-bomb"),
        pytest.param(b" " * (MAX_XML_BYTES + 1), "MiB", id="too-long"),
        pytest.param(b"<a>" * 100_000, "<a>", id="deep-nesting"),
    ],
)
def test_what_is_no_sitemap_is_named(body, words):
    with pytest.raises(FeedError, match=words) as refusal:
        read_sitemap(body, URL)
    assert str(refusal.value).startswith(URL)
