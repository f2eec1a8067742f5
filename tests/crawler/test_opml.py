import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import FeedError
from crawler.opml import MAX_OPML_BYTES, MAX_OUTLINES, Outline, read_opml, write_opml

MAU = Outline("Báo Mẫu & Sông", "https://baomau.example/rss?a=1&b=2", "https://baomau.example/")
KHAC = Outline("Báo > 'Khác'", "https://baokhac.example/feed/", "https://baokhac.example/")


def opml(body):
    return f"<?xml version='1.0'?><opml version='1.0'><body>{body}</body></opml>".encode()


def read(body):
    return read_opml(opml(body), "danh-sach.opml")


def test_what_is_written_is_read_back():
    written = write_opml("Điểm Báo", {"press": [MAU], "official": [KHAC]})
    assert read_opml(written, "x.opml") == [MAU, KHAC]


@given(st.text(st.characters(blacklist_categories=("C", "Z"), blacklist_characters="<>&;")))
def test_any_title_makes_a_readable_list(title):
    written = write_opml(title, {title: [Outline(title, MAU.feed)]})
    assert [outline.feed for outline in read_opml(written, "x.opml")] == [MAU.feed]


def test_folders_are_opened_and_each_feed_told_once():
    found = read("""<outline text="Báo"><outline text="Sâu"><outline text="Mẫu" type="rss"
        XMLURL="https://baomau.example/rss"/></outline></outline>
        <outline title="Lại" xmlUrl="https://baomau.example/rss"/>""")
    assert found == [Outline("Mẫu", "https://baomau.example/rss")]


@pytest.mark.parametrize(
    "feed",
    ["", "javascript:alert(1)", "file:///etc/passwd", "https://a b.vn/", "https://u:p@a.vn/rss",
     "https://a.vn:99999/rss", "https://a.vn/{YYYY}"],
)  # fmt: skip
def test_what_is_no_web_address_is_no_feed(feed):
    assert read(f'<outline text="x" xmlUrl="{feed}"/>') == []


def test_bad_homepage_is_left_out():
    assert read('<outline text="x" xmlUrl="https://a.vn/rss" htmlUrl="a.vn"/>') == [
        Outline("x", "https://a.vn/rss")
    ]


def test_title_is_plain_text_of_bounded_length():
    found = read(f"<outline text='&lt;b&gt;Mẫu&lt;/b&gt; {'x' * 900}' xmlUrl='https://a.vn/rss'/>")
    assert found[0].title.startswith("Mẫu x")
    assert len(found[0].title) <= 200


def test_list_that_breaks_off_gives_what_came_before():
    body = opml('<outline text="Mẫu" xmlUrl="https://baomau.example/rss"/>')[:-12]
    assert len(read_opml(body, "x.opml")) == 1


def test_number_of_feeds_is_bounded():
    many = "".join(f"<outline xmlUrl='https://a.vn/{n}'/>" for n in range(MAX_OUTLINES + 500))
    assert len(read(many)) == MAX_OUTLINES


BOMB = b"<!DOCTYPE opml [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><opml><body>&b;</body></opml>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty answer"),
        (b"<html><body>", "HTML page"),
        (b"<rss version='2.0'/>", "root is <rss>"),
        (b"\x89PNG\r\n", "malformed"),
        (BOMB, "entities"),
        (opml("<outline text='a'>" * 200), "nested deeper"),
        (opml("<outline/>" * 30_000), "over 20000 elements"),
        (b"<opml>" + b" " * MAX_OPML_BYTES, "more than 4 MiB"),
    ],
    ids=["nothing", "html", "rss", "picture", "entities", "depth", "elements", "size"],
)
def test_what_is_no_opml_is_named_in_one_line(body, words):
    with pytest.raises(FeedError, match=words) as caught:
        read_opml(body, "danh-sach.opml")
    assert str(caught.value).startswith("danh-sach.opml: no OPML: ")
    assert "\n" not in str(caught.value)
