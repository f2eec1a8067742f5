from datetime import UTC, date, datetime

import pytest

from crawler.documents import Entry
from crawler.windows import days_of, entries_within, expansions, may_hold, shards_within

HOME = "https://baomau.example"
WINDOW = (date(2026, 11, 3), date(2026, 11, 12))


def noon(month, day):
    return datetime(2026, month, day, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [
        pytest.param("/sitemaps-2026-11-21-25.xml", (2026, 11, 21), (2026, 11, 25), id="five-days"),
        pytest.param("/sitemaps-2026-2-26-28.xml", (2026, 2, 26), (2026, 2, 28), id="month-end"),
        pytest.param("/sitemaps-2026-2-26-31.xml", (2026, 2, 26), (2026, 2, 28), id="beyond-end"),
        pytest.param("/sitemaps/news-2026-11.xml", (2026, 11, 1), (2026, 11, 30), id="month"),
        pytest.param("/news-2026-3.xml.gz", (2026, 3, 1), (2026, 3, 31), id="short-month"),
        pytest.param("/202602.xml", (2026, 2, 1), (2026, 2, 28), id="packed-month"),
        pytest.param("/20261103.xml", (2026, 11, 3), (2026, 11, 3), id="packed-day"),
        pytest.param("/2026/11/03.xml", (2026, 11, 3), (2026, 11, 3), id="day-as-folders"),
        pytest.param("/s-2026-11-3.xml", (2026, 11, 1), (2026, 11, 30), id="day-or-part"),
        pytest.param("/articles-2026-sitemap.xml?m=11&d=3", (2026, 11, 3), (2026, 11, 3), id="day"),
        pytest.param("/articles-2026-sitemap.xml", (2026, 1, 1), (2026, 12, 31), id="year"),
        pytest.param("/map.xml?yyyy=2026&mm=02", (2026, 2, 1), (2026, 2, 28), id="all-in-query"),
        pytest.param("/sitemap-article-11-2026-01.xml", (2026, 11, 1), (2026, 11, 30), id="part"),
        pytest.param("/map-3-2026.xml", (2026, 3, 1), (2026, 3, 31), id="month-first"),
    ],
)  # fmt: skip
def test_days_are_read_from_a_sitemaps_name(address, first, last):
    assert days_of(HOME + address) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "address",
    ["/post-sitemap12.xml", "/sitemap.xml", "/a-1234567.xml", "/map.xml?m=11&d=3", "/1999-12.xml",
     "/map.xml?yyyy=2026&mm=13", "/123420261103.xml"],
)  # fmt: skip
def test_names_without_days_tell_none(address):
    assert days_of(HOME + address) is None


@pytest.mark.parametrize(
    ("address", "changed", "held"),
    [
        pytest.param("/sitemaps-2026-11-1-5.xml", None, True, id="overlaps-start"),
        pytest.param("/sitemaps-2026-11-11-15.xml", None, True, id="overlaps-end"),
        pytest.param("/sitemaps-2026-11-16-20.xml", None, False, id="behind"),
        pytest.param("/sitemaps-2026-10-26-31.xml", None, False, id="before"),
        pytest.param("/sitemaps-2026-10-26-31.xml", noon(11, 20), False, id="name-before-change"),
        pytest.param("/news-2026-11.xml", None, True, id="month-around"),
        pytest.param("/part-7.xml", noon(11, 2), False, id="not-changed-since"),
        pytest.param("/part-7.xml", noon(11, 20), True, id="changed-since"),
        pytest.param("/part-7.xml", None, True, id="nothing-known"),
    ],
)
def test_a_sitemap_is_asked_only_where_it_may_hold_the_window(address, changed, held):
    assert may_hold(HOME + address, changed, WINDOW) is held


def test_the_shards_of_a_window_are_picked_from_an_index():
    blocks = ("1-5", "6-10", "11-15", "16-20", "21-25", "26-30")
    shards = [(f"{HOME}/sitemaps-2026-11-{block}.xml", noon(11, 30)) for block in blocks]
    assert [url[-8:] for url, _ in shards_within(shards, WINDOW)] == [
        "-1-5.xml",
        "6-10.xml",
        "1-15.xml",
    ]


@pytest.mark.parametrize(
    ("entry", "place", "kept"),
    [
        pytest.param({"published_at": noon(11, 3)}, "/s.xml", True, id="first-day"),
        pytest.param({"published_at": noon(11, 13)}, "/s.xml", False, id="day-behind"),
        pytest.param(
            {"published_at": datetime(2026, 11, 2, 18, tzinfo=UTC)},
            "/s.xml",
            True,
            id="vietnams-day",
        ),
        pytest.param({"updated_at": noon(11, 5)}, "/s.xml", True, id="changed-within"),
        pytest.param({"updated_at": noon(11, 1)}, "/s.xml", False, id="changed-before"),
        pytest.param({"updated_at": noon(11, 20)}, "/s.xml", False, id="changed-behind"),
        pytest.param(
            {"updated_at": noon(11, 20)}, "/s-2026-11-6-10.xml", True, id="old-but-changed-later"
        ),
        pytest.param(
            {"published_at": noon(11, 5), "updated_at": noon(11, 20)},
            "/s.xml",
            True,
            id="published",
        ),
        pytest.param({}, "/s.xml", True, id="no-date"),
    ],
)
def test_entries_are_taken_by_their_day(entry, place, kept):
    found = entries_within([Entry(f"{HOME}/a.html", **entry)], HOME + place, WINDOW)
    assert bool(found) is kept


def test_the_number_in_an_address_tells_the_day_where_nothing_else_does():
    addresses = [f"{HOME}/a-100261104093000123.htm", f"{HOME}/b-100261120093000123.htm"]
    found = entries_within(map(Entry, addresses), f"{HOME}/s.xml", WINDOW)
    assert [entry.url for entry in found] == addresses[:1]


def test_an_address_is_filled_in_once_for_each_month_of_a_window():
    window = (date(2026, 1, 30), date(2026, 3, 2))
    found = list(expansions(f"{HOME}/news-{{YYYY}}-{{M}}.xml", window[1], window))
    assert found == [f"{HOME}/news-2026-{month}.xml" for month in (3, 2, 1)]


def test_an_address_is_filled_in_once_for_each_block_of_five_days():
    window = (date(2024, 2, 19), date(2024, 3, 6))
    found = expansions("/s-{YYYY}-{M}-{D1}-{D2}.xml", window[1], window)
    assert list(found) == [
        "/s-2024-3-6-10.xml", "/s-2024-3-1-5.xml", "/s-2024-2-26-29.xml", "/s-2024-2-21-25.xml",
        "/s-2024-2-16-20.xml",
    ]  # fmt: skip


def test_without_a_window_an_address_is_filled_in_for_the_day():
    assert list(expansions("/{YYYY}/{MM}/{DD}", date(2026, 3, 5))) == ["/2026/03/05"]
    assert list(expansions("/s.xml", date(2026, 3, 5), WINDOW)) == ["/s.xml"]
