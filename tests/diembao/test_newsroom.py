"""The sample newsroom: its pages, its habits, and the honesty of its articles."""

import asyncio
import json
import re
import tomllib
import unicodedata
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from lxml import html
from protego import Protego

from diembao.demo.newsroom import Newsroom, NewsroomError
from diembao.demo.newsroom.article import Article, load_articles
from diembao.demo.newsroom.outlet import load_outlets
from diembao.demo.newsroom.rendering import visible_date
from diembao.demo.newsroom.site import SHIPPED
from tests.scheduler.waiting import until

NOW = datetime(2025, 11, 28, 2, 0, tzinfo=UTC)
OUTLETS = load_outlets(SHIPPED / "outlets")
ARTICLES = load_articles(SHIPPED)
COPIES = [a for a in ARTICLES.values() if a.expect.of in ARTICLES]
REVISED = "thuongcangmoi/kinh-te-so-dong-gop-grdp-77124"

TOPICS = {
    "chinh-quyen-so",
    "do-thi-thong-minh",
    "kinh-te-so",
    "xa-hoi-so",
    "du-lieu",
    "ai",
    "ha-tang-so",
    "an-toan-thong-tin",
    "khoi-nghiep",
    "khcn-doi-moi-sang-tao",
    "nhan-luc-so",
    "the-che-chinh-sach",
    "hop-tac-quoc-te",
    "hop-tac-doanh-nghiep",
    "tai-chinh-so",
    "chuyen-doi-xanh",
    "y-te-so",
    "giao-duc-so",
    "giao-thong-thong-minh",
}
REAL_OUTLETS = (
    "Sài Gòn Giải Phóng|SGGP|Tuổi Trẻ|Thanh Niên|Người Lao Động|VnExpress|VietNamNet|Vietnamnet|"
    "Dân Trí|Nhân Dân|VietnamPlus|Tiền Phong|Pháp Luật TP|Znews|CafeF|VnEconomy|Báo Đầu tư|VTV|VOV|"
    "VOH|HTV|Hà Nội Mới|Lao Động|Kinh tế Sài Gòn|Doanh nhân Sài Gòn|Công Thương Online|Thông tấn xã"
)

each_outlet = pytest.mark.parametrize("outlet", sorted(OUTLETS))
each_article = pytest.mark.parametrize("article", ARTICLES.values(), ids=sorted(ARTICLES))
each_copy = pytest.mark.parametrize("copy", COPIES, ids=lambda article: article.id)


@pytest.fixture
async def newsroom():
    async with Newsroom(NOW) as running:
        yield running


@pytest.fixture
async def visitor():
    async with aiohttp.ClientSession() as session:
        yield session


async def read(visitor, url, **headers):
    """Status, headers and text of a page."""
    async with visitor.get(url, headers=headers) as response:
        return response.status, response.headers, await response.text()


async def announced(visitor, newsroom, outlet):
    """The addresses an outlet announces, with the text they stand in."""
    kind, path = next(iter(OUTLETS[outlet].announce.items()))
    where = "/sitemaps/google-news.xml" if kind == "sitemap" else path
    _, _, text = await read(visitor, newsroom.address(outlet) + where)
    if kind == "listing":
        page = html.fromstring(text, base_url=newsroom.address(outlet))
        page.make_links_absolute()
        return [link for _, _, link, _ in page.iterlinks()], text
    return re.findall(r"http://127\.0\.0\.1:\d+/[^<\"\]\s]+", text), text


def shingles(article: Article, size: int = 4) -> set[tuple[str, ...]]:
    """All runs of four syllables of a body."""
    words = re.findall(r"\w+", " ".join(article.wording.paragraphs).lower())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def containment(one: Article, other: Article) -> float:
    """Shared runs by the runs of the shorter body."""
    left, right = shingles(one), shingles(other)
    return len(left & right) / min(len(left), len(right))


@each_outlet
async def test_an_outlet_announces_all_its_articles_absolutely(newsroom, visitor, outlet):
    found, _ = await announced(visitor, newsroom, outlet)
    urls = {item.url for item in newsroom.items(outlet)}
    assert urls
    assert urls <= set(found)


@each_outlet
async def test_an_announcement_is_well_formed(newsroom, visitor, outlet):
    kind, path = next(iter(OUTLETS[outlet].announce.items()))
    _, _, text = await read(visitor, newsroom.address(outlet) + path)
    parse = {"json": json.loads, "listing": html.fromstring}.get(kind, ET.fromstring)
    assert parse(text) is not None


async def test_a_sitemap_index_leads_to_sitemaps_with_articles(newsroom, visitor):
    base = newsroom.address("nhipphosong")
    _, _, index = await read(visitor, f"{base}/sitemap.xml")
    for url in re.findall(r"<loc>(.*?)</loc>", index):
        _, _, text = await read(visitor, url)
        assert newsroom.items("nhipphosong")[0].url in text


@each_outlet
@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
async def test_a_known_announcement_is_not_sent_again(newsroom, visitor, outlet, header):
    url = newsroom.address(outlet) + next(iter(OUTLETS[outlet].announce.values()))
    _, headers, _ = await read(visitor, url)
    ask = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
    status, _, text = await read(visitor, url, **{ask: headers[header]})
    assert (status, text) == (304, "")


async def test_an_unknown_tag_outweighs_a_known_date(newsroom, visitor):
    url = f"{newsroom.address('thuongcangmoi')}/feed/atom/"
    _, headers, _ = await read(visitor, url)
    known = {"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]}
    status, _, _ = await read(visitor, url, **known)
    assert status == 200


async def test_a_senseless_date_gets_the_whole_page(newsroom, visitor):
    url = f"{newsroom.address('vamsong')}/tin-moi/"
    status, _, _ = await read(visitor, url, **{"If-Modified-Since": "hôm qua"})
    assert status == 200


async def test_every_article_page_shows_title_lead_and_paragraphs(newsroom, visitor):
    for article in newsroom.articles.values():
        _, _, text = await read(visitor, newsroom.article_address(article.id))
        shown = " ".join(html.fromstring(text).text_content().split())
        for words in (article.wording.title, article.wording.lead, *article.wording.paragraphs):
            assert words in shown, (article.id, words)


@pytest.mark.parametrize("outlet", ["bennghemoi", "thuongcangmoi"])
async def test_structured_data_gives_title_and_date(newsroom, visitor, outlet):
    for item in newsroom.items(outlet):
        _, _, text = await read(visitor, item.url)
        (block,) = html.fromstring(text).xpath("//script[@type='application/ld+json']/text()")
        data = json.loads(block)
        article = data.get("@graph", [data])[-1]
        assert article["headline"] == item.wording.title
        assert datetime.fromisoformat(article["datePublished"]) == item.published


async def test_an_old_layout_shows_its_date_to_readers_only(newsroom, visitor):
    item = newsroom.items("vamsong")[0]
    _, _, text = await read(visitor, item.url)
    assert visible_date(item.published) in text
    assert "datePublished" not in text


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        pytest.param(NOW, "Thứ sáu, 28/11/2025, 09:00 (GMT+7)", id="friday"),
        pytest.param(NOW + timedelta(days=2), "Chủ nhật, 30/11/2025, 09:00 (GMT+7)", id="sunday"),
        pytest.param(NOW + timedelta(days=3), "Thứ hai, 01/12/2025, 09:00 (GMT+7)", id="monday"),
    ],
)
def test_visible_date_is_in_vietnamese_time_and_words(moment, shown):
    assert visible_date(moment) == shown


async def test_a_redesign_keeps_the_words_and_drops_the_names(newsroom, visitor):
    item = newsroom.items("bennghemoi")[0]
    _, before, old = await read(visitor, item.url)
    newsroom.redesign("bennghemoi")
    _, after, new = await read(visitor, item.url)
    shown = " ".join(html.fromstring(new).text_content().split())
    for words in (item.wording.title, item.wording.lead, *item.wording.paragraphs):
        assert words in shown
    assert not set(re.findall(r'class="([^"]+)"', new)) & set(
        re.findall(r'class="([^"]+)"', old)
    ) - {"site-name", "main-menu"}
    assert before["ETag"] != after["ETag"]


async def test_a_redesign_leaves_other_outlets_alone(newsroom, visitor):
    item = newsroom.items("nhipphosong")[0]
    _, _, before = await read(visitor, item.url)
    newsroom.redesign("bennghemoi")
    assert (await read(visitor, item.url))[2] == before


async def test_a_feed_has_a_colon_in_its_offset(newsroom, visitor):
    _, text = await announced(visitor, newsroom, "bennghemoi")
    assert re.search(r"<pubDate>\w{3}, \d\d Nov 2025 \d\d:\d\d:\d\d \+07:00</pubDate>", text)


async def test_pictures_are_served(newsroom, visitor):
    url = f"{newsroom.address('vamsong')}/media/2025/11/con-dao-1.png"
    async with visitor.get(url) as response:
        assert (await response.read()).startswith(b"\x89PNG")


async def test_unknown_pages_are_not_found(newsroom, visitor):
    status, _, _ = await read(visitor, f"{newsroom.address('vamsong')}/khong-co-99999.html")
    assert status == 404


async def test_a_listing_link_is_forbidden_by_robots(newsroom, visitor):
    base = newsroom.address("vamsong")
    _, _, text = await read(visitor, f"{base}/robots.txt")
    links, _ = await announced(visitor, newsroom, "vamsong")
    refused = [link for link in links if not Protego.parse(text).can_fetch(link, "diembao")]
    assert refused == [f"{base}/ban-in{newsroom.items('vamsong')[0].path}"]


async def test_one_outlet_asks_for_a_pause(newsroom, visitor):
    _, _, text = await read(visitor, f"{newsroom.address('thuongcangmoi')}/robots.txt")
    assert Protego.parse(text).crawl_delay("diembao") == 0.1


async def test_the_ledger_holds_what_was_asked(newsroom, visitor):
    url = f"{newsroom.address('bennghemoi')}/rss/home.rss"
    await read(visitor, url, **{"User-Agent": "test", "If-None-Match": '"x"'})
    (asked,) = newsroom.requests
    assert (asked.outlet, asked.path, asked.status) == ("bennghemoi", "/rss/home.rss", 200)
    assert (asked.method, asked.user_agent, asked.if_none_match) == ("GET", "test", '"x"')


async def test_a_revision_changes_page_feed_and_tag(newsroom, visitor):
    feed = f"{newsroom.address('thuongcangmoi')}/feed/atom/"
    _, before, _ = await read(visitor, feed)
    newsroom.revise(REVISED)
    _, after, text = await read(visitor, feed)
    _, _, page = await read(visitor, newsroom.article_address(REVISED))
    assert before["ETag"] != after["ETag"]
    assert "27,1% GRDP" in page
    assert "<updated>2025-11-28T09:00:01+07:00</updated>" in text.split("<entry>", 1)[1]


async def test_a_revision_keeps_address_and_publication(newsroom):
    before = next(i for i in newsroom.items("thuongcangmoi") if i.article.id == REVISED)
    newsroom.revise(REVISED)
    after = next(i for i in newsroom.items("thuongcangmoi") if i.article.id == REVISED)
    assert (before.url, before.published) == (after.url, after.published)


async def test_a_withdrawn_article_is_gone_until_published(newsroom, visitor):
    url = newsroom.article_address(REVISED)
    newsroom.withdraw(REVISED)
    gone, _, _ = await read(visitor, url)
    listed, _ = await announced(visitor, newsroom, "thuongcangmoi")
    newsroom.publish(REVISED)
    back, _, _ = await read(visitor, url)
    assert (gone, url in listed, back) == (404, False, 200)


@pytest.mark.parametrize(
    ("kind", "status"), [("not_found", 404), ("error", 500), ("html", 200), ("empty", 200)]
)
async def test_a_broken_feed_answers_its_fault(newsroom, visitor, kind, status):
    url = f"{newsroom.address('bennghemoi')}/rss/home.rss"
    newsroom.break_feed("bennghemoi", kind)
    answered, _, text = await read(visitor, url)
    newsroom.mend()
    mended, _, _ = await read(visitor, url)
    assert (answered, "<rss" in text, mended) == (status, False, 200)


async def test_a_fault_stays_with_its_subject(newsroom, visitor):
    newsroom.break_article(REVISED, "error")
    newsroom.break_robots("thuongcangmoi", "not_found")
    base = newsroom.address("thuongcangmoi")
    urls = [newsroom.article_address(REVISED), f"{base}/robots.txt", f"{base}/feed/atom/"]
    assert [(await read(visitor, url))[0] for url in urls] == [500, 404, 200]


async def test_a_hanging_page_keeps_its_visitor_waiting(newsroom, visitor):
    newsroom.break_article(REVISED, "hang")
    visit = asyncio.create_task(visitor.get(newsroom.article_address(REVISED)))
    await until(lambda: newsroom.requests)
    await asyncio.wait([visit], timeout=0.2)
    assert (newsroom.requests[0].status, visit.done()) == (0, False)
    visit.cancel()


async def test_a_hanging_page_does_not_hinder_the_end(newsroom, visitor):
    newsroom.break_article(REVISED, "hang")
    visit = asyncio.create_task(visitor.get(newsroom.article_address(REVISED)))
    await until(lambda: newsroom.requests)
    await newsroom.stop()
    assert (await visit).status == 503  # who is cut off at the end of all patience gets no answer


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda n: n.address("khong-co"), id="outlet"),
        pytest.param(lambda n: n.withdraw("vamsong/khong-co-1"), id="article"),
        pytest.param(lambda n: n.revise(COPIES[0].id), id="revision"),
        pytest.param(lambda n: n.break_feed("vamsong", "fire"), id="fault"),
    ],
)
async def test_what_it_does_not_have_is_refused(newsroom, ask):
    with pytest.raises(NewsroomError):
        ask(newsroom)


async def test_source_files_fit_addresses_and_places(newsroom, tmp_path):
    newsroom.write_sources(tmp_path)
    for outlet in newsroom.outlets:
        source = tomllib.loads((tmp_path / f"{outlet}.toml").read_text(encoding="utf-8"))
        places = [
            *source.get("feeds", ()),
            *source.get("sitemaps", ()),
            *source.get("listings", ()),
        ]
        assert places == [newsroom.address(outlet) + next(iter(OUTLETS[outlet].announce.values()))]
        for item in newsroom.items(outlet):
            assert re.search(source["article_pattern"], item.url), item.url


async def test_addresses_of_one_outlet_differ(newsroom):
    urls = [newsroom.article_address(name) for name in newsroom.articles]
    assert len(set(urls)) == len(urls)


def test_topics_are_the_known_ones_and_all_occur():
    assert {topic for a in ARTICLES.values() for topic in a.expect.topics} == TOPICS


def test_the_mixture_holds_every_status():
    statuses = [article.expect.status for article in ARTICLES.values()]
    kinds = ("new", "off_topic", "near_duplicate", "exact_duplicate", "seed_duplicate")
    assert [statuses.count(kind) for kind in kinds] == [33, 19, 7, 4, 1]


@each_article
def test_an_article_is_whole_and_of_newspaper_length(article):
    count = sum(len(paragraph.split()) for paragraph in article.wording.paragraphs)
    assert 150 <= count <= 400
    assert 4 <= len(article.wording.paragraphs) <= 9
    assert article.section in OUTLETS[article.outlet].sections
    assert article.wording.title
    assert article.wording.lead


@each_article
def test_related_articles_exist(article):
    assert {f"{article.outlet}/{key}" for key in article.related} <= set(ARTICLES)


@each_copy
def test_a_copy_holds_nearly_all_of_an_earlier_article(copy):
    original = ARTICLES[copy.expect.of]
    assert containment(copy, original) >= 0.85
    assert copy.hours_before <= original.hours_before - 1
    assert (copy.wording.paragraphs == original.wording.paragraphs) == (
        copy.expect.status == "exact_duplicate"
    )


def test_independent_articles_share_only_ordinary_phrases():
    own = [a for a in ARTICLES.values() if a.expect.status in {"new", "off_topic"}]
    pairs = [(a.id, b.id) for i, a in enumerate(own) for b in own[:i] if containment(a, b) > 0.06]
    assert pairs == []


def test_one_article_republishes_the_seed():
    (copy,) = (a for a in ARTICLES.values() if a.expect.of == "seed")
    seed = (SHIPPED / "seed.txt").read_text(encoding="utf-8")
    assert "\n\n".join(copy.wording.paragraphs) == seed.strip()


def test_no_real_outlet_is_named_and_all_text_is_composed():
    files = [*SHIPPED.glob("articles/*/*.toml"), *SHIPPED.glob("outlets/*.toml")]
    for path in [*files, SHIPPED / "seed.txt"]:
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path.name
        assert not re.search(rf"\b(?:{REAL_OUTLETS})\b", text), path.name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("title = ", "vamsong/x-1.toml", id="no TOML"),
        pytest.param('copy_of = "vamsong/y-2"', "vamsong/y-2", id="copy of nothing"),
        pytest.param('copy_of = "seed"\n[[edit]]\nfind = "đò"\nreplace = ""', "đò", id="bad edit"),
        pytest.param('body = "a"', "'title' is missing", id="no title"),
    ],
)
def test_a_wrong_article_file_is_named(tmp_path, text, named):
    (tmp_path / "articles" / "vamsong").mkdir(parents=True)
    (tmp_path / "articles" / "vamsong" / "x-1.toml").write_text(text, encoding="utf-8")
    (tmp_path / "seed.txt").write_text("Một.\n\nHai.", encoding="utf-8")
    with pytest.raises(NewsroomError, match=re.escape(named)):
        load_articles(tmp_path)
