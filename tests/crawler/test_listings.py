import gzip
from pathlib import Path

import pytest

from crawler.errors import FeedError
from crawler.listings import MAX_LINKS, read_listing

URL = "https://baomau.example/chuyen-doi-so/"
REAL = Path(__file__).parents[2].parent / "shared" / "real" / "html"
REAL_LISTS = sorted(REAL.glob("*_list.html.gz"))


def links(html):
    return [(entry.url, entry.title) for entry in read_listing(html.encode(), URL)]


def test_links_come_in_order_and_absolute():
    html = '<a href="/b-2.html">Hai</a> <p><a href="a-1.html">Một</a></p>'
    assert links(html) == [
        ("https://baomau.example/b-2.html", "Hai"),
        ("https://baomau.example/chuyen-doi-so/a-1.html", "Một"),
    ]


def test_a_heading_names_the_link_best():
    html = """<a href="/a#anh"><img alt="ảnh"></a><a href="/a">Một lead rất dài của bài viết</a>
    <h3><a href="/a#vn_source=Home">Tiêu đề</a></h3><a href="/a">5 bình luận</a>"""
    assert links(html) == [("https://baomau.example/a", "Tiêu đề")]


def test_a_heading_inside_the_link_names_it():
    html = "<a href='/a'><h2>Tiêu đề</h2><p>Một lead dài hơn tiêu đề.</p></a>"
    assert links(html) == [("https://baomau.example/a", "Tiêu đề")]


def test_a_link_without_text_has_its_label():
    html = "<a href='/a' title='Nhãn'><img></a><a href='/b'><img alt='Ảnh'></a><a href='/c'></a>"
    assert [title for _, title in links(html)] == ["Nhãn", "Ảnh", ""]


def test_the_pages_base_is_respected():
    html = '<base href="https://m.baomau.example/x/"><a href="a">A</a>'
    assert links(html) == [("https://m.baomau.example/x/a", "A")]


def test_a_base_that_leads_nowhere_is_ignored():
    assert links('<base href="javascript:x"><a href="/a">A</a>') == [
        ("https://baomau.example/a", "A")
    ]


def test_links_that_lead_nowhere_are_left_out():
    html = "<a href='#x'>x</a><a href='javascript:void(0)'>y</a><a>z</a><a href='/a'>A</a>"
    assert links(html) == [("https://baomau.example/a", "A")]


def test_the_number_of_links_is_bounded():
    html = "".join(f"<a href='/{number}'>x</a>" for number in range(MAX_LINKS + 10))
    assert len(links(html)) == MAX_LINKS


@pytest.mark.parametrize(
    "body", [pytest.param(b"", id="empty"), pytest.param(b"<p>Khong co gi</p>", id="no-links")]
)
def test_a_page_without_links_is_no_listing(body):
    with pytest.raises(FeedError, match="no listing"):
        read_listing(body, URL)


if REAL_LISTS:

    @pytest.mark.parametrize("path", REAL_LISTS, ids=lambda path: path.name)
    def test_a_real_listing_gives_titled_links(path):
        entries = read_listing(gzip.decompress(path.read_bytes()), "https://bao.example/")
        assert len([entry for entry in entries if len(entry.title) > 30]) >= 25
