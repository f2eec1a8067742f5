"""Backfills: the days asked for and no others, nothing twice, told to nobody, polls first."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from crawler.crawl import HostQueue
from crawler.errors import SourceError
from crawler.spider import Plan
from scheduler import backfilling, seeing_through
from scheduler.backfilling import begin, piece
from scheduler.poll import poll
from scheduler.seeing_through import see_through
from storage import backfills, events
from storage.backfill_accounts import account
from storage.stories import get as story_of
from storage.tables import Article, CandidateRow
from tests.diembao.press import filler
from tests.scheduler.test_discovery import asked, office_with, put
from tests.scheduler.waiting import until
from tests.servers import outlet as servers

OCTOBER = (date(2025, 10, 1), date(2025, 10, 31))
SITEMAPS = "sitemaps = ['BASE/sitemap.xml']"
FEED = "feeds = ['BASE/rss']\n"
PAGES = "listings = ['BASE/so/trang-{page}']"


@pytest.fixture
async def outlet():
    async with servers.outlet() as running:
        yield running


@pytest.fixture
def make(outlet, database, readers, clock, tmp_path):
    def made(places):
        return office_with(outlet, places, database, readers, clock, tmp_path)

    return made


@pytest.fixture
def make_simply(outlet, sqlite_database, readers, clock, tmp_path):
    def made(places):
        return office_with(outlet, places, sqlite_database, readers, clock, tmp_path)

    return made


def put_sitemap(outlet, name, days, *, article=True):
    """A sitemap of one article a day; each day's article is there, too."""
    urls = "".join(
        f"<url><loc>BASE/bai-{day.replace('-', '')}.html</loc><lastmod>{day}</lastmod></url>"
        for day in days
    )
    put(outlet, f"/{name}.xml", f"<urlset>{urls}</urlset>")
    for day in days if article else ():
        put_article(outlet, day.replace("-", ""), day)


def put_article(outlet, number, day):
    head = f'<meta property="article:published_time" content="{day}T05:00:00Z">'
    body = "".join(f"<p>{part}</p>" for part in filler(int(number)).split("\n\n"))
    outlet.article(f"/bai-{number}.html", title=f"Bài số {number}", head=head, body=body)


def put_index(outlet, *names, at="sitemap"):
    parts = "".join(f"<sitemap><loc>BASE/{name}.xml</loc></sitemap>" for name in names)
    put(outlet, f"/{at}.xml", f"<sitemapindex>{parts}</sitemapindex>")


def put_feed(outlet, name, title="Bài"):
    item = f"<item><title>{title}</title><link>BASE/{name}.html</link></item>"
    put(outlet, "/rss", f"<rss version='2.0'><channel>{item}</channel></rss>")


async def fill(office, window=OCTOBER, pieces=60):
    """Do a backfill to its end; gives its account."""
    backfill, _ = begin(office.desk, office.desk.sources["mau"], window)
    for _ in range(pieces):
        step = await piece(office.desk, backfill)
        if step.over:
            break
        left = step.next_at - office.desk.clock()
        office.desk.clock.go_on(seconds=max(0.0, left.total_seconds()))
    return told(office, backfill)


def told(office, backfill):
    with office.database.reading() as session:
        return account(session, backfills.get(session, backfill))


def stored(office):
    return sorted(url.rpartition("/")[2] for url in office.articles())


def files(outlet, ending):
    return sorted(path.strip("/") for path in asked(outlet) if path.endswith(ending))


async def test_only_sitemaps_and_articles_of_the_days_are_asked(outlet, make):
    office = make(SITEMAPS)
    put_index(outlet, "s-2025-09", "s-2025-10-1-15", "s-2025-10-16-31", "s-2025-11")
    put_sitemap(outlet, "s-2025-10-1-15", ["2025-10-02", "2025-10-11"])
    put_sitemap(outlet, "s-2025-10-16-31", ["2025-10-20", "2025-10-31"])
    account = await fill(office, (date(2025, 10, 10), date(2025, 10, 25)))
    assert files(outlet, ".xml") == ["s-2025-10-1-15.xml", "s-2025-10-16-31.xml", "sitemap.xml"]
    assert stored(office) == ["bai-20251011.html", "bai-20251020.html"]
    assert (account.status, account.discovered, account.outcomes["new"]) == ("done", 2, 2)
    assert (account.failed, account.places) == (0, 3)


async def test_indexes_that_indexes_lead_to_are_followed(outlet, make_simply):
    office = make_simply(SITEMAPS)
    put_index(outlet, "nam-2024", "nam-2025")
    put_index(outlet, "s-2025-09", "s-2025-10", at="nam-2025")
    put_sitemap(outlet, "s-2025-10", ["2025-10-02"])
    assert (await fill(office)).places == 3
    assert stored(office) == ["bai-20251002.html"]
    assert files(outlet, ".xml") == ["nam-2025.xml", "s-2025-10.xml", "sitemap.xml"]


async def test_indexes_that_lead_to_one_another_come_to_an_end(outlet, make_simply):
    office = make_simply(SITEMAPS)
    put_index(outlet, "a", "sitemap")
    put_index(outlet, "sitemap", "a", at="a")
    assert (await fill(office)).places == 2


async def test_placeholders_are_filled_in_for_all_days_of_the_past(outlet, make_simply):
    office = make_simply("sitemaps = ['BASE/s-{YYYY}-{M}-{D1}-{D2}.xml']")
    await fill(office, (date(2025, 10, 27), date(2025, 11, 3)))
    assert files(outlet, ".xml") == ["s-2025-10-26-31.xml", "s-2025-11-1-5.xml"]


async def test_nobody_is_told_of_what_a_backfill_brings(outlet, make):
    office = make(SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02", "2025-10-03"])
    await fill(office)
    with office.database.reading() as session:
        assert events.last_id(session) == 0
        assert {row.status for row in session.exec(select(Article))} == {"new"}
        assert session.exec(select(Article.next_look_at)).all() == [None, None]


async def test_what_is_known_is_neither_fetched_nor_changed(outlet, make):
    office = make(SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02"])
    await office.poll("mau")
    with office.database.reading() as session:
        before = session.exec(select(Article)).one().model_dump()
        said = session.exec(select(CandidateRow)).one().model_dump()
    outlet.asked.clear()
    account = await fill(office)
    assert asked(outlet) == ["/sitemap.xml"]
    assert (account.discovered, account.fetched, account.skipped) == (1, 0, {"known": 1})
    with office.database.reading() as session:
        assert session.exec(select(Article)).one().model_dump() == before
        assert session.exec(select(CandidateRow)).one().model_dump() == said


async def test_known_article_under_another_address_is_left_alone(outlet, make_simply):
    office = make_simply(SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02"])
    await office.poll("mau")
    put_article(outlet, "20251002", "2025-10-02")
    outlet.redirect("/bai-1.html", "/bai-20251002.html", status=301)
    put(outlet, "/sitemap.xml", "<urlset><url><loc>BASE/bai-1.html</loc></url></urlset>")
    account = await fill(office)
    assert (account.outcomes["unchanged"], account.outcomes["new"]) == (1, 0)
    with office.database.reading() as session:
        assert [event.type for event in events.after(session, 0, 9)] == ["article.published"]


async def test_poll_takes_over_what_waits_for_a_backfill_and_tells_of_it(outlet, make):
    office = make(FEED + SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02", "2025-10-03"])
    backfill, _ = begin(office.desk, office.desk.sources["mau"], OCTOBER)
    await piece(office.desk, backfill)
    put_feed(outlet, "bai-20251003")
    await office.poll("mau", endpoints=frozenset({"feed"}))
    assert stored(office) == ["bai-20251003.html"]
    assert (await fill(office)).discovered == 1
    with office.database.reading() as session:
        (event,) = events.after(session, 0, 9)
        assert session.get(Article, event.article_id).canonical_url.endswith("bai-20251003.html")
    assert len(asked(outlet)) == len({*asked(outlet)})


async def test_later_revision_of_a_backfilled_article_is_kept_and_told_to_nobody(
    outlet, make_simply
):
    office = make_simply(FEED + SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02"])
    await fill(office)
    body = f"<p>{filler(4)}</p>"
    outlet.article("/bai-20251002.html", title="Bài số 20251002 nay đã khác", body=body)
    for title in ("Tên cũ", "Tên mới"):
        put_feed(outlet, "bai-20251002", title)
        await office.poll("mau", endpoints=frozenset({"feed"}))
    with office.database.reading() as session:
        assert session.exec(select(Article.revised_at)).one() is not None
        assert events.last_id(session) == 0


async def test_older_original_is_the_storys_first_and_statuses_stay(outlet, make):
    office = make(FEED + SITEMAPS)
    body = f"<p>{filler(1)}</p>"
    for number, day in (("7", "2025-11-20"), ("3", "2025-10-02")):
        head = f'<meta property="article:published_time" content="{day}T05:00:00Z">'
        outlet.article(f"/bai-{number}.html", head=head, body=body)
    put_feed(outlet, "bai-7")
    await office.poll("mau", endpoints=frozenset({"feed"}))
    put(outlet, "/sitemap.xml", "<urlset><url><loc>BASE/bai-3.html</loc></url></urlset>")
    await fill(office)
    late, early = (office.articles()[f"{outlet.base}/bai-{n}.html"] for n in (7, 3))
    assert (late.status, early.status) == ("new", "exact_duplicate")
    assert early.story_id == late.story_id
    with office.database.reading() as session:
        assert story_of(session, late.story_id).first_article_id == early.id


async def test_interrupted_it_goes_on_and_asks_nothing_twice(outlet, make, monkeypatch):
    monkeypatch.setattr(backfilling, "PIECE_PAGES", 3)
    office = make(SITEMAPS)
    days = [f"2025-10-{day:02}" for day in range(1, 10)]
    put_sitemap(outlet, "sitemap", days)
    backfill, resumed = begin(office.desk, office.desk.sources["mau"], OCTOBER)
    for _ in range(2):
        await piece(office.desk, backfill)
    assert (resumed, len(office.articles())) == (False, 3)
    assert begin(office.desk, office.desk.sources["mau"], OCTOBER) == (backfill, True)
    account = await fill(office)
    assert len(asked(outlet)) == len({*asked(outlet)}) == 10
    assert (account.outcomes["new"], account.status) == (9, "done")


async def test_piece_cut_off_in_the_middle_loses_nothing(outlet, make_simply):
    office = make_simply(SITEMAPS)
    put_sitemap(outlet, "sitemap", [f"2025-10-{day:02}" for day in range(1, 10)])
    backfill, _ = begin(office.desk, office.desk.sources["mau"], OCTOBER)
    await piece(office.desk, backfill)
    cut = asyncio.create_task(piece(office.desk, backfill))
    await until(lambda: len(office.articles()) > 1)
    cut.cancel()
    await asyncio.gather(cut, return_exceptions=True)
    account = await fill(office)
    assert (account.outcomes["new"], account.failed) == (9, 0)


async def test_done_it_may_be_begun_anew_and_finds_what_has_been_added(outlet, make_simply):
    office = make_simply(SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02"])
    await fill(office)
    put_sitemap(outlet, "sitemap", ["2025-10-02", "2025-10-03"])
    account = await fill(office)
    assert (account.discovered, account.fetched, account.skipped) == (2, 1, {"known": 1})


async def test_what_could_not_be_had_is_tried_again_and_then_named(outlet, make_simply):
    office = make_simply(SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02", "2025-10-03", "2025-10-04"])
    outlet.pages["/bai-20251003.html"] = (500, {}, b"")
    outlet.pages["/bai-20251004.html"] = (404, {}, b"")
    account = await fill(office)
    assert account.errors == [
        (f"{outlet.base}/bai-20251003.html", "HTTP 500"),
        (f"{outlet.base}/bai-20251004.html", "HTTP 404"),
    ]
    assert (account.status, account.failed, account.outcomes["new"]) == ("done", 2, 1)
    assert asked(outlet).count("/bai-20251004.html") == 1
    outlet.article("/bai-20251003.html")
    assert (await fill(office)).outcomes["new"] == 1


async def test_outlet_that_is_down_costs_no_article(outlet, make_simply):
    office = make_simply(SITEMAPS)
    days = [f"2025-10-{day:02}" for day in range(1, 10)]
    put_sitemap(outlet, "sitemap", days)
    for day in days:
        outlet.pages[f"/bai-{day.replace('-', '')}.html"] = (500, {}, b"")
    account = await fill(office)
    assert (account.status, account.reason, account.failed) == ("stuck", "HTTP 500", 0)
    for day in days:
        put_article(outlet, day.replace("-", ""), day)
    account = await fill(office)
    assert (account.status, account.outcomes["new"], account.failed) == ("done", 9, 0)


async def test_sitemap_that_is_not_there_is_named(outlet, make_simply):
    office = make_simply(SITEMAPS)
    put_index(outlet, "s-2025-10-1-15", "s-2025-10-16-31")
    put_sitemap(outlet, "s-2025-10-1-15", ["2025-10-02"])
    account = await fill(office)
    assert account.errors == [(f"{outlet.base}/s-2025-10-16-31.xml", "HTTP 404")]
    assert (account.places_failed, account.outcomes["new"]) == (1, 1)


def put_list(outlet, page, days, *, side=()):
    links = "".join(f'<a href="/bai-{day.replace("-", "")}.html">Bài {day}</a>' for day in days)
    beside = "".join(f'<a href="/bai-{number}.html">Nhiều người đọc</a>' for number in side)
    put(outlet, f"/so/trang-{page}", f"<main>{links}</main><aside>{beside}</aside>")
    for day in days:
        put_article(outlet, day.replace("-", ""), day)


def put_lists(outlet):
    """Five pages of four articles each, one every five days, from November back to August."""
    newest = date(2025, 11, 20)
    days = [(newest - timedelta(days=5 * back)).isoformat() for back in range(20)]
    for page in range(5):
        put_list(outlet, page + 1, days[4 * page : 4 * page + 4], side=("1", "2"))
    for number in ("1", "2"):
        put_article(outlet, number, "2025-11-27")
    return days


async def test_list_is_followed_from_the_days_on_until_it_is_older(outlet, make):
    office = make(PAGES)
    days = put_lists(outlet)
    await fill(office, (date(2025, 10, 10), date(2025, 10, 22)))
    pages = [path for path in asked(outlet) if path.startswith("/so/")]
    assert pages == [f"/so/trang-{page}" for page in (1, 2, 3, 4)]
    within = {
        f"bai-{day.replace('-', '')}.html" for day in days if "2025-10-10" <= day <= "2025-10-22"
    }
    assert within <= {*stored(office)}
    assert len(asked(outlet)) == len({*asked(outlet)})


async def test_of_pages_later_than_the_days_only_some_articles_are_fetched(outlet, make_simply):
    office = make_simply(PAGES)
    for page in range(1, 4):
        put_list(outlet, page, [f"2025-11-{29 - 9 * page + at:02}" for at in range(9)])
    await fill(office)
    assert len(office.articles()) == 9
    with office.database.reading() as session:
        assert not session.exec(select(CandidateRow).where(CandidateRow.status == "held")).all()


async def test_list_ends_where_a_page_shows_what_the_one_before_did(outlet, make_simply):
    office = make_simply(PAGES)
    put_list(outlet, 1, ["2025-10-20", "2025-10-19"])
    for page in (2, 3, 4, 5):
        put_list(outlet, page, ["2025-10-18", "2025-10-17"])
    account = await fill(office)
    assert [path for path in asked(outlet) if path.startswith("/so/")] == [
        "/so/trang-1", "/so/trang-2", "/so/trang-3",
    ]  # fmt: skip
    assert account.outcomes["new"] == 4


async def test_source_without_sitemaps_and_lists_is_refused(outlet, make_simply):
    office = make_simply(FEED)
    with pytest.raises(SourceError, match="mau: neither sitemaps nor listings"):
        begin(office.desk, office.desk.sources["mau"], OCTOBER)


async def test_while_others_hold_the_source_nothing_is_done(outlet, make):
    office = make(SITEMAPS)
    put_sitemap(outlet, "sitemap", ["2025-10-02"])
    backfill, _ = begin(office.desk, office.desk.sources["mau"], OCTOBER)
    async with office.desk.holder.hold(office.desk.sources["mau"], timedelta(0)):
        other = office_of_another(office)
        step = await piece(other.desk, backfill)
    assert (step.worked, step.over, asked(outlet)) == (False, False, [])


def office_of_another(office):
    desk = replace(office.desk, owner="elsewhere/1", hosts=HostQueue())
    return type(office)(desk)


async def test_poll_that_is_due_comes_between_two_pieces(outlet, make_simply, clock, monkeypatch):
    monkeypatch.setattr(backfilling, "PIECE_PAGES", 2)
    monkeypatch.setattr(seeing_through, "WAY_SECONDS", 0.7)
    office = make_simply(SITEMAPS)
    put_sitemap(outlet, "sitemap", [f"2025-10-{day:02}" for day in range(1, 10)])
    desk, other = office.desk, office_of_another(office).desk
    backfill, _ = begin(desk, desk.sources["mau"], OCTOBER)
    filling = asyncio.create_task(see_through(desk, [backfill], 1))
    await until(office.articles)
    clock.go_on(minutes=1)
    plan = Plan(day=clock.now.date(), endpoints=frozenset())
    report = await poll(other, desk.sources["mau"], plan, timedelta(seconds=20))
    assert (report.errors, filling.done()) == ([], False)
    await filling
    assert len(office.articles()) == 9
