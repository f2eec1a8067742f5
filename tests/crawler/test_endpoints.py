from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.documents import Entry
from crawler.endpoints import (
    LATEST_ENTRIES,
    LATEST_PAGES,
    LATEST_SHARDS,
    MAX_DEPTH,
    MOST_PAGES,
    MOST_SHARDS,
    PAST_PAGES,
    TOO_DEEP,
    Answer,
    Endpoint,
    Scope,
    endpoints_of,
    page_behind,
    read_answer,
    wanted_entries,
    wanted_shards,
)
from crawler.feeds import MAX_ENTRIES
from crawler.listings import MAX_LINKS
from crawler.sources import Source

HOME = "https://baomau.example"
NOW = datetime(2026, 11, 25, 5, tzinfo=UTC)
SOURCE = Source(
    id="bao-mau",
    name="Báo Mẫu",
    homepage=f"{HOME}/",
    article_pattern=r"-\d+\.html$",
    feeds=(f"{HOME}/rss",),
    sitemaps=(f"{HOME}/s-{{YYYY}}-{{M}}.xml",),
    listings=(f"{HOME}/so/?page={{page}}", f"{HOME}/tin"),
)
WEEK = (date(2026, 10, 29), date(2026, 11, 4))
LIST = Endpoint(f"{HOME}/so/?page=1", "listing", pages=f"{HOME}/so/?page={{page}}")
SITEMAP = Endpoint(f"{HOME}/s.xml", "sitemap")


def entries(count):
    return [
        Entry(f"{HOME}/{n}.html", updated_at=NOW - timedelta(hours=count - n)) for n in range(count)
    ]


def shards(count, *, dated=True):
    return tuple(
        (f"{HOME}/part-{n}.xml", NOW - timedelta(days=count - n) if dated else None)
        for n in range(count)
    )


def read(endpoint, body):
    return read_answer(endpoint, body.encode(), endpoint.url, "", NOW)


def test_endpoints_are_those_of_the_day():
    found = [
        endpoint.url
        for endpoint in endpoints_of(SOURCE, frozenset({"feed", "sitemap", "listing"}), NOW.date())
    ]
    assert found == [f"{HOME}/rss", f"{HOME}/s-2026-11.xml", f"{HOME}/so/?page=1", f"{HOME}/tin"]


def test_endpoints_of_a_window_are_those_of_its_days():
    found = endpoints_of(SOURCE, frozenset({"sitemap"}), NOW.date(), WEEK)
    assert [endpoint.url for endpoint in found] == [
        f"{HOME}/s-2026-11.xml",
        f"{HOME}/s-2026-10.xml",
    ]


def test_a_poll_takes_the_latest_of_a_long_sitemap():
    found = wanted_entries(Answer(entries(LATEST_ENTRIES + 50)), SITEMAP, Scope())
    assert len(found) == LATEST_ENTRIES
    assert found[0].url == f"{HOME}/{LATEST_ENTRIES + 49}.html"


@pytest.mark.parametrize("scope", [Scope(full=True), Scope(window=(date(2026, 1, 1), NOW.date()))])
def test_a_sitemap_is_taken_whole_where_that_is_asked(scope):
    assert len(wanted_entries(Answer(entries(300)), SITEMAP, scope)) == 300


def test_a_poll_takes_the_latest_shards_of_an_index():
    found, note = wanted_shards(Answer(shards=shards(20)), Scope())
    assert [endpoint.url[-6:-4] for endpoint in found] == ["19", "18", "17"]
    assert (all(endpoint.depth == 1 for endpoint in found), note) == (True, "")


def test_both_ends_of_an_index_without_dates_are_asked():
    found, _ = wanted_shards(Answer(shards=shards(20, dated=False)), Scope())
    assert len(found) == LATEST_SHARDS
    assert {found[0].url, found[-1].url} == {f"{HOME}/part-0.xml", f"{HOME}/part-19.xml"}


def test_an_index_with_too_many_sitemaps_is_cut_and_says_so():
    found, note = wanted_shards(Answer(shards=shards(MOST_SHARDS + 1)), Scope(full=True))
    assert len(found) == MOST_SHARDS
    assert note == f"{MOST_SHARDS + 1} sitemaps; {MOST_SHARDS} of them are read"


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        pytest.param(
            "feed",
            "<rss><channel>"
            + "<item><link>/a</link></item>" * (MAX_ENTRIES + 1)
            + "</channel></rss>",
            "only the first are read",
            id="feed",
        ),
        pytest.param(
            "listing",
            "".join(f"<a href=/{n}>x</a>" for n in range(MAX_LINKS + 1)),
            "links; what may follow",
            id="listing",
        ),
    ],
)
def test_what_a_limit_cut_off_is_told(kind, body, words):
    (note,) = read(Endpoint(f"{HOME}/x", kind), body).notes
    assert words in note


def test_what_is_read_whole_is_not_noted():
    assert read(LIST, '<a href="/a-1.html">Tin</a>').notes == ()


def test_a_listing_may_be_a_fragment():
    fragment = '<li><a href="/a-1.html">Một</a></li><li><a href="/b-2.html">Hai</a></li>'
    assert [entry.title for entry in read(LIST, fragment).entries] == ["Một", "Hai"]


def test_the_next_page_is_asked_while_there_is_something_unknown():
    second = page_behind(LIST, Scope(), brought=True)
    assert second.url == f"{HOME}/so/?page=2"
    assert page_behind(second, Scope(), brought=True).url == f"{HOME}/so/?page=3"
    assert page_behind(second, Scope(), brought=False) is None


@pytest.mark.parametrize(
    ("scope", "most"),
    [(Scope(), LATEST_PAGES), (Scope(full=True), MOST_PAGES), (Scope(window=WEEK), PAST_PAGES)],
)
def test_the_number_of_pages_is_bounded(scope, most):
    page = LIST
    while further := page_behind(page, scope, brought=True):
        page = further
    assert page.url == f"{HOME}/so/?page={most}"


def test_a_list_without_pages_has_one():
    assert page_behind(Endpoint(f"{HOME}/tin", "listing"), Scope(), brought=True) is None


def test_an_index_below_too_many_others_is_not_followed():
    index = b"<sitemapindex><sitemap><loc>/tiep.xml</loc></sitemap></sitemapindex>"
    url = "https://bao.example/sitemap.xml"
    below, too_deep = (
        read_answer(Endpoint(url, "sitemap", depth), index, url, "", NOW)
        for depth in (MAX_DEPTH - 1, MAX_DEPTH)
    )
    assert [address for address, _ in below.shards] == ["https://bao.example/tiep.xml"]
    assert (too_deep.shards, too_deep.notes) == ((), (TOO_DEEP,))
