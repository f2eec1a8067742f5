import codecs
import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import FeedError
from crawler.feeds import MAX_ENTRIES, MAX_FEED_BYTES, Feed, read_feed

URL = "https://baomau.example/rss/home.rss"
NOW = datetime(2026, 9, 15, tzinfo=UTC)
EVENING = datetime(2026, 9, 14, 12, 46, 22, tzinfo=UTC)


def rss(*items, prolog='<?xml version="1.0" encoding="utf-8"?>'):
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'{prolog}<rss version="2.0"><channel><title>Báo</title>{body}</channel></rss>'


def item(number=1, title="Phường số", lead="Một lead.", date="Mon, 14 Sep 2026 19:46:22 +07"):
    return (
        f"<title>{title}</title><link>https://baomau.example/a-post{number}.html</link>"
        f"<description><![CDATA[{lead}]]></description><pubDate>{date}</pubDate>"
    )


def only(text):
    (entry,) = read_feed(text.encode(), URL, now=NOW).entries
    return entry


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Báo</title><entry>
<title type="html">Trợ lý &amp;amp; người dân</title><link rel="alternate" href="/a-post1.html"/>
<id>tag:1</id><published>2026-09-14T10:00:00+07:00</published><updated>2026-09-14T11:30:00Z</updated>
<summary>Lead.</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>t</title></channel><item rdf:about="https://baomau.example/1">
<title>Tin</title><link>https://baomau.example/1</link>
<dc:date>2026-09-14T19:46:22+07:00</dc:date></item></rdf:RDF>"""


def test_an_rss_item_becomes_an_entry():
    entry = only(rss(item()))
    assert entry.url == "https://baomau.example/a-post1.html"
    assert (entry.title, entry.lead) == ("Phường số", "Một lead.")
    assert (entry.published_at, entry.updated_at) == (EVENING, None)


def test_atom_tells_publication_and_update():
    entry = only(ATOM)
    assert entry.url == "https://baomau.example/a-post1.html"
    assert entry.title == "Trợ lý & người dân"
    assert entry.published_at == datetime(2026, 9, 14, 3, tzinfo=UTC)
    assert entry.updated_at == datetime(2026, 9, 14, 11, 30, tzinfo=UTC)


def test_the_date_of_rdf_is_the_publication():
    assert only(RDF).published_at == EVENING


def test_json_feed_is_read():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/a", "title": "Tin", "content_html": "<p>Lead.</p>",
             "date_published": "2026-09-14T19:46:22+07:00"},
            {"id": 2, "url": None},
            "rác",
        ],
    }  # fmt: skip
    entry = only(json.dumps(feed))
    assert (entry.url, entry.lead) == ("https://baomau.example/a", "Lead.")
    assert entry.published_at == EVENING


def test_an_update_beside_the_date_of_rss_is_kept():
    entry = only(rss(item() + "<updated>9/14/2026 8:44:00 PM</updated>"))
    assert entry.published_at == EVENING
    assert entry.updated_at == datetime(2026, 9, 14, 13, 44, tzinfo=UTC)


def test_a_guid_that_is_a_link_serves_as_one():
    entry = only(rss("<title>Tin</title><guid>https://baomau.example/b</guid>"))
    assert entry.url == "https://baomau.example/b"


def test_links_of_related_articles_are_no_lead():
    lead = '<p>Đây là lead.</p><ul><li><a href="/khac">Bài khác</a></li></ul>'
    assert only(rss(item(lead=lead))).lead == "Đây là lead."


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        pytest.param("Th&amp;agrave;nh phố", "Thành phố", id="escaped-twice"),
        pytest.param("&lt;b&gt;Giá&lt;/b&gt; vàng", "Giá vàng", id="escaped-tags"),
        pytest.param("5 &lt; 10", "5 < 10", id="less-than"),
        pytest.param("Se\u0309 \u200bmở", "Sẻ mở", id="letters"),
    ],
)
def test_titles_are_clean_lines(raw, clean):
    assert only(rss(item(title=raw))).title == clean


@pytest.mark.parametrize(
    "mark",
    [
        "(Chinhphu.vn) - ", "TPO - ", "(PLO)- ", "(Dân trí) - ", "VOV.VN - ", "(KTSG Online) - ",
        "TTTĐ - ", "NDO - ", "(SGGPO).- ", "(Thanhuytphcm.vn) - ", "TTXVN – ", "BNEWS - ",
    ],
)  # fmt: skip
def test_an_agencys_mark_is_no_part_of_the_lead(mark):
    assert (
        only(rss(item(lead=f"{mark}Sáng nay, phường mở cửa."))).lead == "Sáng nay, phường mở cửa."
    )


@pytest.mark.parametrize("lead", ["AI - bạn hay thù", "Hà Nội - Huế trong một ngày", "TPO"])
def test_other_dashes_stay_in_the_lead(lead):
    assert only(rss(item(lead=lead))).lead == lead


def test_a_future_date_is_not_believed():
    assert only(rss(item(date="Mon, 14 Sep 2037 19:46:22 +0700"))).published_at is None


TEXT = rss(item())
WRONG = TEXT.replace("utf-8", "utf-16")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(TEXT.encode(), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), id="byte-order-mark"),
        pytest.param(codecs.BOM_UTF8 + b"\r\n" + TEXT.encode(), id="blank-before-prolog"),
        pytest.param(rss(item(), prolog="").encode(), id="no-prolog"),
        pytest.param(WRONG.encode(), id="wrong-prolog"),
        pytest.param(codecs.BOM_UTF16_LE + WRONG.encode("utf-16-le"), id="utf-16"),
        pytest.param(WRONG.encode("utf-16-le"), id="utf-16-unmarked"),
        pytest.param(TEXT.replace("Báo", "B\x0báo\x00").encode(), id="control-characters"),
    ],
)
def test_any_usual_encoding_is_read(body):
    (entry,) = read_feed(body, URL, "application/xml").entries
    assert entry.title == "Phường số"


def test_a_declared_old_code_page_is_read():
    prolog = '<?xml version="1.0" encoding="windows-1252"?>'
    body = rss(item(title="Café"), prolog=prolog).replace("Phường", "").replace("Báo", "")
    body = body.replace("Một", "Mot").encode("cp1252")
    assert read_feed(body, URL).entries[0].title == "Café"


def test_a_broken_feed_gives_its_items():
    body = rss(item(1), item(2)).replace("</channel></rss>", "<item><title>dở & dang")
    assert [entry.title for entry in read_feed(body.encode(), URL).entries] == ["Phường số"] * 2


def test_items_without_a_usable_link_are_left_out():
    bad = "<title>x</title><link>javascript:alert(1)</link>"
    assert len(read_feed(rss(bad, "<title>y</title>", item()).encode(), URL).entries) == 1


def test_each_address_comes_once():
    assert len(read_feed(rss(item(1), item(2), item(1)).encode(), URL).entries) == 2


def test_a_feed_without_items_is_empty():
    assert read_feed(rss().encode(), URL).entries == ()


def test_the_number_of_entries_is_bounded():
    body = rss(*(item(number) for number in range(MAX_ENTRIES + 5)))
    assert len(read_feed(body.encode(), URL).entries) == MAX_ENTRIES


OWN_LINKS = (
    '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="/rss/so.rss"/>'
)


def channel(said, name="channel"):
    namespaces = (
        'xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    text = f"<rss version='2.0' {namespaces}><{name}>{said}<item>{item()}</item></{name}></rss>"
    return read_feed(text.encode(), URL)


def test_rss_names_its_hub_and_itself():
    feed = channel(OWN_LINKS)
    assert (feed.hub, feed.topic) == ("https://hub.example/", "https://baomau.example/rss/so.rss")


def test_atom_names_its_hub_and_itself():
    links = '<link rel="hub" href="https://hub.example/"/><link rel="self" href="/atom"/><entry>'
    feed = read_feed(ATOM.replace("<entry>", links, 1).encode(), URL)
    assert (feed.hub, feed.topic) == ("https://hub.example/", "https://baomau.example/atom")


@pytest.mark.parametrize("sign", ["\0", "\ud800", "\x1b"], ids=["nought", "half", "escape"])
def test_address_that_no_database_keeps_is_none(sign):
    bad = f"https://hub.example/{sign}"
    hubs = [{"type": "WebSub", "url": bad}]
    feed = {"items": [{"url": bad, "title": "Tin"}], "hubs": hubs, "feed_url": bad}
    assert read_feed(json.dumps(feed).encode(), URL) == Feed()


def test_json_feed_names_its_hub_and_itself():
    hubs = [{"type": "rssCloud", "url": "https://no.example/"}, 3,
            {"type": "WebSub", "url": "https://hub.example/"}]  # fmt: skip
    feed = read_feed(json.dumps({"items": [], "hubs": hubs, "feed_url": "/f.json"}).encode(), URL)
    assert (feed.hub, feed.topic) == ("https://hub.example/", "https://baomau.example/f.json")


@pytest.mark.parametrize("href", ["javascript:alert(1)", "", "file:///etc/passwd"])
def test_a_hub_that_is_no_web_address_is_none(href):
    assert channel(f'<atom:link rel="hub" href="{href}"/>').hub is None


def test_a_feed_that_says_nothing_of_itself_has_no_hub_and_no_wish():
    feed = channel("")
    assert (feed.hub, feed.topic, feed.pause, feed.note) == (None, None, None, "")


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        pytest.param("<ttl>30</ttl>", timedelta(minutes=30), id="ttl"),
        pytest.param("<ttl> 5 </ttl>", timedelta(minutes=5), id="ttl-with-blanks"),
        pytest.param("<ttl>0</ttl>", None, id="nought"),
        pytest.param("<ttl>-5</ttl>", None, id="negative"),
        pytest.param("<ttl>often</ttl>", None, id="words"),
        pytest.param(f"<ttl>{'9' * 5_000}</ttl>", timedelta(days=7), id="for-ever"),
        pytest.param("<sy:updatePeriod>hourly</sy:updatePeriod>", None, id="written-by-itself"),
        pytest.param(
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(hours=6),
            id="four-times-a-day",
        ),
        pytest.param(
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>999</sy:updateFrequency>",
            timedelta(minutes=1),
            id="every-few-seconds",
        ),
        pytest.param("<sy:updatePeriod>never</sy:updatePeriod>", None, id="no-period"),
        pytest.param("<skipHours><hour>3</hour></skipHours>", None, id="hours-to-skip"),
    ],
)
def test_a_feeds_own_wish_for_a_pause_is_read(said, pause):
    assert channel(said).pause == pause


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93", "0.94", "2.0", "2.01", "99"])
def test_every_version_of_rss_is_read(version):
    text = rss(item()).replace('version="2.0"', f'version="{version}"')
    assert only(text).title == "Phường số"


def test_the_first_rss_is_read():
    text = RDF.replace("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
    assert only(text).url == "https://baomau.example/1"


def test_a_filename_is_no_feed(tmp_path):
    (tmp_path / "feed").write_text(TEXT, "utf-8")
    with pytest.raises(FeedError):
        read_feed(str(tmp_path / "feed").encode(), URL)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&c;</title></item>'
    "</channel></rss>"
)
MANY = "<rss><channel><item " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/></channel></rss>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b" \n\t", "empty", id="blank"),
        pytest.param(b"<!DOCTYPE html><html><body>404</body></html>", "HTML page", id="html"),
        pytest.param(b"<!-- x -->\n<HTML><p>checking</HTML>", "HTML page", id="html-commented"),
        pytest.param(b"<script>document.cookie='D1N=1'</script>", "HTML page", id="challenge"),
        pytest.param(b"khong phai feed", "malformed", id="words"),
        pytest.param(b"<rss><channel><title>x", "malformed", id="cut-off"),
        pytest.param(b"<urlset><url><loc>x</loc></url></urlset>", "another kind", id="sitemap"),
        pytest.param(BOMB.encode(), "entities", id="entity-bomb"),
        pytest.param(BOMB.encode("utf-16"), "entities", id="entity-bomb-utf-16"),
        pytest.param(MANY.encode(), "attributes", id="attributes"),
        pytest.param(b'{"items": 3}', "JSON", id="json-without-items"),
        pytest.param(b'{"items": [', "JSON", id="json-cut-off"),
        pytest.param(b'{"a":' * 100_000, "JSON", id="json-too-deep"),
        pytest.param(b"x" * (MAX_FEED_BYTES + 1), "MiB", id="too-long"),
    ],
)
def test_what_is_no_feed_is_named(body, words):
    with pytest.raises(FeedError, match=words) as refusal:
        read_feed(body, URL)
    assert str(refusal.value).startswith(URL)
