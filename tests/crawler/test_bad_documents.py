"""Every kind of bad document that outlets, or those who mean them ill, send: what becomes of it.

Either there is a clear error of one line that names the document, or the result one would wish for.
"""

import gzip
import json
import socket
import threading
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from crawler.addresses import article_key, canonical
from crawler.errors import FeedError
from crawler.feeds import MAX_ENTITIES, MAX_ENTRIES, MAX_TAGS, read_feed
from crawler.listings import read_listing
from crawler.sitemaps import read_sitemap
from crawler.sources import Source
from tests.crawler.test_legacy import PLAIN, TCVN3, VNI

HOME = "https://baomau.example"
URL = f"{HOME}/rss/so.rss"
MAP = f"{HOME}/sitemap.xml"
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # ten o'clock in Vietnam
MORNING = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
OUTLET = Source(
    id="bao-mau",
    name="Báo Mẫu",
    homepage=f"{HOME}/",
    article_pattern=r"-post\d+\.html$",
    article_id=r"-post(\d+)\.html$",
    hosts=("baomau.example", "m.baomau.example", "baocu.example"),
)


def item(number=1, title="Phường số", lead="Lead.", date="", link="", guid=""):
    link = link or f"{HOME}/a-post{number}.html"
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<description>{lead}</description><pubDate>{date}</pubDate></item>"
    )


def rss(*items, prolog='<?xml version="1.0" encoding="utf-8"?>', head=""):
    body = "".join(items)
    return f'{prolog}{head}<rss version="2.0"><channel><title>Báo</title>{body}</channel></rss>'


def read(text):
    return read_feed(text if isinstance(text, bytes) else text.encode(), URL, "", NOW)


def titles(text):
    return [entry.title for entry in read(text).entries]


def published(date):
    (entry,) = read(rss(item(date=date))).entries
    return entry.published_at


# XML that is none


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(rss(item(1), item(2)).replace("</channel></rss>", ""), id="cut-off"),
        pytest.param(rss(item(1, lead="A & B"), item(2)), id="bare-ampersand"),
        pytest.param(rss(item(1, lead="5 < 6"), item(2)), id="bare-less-than"),
        pytest.param(rss(item(1, lead="a&nbsp;b"), item(2)), id="html-entity"),
        pytest.param(rss(item(1, lead="<b>x<i>y</b>"), item(2)), id="crossed-tags"),
        pytest.param(rss(item(1, lead="<x:y>z</x:y>"), item(2)), id="unknown-prefix"),
        pytest.param(rss(item(1), item(2)) + "<!-- made in 0.1 s --><p>", id="more-behind-the-end"),
    ],
)
def test_malformed_xml_that_still_parses_gives_its_items_and_says_so(broken):
    feed = read(broken)
    assert [entry.url for entry in feed.entries] == [f"{HOME}/a-post{n}.html" for n in (1, 2)]
    assert feed.note == "malformed XML, read as far as it goes"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "an empty answer", id="empty-200"),
        pytest.param(b"<!doctype html><title>Just a moment...</title>", "HTML", id="cloudflare"),
        pytest.param(
            b"<html><body>404</body></html>", "an HTML page instead of XML", id="html-200"
        ),
        pytest.param(b"\x89PNG\r\n\x1a\n", "malformed", id="a-picture"),
        pytest.param(b"{}", "JSON without items", id="json-of-another-kind"),
        pytest.param(b"[1]", "malformed", id="json-list"),
        pytest.param(gzip.compress(b"<rss/>"), "malformed", id="packed-without-saying"),
    ],
)
def test_what_is_no_feed_is_named_in_one_line(body, words):
    with pytest.raises(FeedError, match=words) as refusal:
        read(body)
    assert str(refusal.value).startswith(f"{URL}: no feed: ")
    assert "\n" not in str(refusal.value)


# Entities that reach out or blow up


@pytest.fixture
def listener():
    """A server that counts who connects, to be named in entities."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        calls = []

        def accept():
            while server.fileno() >= 0:
                try:
                    calls.append(server.accept()[1])
                except OSError:
                    continue

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", calls


LAUGHS = "<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param("<!ENTITY x SYSTEM 'file:///etc/passwd'>", id="file"),
        pytest.param("<!ENTITY x SYSTEM 'SERVER'>", id="server"),
        pytest.param("<!ENTITY % x SYSTEM 'SERVER'> %x;", id="parameter-entity"),
        pytest.param(LAUGHS.replace("a9", "x"), id="billion-laughs"),
        pytest.param(f"<!ENTITY x '{'a' * 100_000}'>", id="quadratic"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anything_is_parsed(declared, encoding, listener):
    server, calls = listener
    head = f"<!DOCTYPE rss [{declared.replace('SERVER', server)}]>"
    feed = rss(item(title="&x;" * 1_000), head=head).encode(encoding)
    urls = f"{head}<urlset><url><loc>&x;</loc></url></urlset>".encode(encoding)
    with pytest.raises(FeedError, match="no feed: defines entities"):
        read(feed)
    with pytest.raises(FeedError, match="no sitemap: defines entities"):
        read_sitemap(urls, MAP)
    assert calls == []


def test_a_document_type_elsewhere_is_not_fetched(listener):
    server, calls = listener
    head = f"<!DOCTYPE rss SYSTEM '{server}'>"
    assert titles(rss(item(), head=head)) == ["Phường số"]
    assert len(
        read_sitemap(f"{head}<urlset><url><loc>/a</loc></url></urlset>".encode(), MAP).entries
    )
    assert calls == []


def test_a_link_to_a_file_is_no_entry():
    assert read(rss(item(link="file:///etc/passwd"), item(2))).entries[0].url.endswith("post2.html")


# Letters


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(rss(item(), prolog="").encode(), "", id="no-prolog"),
        pytest.param(rss(item()).replace("utf-8", "utf-16").encode(), "", id="utf-16-said"),
        pytest.param(rss(item()).replace("utf-8", "x-nothing").encode(), "", id="no-such-charset"),
        pytest.param(rss(item()).encode(), "text/xml; charset=us-ascii", id="ascii-in-header"),
        pytest.param(rss(item()).encode("utf-16"), "text/xml; charset=utf-8", id="utf-16"),
        pytest.param(b"\xef\xbb\xbf" + rss(item()).encode(), "", id="mark-before-prolog"),
        pytest.param(b"\n \xef\xbb\xbf" + rss(item()).encode(), "", id="mark-behind-blanks"),
        pytest.param(unicodedata.normalize("NFD", rss(item())).encode(), "", id="decomposed"),
        pytest.param(rss(item(title="Ph\x0bường số\x00")).encode(), "", id="control-characters"),
        pytest.param(rss(item(title="Ph\u200bường\u00ad số")).encode(), "", id="invisible"),
    ],
)  # fmt: skip
def test_letters_come_out_composed_whatever_the_charset(body, header):
    assert [entry.title for entry in read_feed(body, URL, header).entries] == ["Phường số"]


@pytest.mark.parametrize("written", [TCVN3, VNI], ids=["tcvn3", "vni"])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_a_feed_in_an_old_font_is_read(written, encoding):
    body = rss(item(lead=f"<![CDATA[{written}]]>"), prolog="").replace("Báo", "").encode()
    body = body.replace("Phường số".encode(), b"x").decode().encode(encoding)
    assert read(body).entries[0].lead == PLAIN


@pytest.mark.parametrize(
    "title", ["A &amp;amp; B", "A &amp;amp;amp; B", "A &amp;#38; B", "<![CDATA[A &amp;amp; B]]>"]
)
def test_entities_encoded_twice_are_one_sign(title):
    assert titles(rss(item(title=title))) == ["A & B"]


def test_html_in_a_title_is_text():
    assert titles(
        rss(item(title="&lt;script&gt;x()&lt;/script&gt;Phường &lt;b&gt;số&lt;/b&gt;"))
    ) == ["Phường số"]


# Sizes


def test_a_text_of_six_megabytes_is_cut():
    (entry,) = read(rss(item(title="t" * 3_000_000, lead="a " * 1_500_000))).entries
    assert (len(entry.title), len(entry.lead) <= 2_000) == (500, True)


@pytest.mark.parametrize("nested", ["<a>" * 5_000, "<a>" * 5_000 + "</a>" * 5_000])
def test_nesting_five_thousand_deep_harms_no_other_item(nested):
    assert titles(rss(item(1), item(2).replace("Lead.", nested)))[0] == "Phường số"


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param("<a>" * (MAX_TAGS + 1), id="tags"),
        pytest.param("&" * (MAX_ENTITIES + 1), id="ampersands"),
    ],
)
def test_a_flood_of_tags_is_refused(flood):
    with pytest.raises(FeedError, match="tags or"):
        read(rss(item(lead=flood)))


def test_a_feed_of_five_thousand_items_gives_the_first_two_thousand_and_says_so():
    feed = read(rss(*(item(number) for number in range(5_000))))
    assert len(feed.entries) == MAX_ENTRIES == 2_000
    assert feed.entries[-1].url == f"{HOME}/a-post1999.html"
    assert feed.note == "more than 2000 items; only the first are read"


def test_a_json_feed_of_five_thousand_items_is_cut_too():
    feed = read(json.dumps({"items": [{"url": f"/{n}"} for n in range(5_000)]}))
    assert (len(feed.entries), "2000 items" in feed.note) == (MAX_ENTRIES, True)


def test_a_long_sitemap_says_that_it_was_cut():
    urls = "".join(f"<url><loc>/{n}</loc></url>" for n in range(50_001))
    assert "what may follow" in read_sitemap(f"<urlset>{urls}</urlset>".encode(), MAP).note


def test_a_sitemap_packed_twice_is_named():
    packed = gzip.compress(gzip.compress(b"<urlset/>"))
    with pytest.raises(FeedError, match="no sitemap: malformed"):
        read_sitemap(packed, MAP)


# Dates


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        pytest.param("24/11/2026 09:30 GMT+7", MORNING, id="day-first-with-gmt+7"),
        pytest.param("Thứ ba, 24/11/2026, 09:30 (GMT+7)", MORNING, id="weekday-in-vietnamese"),
        pytest.param("Tue, 24 Nov 2026 09:30:00 GMT+7", MORNING, id="gmt+7-in-a-feed"),
        pytest.param("Tue, 24 Nov 2026 09:30:00 +07", MORNING, id="offset-without-minutes"),
        pytest.param("Tue, 24 Nov 2026 09:30:00 +07:00", MORNING, id="offset-with-colon"),
        pytest.param("Tue, 24 Nov 26 09:30:00 +0700", MORNING, id="two-digit-year"),
        pytest.param("11/24/2026 9:30:00 AM", MORNING, id="month-first"),
        pytest.param("Tue, 24 Nov 2026 02:30:00 GMT", MORNING, id="true-utc"),
        pytest.param("2026-11-24T09:30:00", MORNING, id="no-zone"),
        pytest.param("24-11-2026 - 09:30 AM", MORNING, id="needless-am"),
        pytest.param("2 giờ trước", NOW - timedelta(hours=2), id="hours-ago"),
        pytest.param("vừa xong", NOW, id="just-now"),
        pytest.param("hôm qua, 09:30", MORNING, id="yesterday"),
        pytest.param("", None, id="no-date"),
        pytest.param("sáng nay", None, id="words"),
        pytest.param("31/02/2026 09:30", None, id="no-such-day"),
        pytest.param("24/11/2026 25:61", None, id="no-such-time"),
        pytest.param("Wed, 25 Nov 2026 12:30:00 +0700", None, id="future"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", None, id="epoch"),
        pytest.param("0001-01-01T00:00:00Z", None, id="year-one"),
        pytest.param("9" * 5_000, None, id="digits"),
    ],
)
def test_a_date_is_read_right_or_not_at_all(date, moment):
    assert published(date) == moment


# Names of items


def test_the_same_guid_for_all_items_makes_them_no_less_different():
    assert len(read(rss(*(item(n, guid="0") for n in range(3)))).entries) == 3


def test_a_changing_guid_makes_an_item_no_other_one():
    first, second = (read(rss(item(guid=guid))).entries for guid in ("a", "b"))
    assert first == second


def test_links_to_other_articles_in_a_lead_are_not_the_items_own():
    lead = f"<![CDATA[<a href='{HOME}/khac-post9.html'>Bài khác</a> Lead.]]>"
    assert read(rss(item(lead=lead))).entries[0].url == f"{HOME}/a-post1.html"


TWINS = (
    "/a-post1.html?utm_source=rss&utm_medium=zalo",
    "/a-post1.html#vn_source=Home",
    "/amp/a-post1.html",
    "/a-post1.html/amp",
    "/print/a-post1.html",
    "/A-moi-post1.html?fbclid=x",
)


@pytest.mark.parametrize("host", ["baomau.example", "m.baomau.example", "baocu.example:443"])
@pytest.mark.parametrize("twin", TWINS)
def test_mobile_amp_print_and_tracked_twins_are_one_article(host, twin):
    assert article_key(canonical(f"https://{host}{twin}", OUTLET), OUTLET) == "bao-mau:1"


@pytest.mark.parametrize(
    "href", ["javascript:x", "mailto:a@b.vn", "http://[", "#top", "", " ", "data:text/html,x"]
)
def test_a_link_that_leads_nowhere_is_left_out_of_a_list(href):
    page = f'<a href="{href}">x</a><a href="/a-post1.html">Tin</a>'
    assert [entry.url for entry in read_listing(page.encode(), HOME)] == [f"{HOME}/a-post1.html"]
