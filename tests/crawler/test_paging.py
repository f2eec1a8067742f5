"""Articles on several pages: the next page is found, fetched and joined."""

from datetime import UTC, date, datetime

import pytest
from aiohttp import web

from crawler.crawl import Manner, crawl_source
from crawler.documents import Page
from crawler.extraction import extract
from crawler.newsroom import Memory, Taken
from crawler.paging import next_page
from crawler.sources import Extract, Politeness, Source
from crawler.spider import Plan

NOW = datetime(2025, 12, 1, tzinfo=UTC)
HOME = "https://baomau.example"
FIRST = f"{HOME}/dong-song-so-5047363.html"


def outlet(home=HOME, **extract_keys):
    host = home.partition("//")[2]
    return Source(
        id="baomau",
        name="Báo Mẫu",
        homepage=f"{home}/",
        article_pattern=r"-\d{7}\.html$",
        hosts=(host, f"m.{host}"),
        politeness=Politeness(delay=0),
        extract=Extract(**extract_keys),
    )


def following(html, url=FIRST, **extract_keys):
    return next_page(Page(url, html.encode(), NOW), outlet(**extract_keys))


@pytest.mark.parametrize(
    ("html", "url", "expected"),
    [
        pytest.param(
            "<link rel='next' href='/dong-song-so-5047363-p2.html'>",
            FIRST, f"{HOME}/dong-song-so-5047363-p2.html", id="link",
        ),
        pytest.param(
            '<a rel="nofollow next" href="?page=2">Sau</a><a rel="next" href="?page=2">Sau</a>',
            FIRST, f"{FIRST}?page=2", id="query",
        ),
        pytest.param(
            "<a href='https://m.baomau.example/dong-song-so-5047363-p2.html'>2</a>",
            FIRST, f"{HOME}/dong-song-so-5047363-p2.html", id="numbered-link-on-a-twin",
        ),
        pytest.param(
            "<a href='/dong-song-so-5047363.html'>1</a><a href='/dong-song-so-5047363-p3.html'>3",
            f"{HOME}/dong-song-so-5047363-p2.html", f"{HOME}/dong-song-so-5047363-p3.html",
            id="from-the-second",
        ),
        pytest.param(
            "<link rel=next href='/bai/dong-song/page/2/'>", f"{HOME}/bai/dong-song/",
            f"{HOME}/bai/dong-song/page/2/", id="step",
        ),
        pytest.param(
            "<link rel=next href='/dong-song-so-5047363-p2.html?utm_source=x#y'>",
            FIRST, f"{HOME}/dong-song-so-5047363-p2.html", id="tracking",
        ),
    ],
)  # fmt: skip
def test_the_next_page_of_the_same_article_is_found(html, url, expected):
    assert following(html, url) == expected


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>Một bài không có trang sau.</p>", id="nothing"),
        pytest.param("<link rel=next href='/bai-khac-5047364.html'>", id="other-article"),
        pytest.param(
            "<link rel=next href='//khac.example/dong-song-so-5047363-p2.html'>", id="other-host"
        ),
        pytest.param("<link rel=next href='/dong-song-so-5047363-p3.html'>", id="not-the-next"),
        pytest.param("<link rel=next href='/dong-song-so-5047363.html'>", id="itself"),
        pytest.param("<link rel=next href='javascript:void(0)'>", id="script"),
        pytest.param("<link rel=next href=''>", id="empty"),
        pytest.param("<link rel=next href='http://[x'>", id="broken"),
        pytest.param("<link rel=next " + "a" * 9 + " b" * 50_000 + ">", id="bomb"),
        pytest.param("chữ dong-song-so-5047363-p2.html trong bài, không phải liên kết", id="text"),
    ],
)
def test_what_is_no_next_page_is_left_alone(html):
    assert following(html) is None


def test_a_source_may_say_where_its_next_page_is():
    html = "<div class='trang'><a href='/dong-song-so-5047363/2'>Trang sau</a></div>"
    assert following(html) is None
    assert following(html, next=".trang a") == f"{HOME}/dong-song-so-5047363/2"


def paragraph(number):
    return (
        f"<p>Đoạn thứ {number} kể về dòng sông và những cảm biến đo mực nước mà phường vừa lắp dọc"
        f" bờ kè số {number}, cứ mười phút gửi số liệu về trung tâm một lần, kể cả ban đêm.</p>"
    )


def page_html(*numbers, link="", title="Dòng sông số"):
    body = "".join(map(paragraph, numbers))
    return (
        f"<html><head><title>{title}</title>{link}</head><body><h1>{title}</h1>"
        f"<div class='entry-content'><p>{title}</p>{body}"
        "<p class='related'><a href='/x'>Bài khác</a></p></div></body></html>"
    )


def test_the_pages_of_an_article_are_joined_in_order_and_without_repeats():
    parts = (page_html(2, 3, 4).encode(), page_html(5, 6).encode())
    document = extract(Page(FIRST, page_html(1, 2, 3).encode(), NOW, "text/html", parts), None)
    numbers = [text.split()[2] for text in document.text.split("\n\n")]
    assert numbers == ["1", "2", "3", "4", "5", "6"]


def test_a_page_that_cannot_be_read_is_noted():
    parts = (b"", page_html(5, 6).encode())
    document = extract(Page(FIRST, page_html(1, 2, 3).encode(), NOW, "text/html", parts), None)
    assert document.notes == ("page 2 of the article could not be read: page without content",)
    assert "thứ 6" in document.text


class Desk:
    """A newsroom that keeps the pages it is handed."""

    def __init__(self):
        self.pages = []

    async def recall(self, source):  # noqa: ARG002 - the newsroom's signature
        return Memory()

    async def discovered(self, visit, seen):  # noqa: ARG002 - the newsroom's signature
        return seen

    async def take(self, candidate, page):  # noqa: ARG002 - the newsroom's signature
        self.pages.append(page)
        return Taken("new")

    async def refuse(self, candidate, reason):  # noqa: ARG002 - the newsroom's signature
        raise AssertionError(reason)

    async def put_off(self, candidate, reason):  # noqa: ARG002 - the newsroom's signature
        raise AssertionError(reason)

    async def postpone(self, candidate, reason):  # noqa: ARG002 - the newsroom's signature
        raise AssertionError(reason)

    async def noted(self, note):
        """Keep nothing of a host."""


@pytest.fixture
async def press():
    """An outlet on loopback: answers by path, and its address."""
    answers = {}

    async def answer(request):
        given = answers.get(request.path)
        if isinstance(given, str) and given.startswith("/"):
            raise web.HTTPFound(given)
        if given is None:
            raise web.HTTPNotFound
        return web.Response(text=given, content_type="text/html", charset="utf-8")

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield answers, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def fetched(home):
    desk = Desk()
    plan = Plan(day=date(2025, 12, 1), urls=(f"{home}/bai-5047363.html",))
    source = outlet(home)
    report = await crawl_source(source, desk, plan, Manner("diembao-test", allow_private=True))
    return desk.pages, report


def link(number):
    return f"<link rel='next' href='/bai-5047363-p{number}.html'>"


async def test_a_crawl_brings_all_pages_of_an_article_as_one(press):
    answers, home = press
    answers["/bai-5047363.html"] = page_html(1, link=link(2))
    answers["/bai-5047363-p2.html"] = page_html(2, link=link(3))
    answers["/bai-5047363-p3.html"] = page_html(3)
    (page,), report = await fetched(home)
    assert [page.url, len(page.parts)] == [f"{home}/bai-5047363.html", 2]
    assert (report.counts["fetched"], report.errors) == (1, [])


async def test_an_article_whose_second_page_is_missing_is_taken_with_what_there_is(press):
    answers, home = press
    answers["/bai-5047363.html"] = page_html(1, link=link(2))
    (page,), report = await fetched(home)
    assert page.parts == ()
    assert [(error["url"], error["error"]) for error in report.errors] == [
        (f"{home}/bai-5047363-p2.html", "HTTP 404")
    ]


async def test_a_second_page_off_the_outlet_is_not_followed(press):
    answers, home = press
    answers["/bai-5047363.html"] = page_html(1, link=link(2))
    answers["/bai-5047363-p2.html"] = "//khac.example/x"
    (page,), report = await fetched(home)
    assert page.parts == ()
    assert "not the source's" in report.errors[0]["error"]


async def test_a_second_page_that_leads_back_to_the_first_ends_the_article(press):
    answers, home = press
    answers["/bai-5047363.html"] = page_html(1, link=link(2))
    answers["/bai-5047363-p2.html"] = "/bai-5047363.html"
    (page,), _ = await fetched(home)
    assert len(page.parts) == 1


async def test_an_article_of_very_many_pages_is_read_up_to_ten(press):
    answers, home = press
    answers["/bai-5047363.html"] = page_html(1, link=link(2))
    for number in range(2, 15):
        answers[f"/bai-5047363-p{number}.html"] = page_html(number, link=link(number + 1))
    (page,), _ = await fetched(home)
    assert len(page.parts) == 9
