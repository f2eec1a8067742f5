from datetime import UTC, datetime

import pytest

from crawler.documents import Page
from crawler.feed_places import (
    announced_feeds,
    feed_indexes,
    linked_feeds,
    usual_feeds,
    usual_sitemaps,
)

URL = "https://baomau.example/"


def page(html):
    return Page(URL, html.encode(), datetime(2026, 11, 25, tzinfo=UTC), "text/html; charset=utf-8")


def test_link_elements_announce_feeds_of_each_kind():
    html = """<head><link rel="alternate" type="application/rss+xml" href="/rss/home.rss">
    <link rel="alternate" type="application/atom+xml" href="https://baomau.example/atom">
    <link rel="alternate" type="application/feed+json" href="feed.json">
    <link rel="alternate" hreflang="en" href="/en/"><link href="/rss.css"></head>"""
    assert announced_feeds(page(html)) == [
        "https://baomau.example/rss/home.rss",
        "https://baomau.example/atom",
        "https://baomau.example/feed.json",
    ]


def test_feeds_of_comments_are_none():
    html = """<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
    <link rel="alternate" type="application/rss+xml" href="/feed/">"""
    assert announced_feeds(page(html)) == ["https://baomau.example/feed/"]


def test_links_that_are_no_addresses_are_passed_over():
    html = """<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
    <link rel="alternate" type="application/rss+xml" href="http://[">"""
    assert announced_feeds(page(html)) == []


@pytest.mark.parametrize("place", ["/rss.html", "/rss", "/kenh-rss.htm", "/rss-feed"])
def test_page_about_feeds_is_found(place):
    html = f'<a href="/thoi-su/">Thời sự</a><a href="{place}">RSS</a>'
    assert feed_indexes(page(html)) == [f"https://baomau.example{place}"]


def test_feeds_of_an_index_come_by_their_use_to_us():
    html = """<a href="/rss.html">RSS</a><a href="/rss/the-thao.rss">Thể thao</a>
    <a href="/rss/cong-nghe.rss">Công nghệ</a><a href="/rss/kinh-te.rss">Kinh tế</a>
    <a href="/rss/tin-moi-nhat.rss">Tin mới</a><a href="/thoi-su/">Thời sự</a>"""
    assert [link.rpartition("/")[2] for link in linked_feeds(page(html))] == [
        "tin-moi-nhat.rss",
        "cong-nghe.rss",
        "kinh-te.rss",
        "the-thao.rss",
    ]


@pytest.mark.parametrize("find", [announced_feeds, feed_indexes, linked_feeds])
@pytest.mark.parametrize("html", ["", "<p>không có liên kết</p>", "<br " + "a=1 " * 500 + ">"])
def test_page_without_anything_names_nothing(find, html):
    assert find(page(html)) == []


def test_usual_places_are_few_and_of_the_outlet():
    places = [*usual_feeds("https://baomau.example/vi/"), *usual_sitemaps(URL)]
    assert all(place.startswith(URL) for place in places)
    assert len(places) <= 12
