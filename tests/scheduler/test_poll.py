import asyncio
import gc
import shutil
from datetime import timedelta

import aiohttp
import pytest

from crawler.crawl import STOP_SECONDS
from diembao.demo.newsroom import Newsroom
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED
from scheduler.poll import due_sources, enabled_sources, record_run, regular_plan
from storage import candidates, events, polling, runs
from storage.candidates import Sighting
from storage.tables import CandidateRow
from tests.scheduler.conftest import open_office
from tests.scheduler.waiting import until

OUTLETS = sorted(path.stem for path in (SHIPPED / "outlets").glob("*.toml"))
REVISED = "thuongcangmoi/kinh-te-so-dong-gop-grdp-77124"
OUTLET = "dothisophuongnam"  # the one with the fewest articles
FEED = "/web/do-thi-so/feed.json"
FIRST = "dothisophuongnam/cong-du-lieu-mo-cap-nhat-1-400-bo-du-lieu-10513"


def accounts(report):
    """Whether each candidate was fetched, or skipped for a reason that is told."""
    outcomes = report.as_json()
    fetched = sum(outcomes[name] for name in (
        "new", "revised", "unchanged", "exact_duplicates", "near_duplicates", "seed_duplicates",
        "off_topic", "no_article",
    ))  # fmt: skip
    assert report.counts["fetched"] == fetched
    return report.counts["discovered"] == fetched + sum(report.skipped.values())


def state(office, source):
    with office.database.reading() as session:
        return polling.states(session)[source]


def asked(newsroom):
    return [asked.path for asked in newsroom.requests]


@pytest.mark.parametrize("outlet", OUTLETS)
async def test_first_poll_stores_every_article_and_accounts_for_it(office, newsroom, outlet):
    report = await office.poll(outlet)
    assert not report.errors
    assert accounts(report)
    assert set(office.articles()) == {item.url for item in newsroom.items(outlet)}


@pytest.mark.parametrize("outlet", ["bennghemoi", "nhipphosong", "vamsong"])
async def test_second_poll_asks_conditionally_and_fetches_nothing(office, newsroom, outlet):
    await office.poll(outlet)
    newsroom.requests.clear()
    report = await office.poll(outlet)
    again = [a for a in newsroom.requests if a.path != "/robots.txt"]
    assert again
    assert {a.status for a in again} == {304}
    assert all(a.if_none_match and a.if_modified_since for a in again)
    assert (report.counts["fetched"], report.counts["discovered"]) == (0, 0)
    assert report.counts["not_modified"] == len(again)


async def test_poll_does_the_same_on_both_databases(newsroom, database, readers, clock, tmp_path):
    office = open_office(newsroom, database, readers, clock, tmp_path)
    for outlet in ("thuongcangmoi", "bennghemoi"):
        report = await office.poll(outlet)
        assert accounts(report)
    with office.database.reading() as session:
        told = events.after(session, 0, 1000)
    news = [article.id for article in office.articles().values() if article.status == "new"]
    assert sorted(event.article_id for event in told) == sorted(news)
    assert "near_duplicate" in {article.status for article in office.articles().values()}


async def test_full_poll_asks_unconditionally_and_fetches_nothing_known(office, newsroom):
    await office.poll(OUTLET)
    newsroom.requests.clear()
    report = await office.poll(OUTLET, full=True)
    assert [a.status for a in newsroom.requests] == [200, 200]
    assert dict(report.skipped) == {"known": report.counts["discovered"]}


async def test_revised_article_is_noticed(office, newsroom):
    await office.poll("thuongcangmoi")
    newsroom.revise(REVISED)
    report = await office.poll("thuongcangmoi")
    assert (report.counts["fetched"], report.counts["revised"]) == (1, 1)
    assert accounts(report)
    article = office.articles()[newsroom.article_address(REVISED)]
    assert article.title == newsroom.articles[REVISED].revised.title
    assert article.revised_at is not None


async def test_article_published_later_is_found(office, newsroom):
    newsroom.withdraw(FIRST)
    await office.poll(OUTLET)
    assert newsroom.article_address(FIRST) not in office.articles()
    newsroom.publish(FIRST)
    report = await office.poll(OUTLET)
    assert report.counts["fetched"] == 1
    assert newsroom.article_address(FIRST) in office.articles()


@pytest.mark.parametrize(
    ("fault", "words", "skipped"),
    [
        pytest.param("not_found", "HTTP 404", "failed", id="not-there"),
        pytest.param("error", "HTTP 500", "failed", id="server-error"),
        pytest.param("empty", "", "", id="empty-page"),
        pytest.param("html", "", "", id="page-without-an-article"),
    ],
)
async def test_page_out_of_order_is_named_and_the_rest_goes_on(
    office, newsroom, fault, words, skipped
):
    newsroom.break_article(FIRST, fault)
    report = await office.poll(OUTLET)
    (error,) = report.errors
    assert error["url"] == newsroom.article_address(FIRST)
    assert words in error["error"]
    assert report.skipped["failed"] == (1 if skipped else 0)
    assert report.counts["no_article"] == (0 if skipped else 1)
    assert len(office.articles()) == len(newsroom.items(OUTLET)) - 1
    assert accounts(report)
    with office.database.reading() as session:
        row = session.get(CandidateRow, newsroom.article_address(FIRST))
    assert row.status == "pending"  # it is looked at again: it may have been a bad moment


async def test_page_that_failed_is_fetched_once_it_is_mended_and_due(office, newsroom, clock):
    newsroom.break_article(FIRST, "error")
    await office.poll(OUTLET)
    newsroom.mend()
    assert (await office.poll(OUTLET)).counts["fetched"] == 0
    clock.go_on(minutes=6)
    report = await office.poll(OUTLET)
    assert report.counts["fetched"] == 1
    assert newsroom.article_address(FIRST) in office.articles()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param("html", "HTML", id="html-instead"),
        pytest.param("empty", "empty", id="empty"),
        pytest.param("error", "HTTP 500", id="server-error"),
        pytest.param("not_found", "HTTP 404", id="not-found"),
    ],
)
async def test_feed_out_of_order_is_a_failure_that_is_told(office, newsroom, fault, words):
    newsroom.break_feed(OUTLET, fault)
    report = await office.poll(OUTLET)
    (error,) = report.errors
    assert error["url"] == newsroom.address(OUTLET) + FEED
    assert words in error["error"]
    assert report.failed_wholly
    assert state(office, OUTLET).last_error == error["error"]


async def test_feed_is_asked_in_full_after_a_failure(office, newsroom):
    await office.poll(OUTLET)
    newsroom.break_feed(OUTLET, "html")
    await office.poll(OUTLET)
    newsroom.mend()
    newsroom.requests.clear()
    report = await office.poll(OUTLET)
    assert [a.status for a in newsroom.requests] == [200]
    assert dict(report.skipped) == {"known": report.counts["discovered"]}
    assert state(office, OUTLET).last_error is None


async def test_source_that_is_down_is_told(office, newsroom):
    await newsroom.stop()
    report = await office.poll(OUTLET)
    assert report.failed_wholly
    assert [error["url"] for error in report.errors] == [newsroom.address(OUTLET) + FEED]


async def test_what_robots_txt_forbids_is_left_alone_and_counted(
    sqlite_database, readers, clock, tmp_path
):
    slug = load_articles(SHIPPED)[FIRST].slug
    folder = newsroom_folder(tmp_path, "Disallow: /c/portal/", f"Disallow: /web/do-thi-so/-/{slug}")
    async with Newsroom(clock.now, folder) as newsroom:
        office = open_office(newsroom, sqlite_database, readers, clock, tmp_path)
        report = await office.poll(OUTLET)
        assert dict(report.skipped) == {"robots": 1}
        assert not report.errors
        assert newsroom.article_address(FIRST) not in office.articles()
        assert not [asked for asked in newsroom.requests if slug in asked.path]


def newsroom_folder(tmp_path, found, put):
    """A copy of the newsroom with other words in the outlet's file."""
    folder = tmp_path / "newsroom"
    for name in ("outlets", "articles"):
        shutil.copytree(SHIPPED / name, folder / name)
    shutil.copy(SHIPPED / "seed.txt", folder)
    path = folder / "outlets" / f"{OUTLET}.toml"
    path.write_text(path.read_text("utf-8").replace(found, put), "utf-8")
    return folder


async def test_stopped_poll_leaves_its_candidates_to_the_next(office, newsroom):
    newsroom.break_article(FIRST, "hang")
    stopped = asyncio.create_task(office.poll(OUTLET))
    address = newsroom.address(OUTLET)
    await until(lambda: newsroom.article_address(FIRST) in {address + p for p in asked(newsroom)})
    stopped.cancel()
    async with asyncio.timeout(STOP_SECONDS + 3):
        with pytest.raises(asyncio.CancelledError):
            await stopped
    assert open_sessions() == []
    newsroom.mend()
    with office.database.reading() as session:
        waiting = candidates.pending(session, OUTLET, office.desk.clock(), 100)
        assert newsroom.article_address(FIRST) in {row.canonical_url for row in waiting}
    report = await office.poll(OUTLET)
    assert accounts(report)
    assert set(office.articles()) == {item.url for item in newsroom.items(OUTLET)}
    assert state(office, OUTLET).lease_by is None


def open_sessions():
    found = [thing for thing in gc.get_objects() if isinstance(thing, aiohttp.ClientSession)]
    return [session for session in found if not session.closed]


async def test_source_that_hangs_holds_up_no_other(office, newsroom):
    newsroom.break_feed("vamsong", "hang")
    hanging = asyncio.create_task(office.poll("vamsong"))
    async with asyncio.timeout(20):
        reports = await asyncio.gather(*(office.poll(o) for o in OUTLETS if o != "vamsong"))
    assert not [report for report in reports if report.errors]
    assert not hanging.done()
    await newsroom.stop()
    assert (await hanging).failed_wholly


async def test_limit_leaves_the_rest_for_the_next_poll(office, newsroom):
    report = await office.poll(OUTLET, limit=3)
    assert (report.counts["fetched"], report.skipped["limit"]) == (3, 5)
    assert accounts(report)
    again = await office.poll(OUTLET)
    assert again.counts["fetched"] == 5
    assert len(office.articles()) == 8


async def test_single_address_is_fetched_by_hand(office, newsroom):
    address = newsroom.article_address(FIRST)
    report = await office.poll(OUTLET, urls=(address, f"{address}?utm_source=zalo"))
    assert (report.counts["discovered"], report.counts["fetched"]) == (1, 1)
    assert list(office.articles()) == [address]
    assert state(office, OUTLET).last_checked_at is None


async def test_source_that_another_process_crawls_is_left_to_it(office):
    with office.database.writing() as session:
        now, lease = office.desk.clock(), timedelta(minutes=1)
        polling.claim(session, OUTLET, "elsewhere/1", now, lease)
    report = await office.poll(OUTLET)
    assert "another process" in report.errors[0]["error"]
    assert report.counts["requests"] == 0


async def test_poll_gives_its_lease_back_and_sets_the_next_time(office, clock):
    await office.poll(OUTLET)
    found = state(office, OUTLET)
    assert (found.lease_by, found.failures, found.last_success_at) == (None, 0, clock.now)
    assert timedelta(seconds=1) <= found.next_check_at - clock.now <= timedelta(seconds=2)


async def test_archive_that_fails_is_told_and_nothing_is_lost(office, newsroom):
    with office.database.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE revision RENAME TO elsewhere")
        connection.exec_driver_sql("ALTER TABLE shingle RENAME TO gone")
    report = await office.poll(OUTLET)
    assert "the archive failed" in report.errors[-1]["error"]
    assert "\n" not in report.errors[-1]["error"]
    assert accounts(report)
    assert state(office, OUTLET).failures == 1
    with office.database.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO shingle")
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO revision")
    await office.poll(OUTLET)
    assert len(office.articles()) == len(newsroom.items(OUTLET))


async def test_private_addresses_are_refused_unless_allowed(
    newsroom, sqlite_database, readers, clock, tmp_path
):
    office = open_office(newsroom, sqlite_database, readers, clock, tmp_path, allow_private=False)
    report = await office.poll(OUTLET)
    assert report.failed_wholly
    assert "127.0.0.1 is not a public address" in report.errors[0]["error"]
    assert newsroom.requests == []


async def test_sitemap_is_asked_at_every_poll_where_there_are_no_feeds(office):
    await office.poll("nhipphosong")
    plan = regular_plan(office.desk, office.desk.sources["nhipphosong"])
    assert "sitemap" in plan.endpoints


async def test_due_sources_are_the_enabled_ones_whose_time_has_come(office, clock):
    assert [source.id for source in due_sources(office.desk, 9)] == OUTLETS
    await office.poll(OUTLET)
    with office.database.writing() as session:
        polling.set_enabled(session, "vamsong", enabled=False, now=clock.now)
    found = [source.id for source in due_sources(office.desk, 9)]
    assert found == [o for o in OUTLETS if o not in (OUTLET, "vamsong")]
    clock.go_on(minutes=2)
    assert OUTLET in [source.id for source in due_sources(office.desk, 9)]


def test_switch_by_hand_outweighs_the_file(office, clock):
    with office.database.writing() as session:
        polling.set_enabled(session, "vamsong", enabled=False, now=clock.now)
        states = polling.states(session)
    found = enabled_sources(office.desk.sources, states)
    assert sorted(found) == [o for o in OUTLETS if o != "vamsong"]
    assert enabled_sources(office.desk.sources, {}) == OUTLETS


def test_run_is_recorded_under_an_id_of_its_own(office, clock):
    started = clock.now
    clock.go_on(seconds=90)
    made = [record_run(office.desk, started, {"sources": []}) for _ in range(3)]
    with office.database.reading() as session:
        found = runs.latest(session, 9)
    assert len({run.id for run in found}) == 3
    assert {run.id for run in found} == set(made)
    assert found[0].report["seconds"] == found[0].seconds == 90


@pytest.mark.parametrize("milliseconds", [0, 5, 30, 80])
async def test_poll_stopped_at_any_moment_leaves_no_connection_open(office, milliseconds):
    stopped = asyncio.create_task(office.poll(OUTLET))
    await asyncio.sleep(milliseconds / 1000)
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    assert open_sessions() == []
    assert state(office, OUTLET).lease_by is None


async def test_every_request_that_waits_for_robots_obeys_it(office, newsroom, clock):
    base, items = newsroom.address("vamsong"), newsroom.items("vamsong")
    forbidden = [f"{base}/ban-in{item.path}" for item in items]
    with office.database.writing() as session:
        sightings = [Sighting(url, url, "by hand") for url in forbidden]
        candidates.sight(session, "vamsong", sightings, clock.now)
    report = await office.poll("vamsong")
    assert report.skipped["robots"] == len(forbidden)
    assert not [path for path in asked(newsroom) if path.startswith("/ban-in/")]


async def test_source_whose_robots_cannot_be_read_is_left_alone(office, newsroom):
    newsroom.break_robots(OUTLET, "error")
    report = await office.poll(OUTLET)
    assert report.failed_wholly
    assert report.errors[0]["error"] == "robots.txt: HTTP 500"
    assert set(asked(newsroom)) == {"/robots.txt"}
