"""The ledger of an outlet's server: what crawls may ask, how fast, and how often."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.crawl import Manner
from crawler.sources import read_source
from scheduler.intake import Archive
from scheduler.poll import Desk, poll, register_sources, regular_plan
from storage import polling
from storage.tables import CandidateRow, Host
from tests.scheduler.conftest import THRESHOLD
from tests.servers import outlet as servers

PATIENCE = timedelta(seconds=30)


@pytest.fixture
async def outlet():
    async with servers.outlet() as made:
        yield made


def sources_of(outlet, folder, names=("mot",), **said):
    """Sources that share the outlet's host, each with a feed of its own."""
    found = {}
    for name in names:
        path = folder / f"{name}.toml"
        path.write_text(outlet.source_file(f"Báo {name}", f"/{name}.json", **said), "utf-8")
        found[name] = read_source(path)
    return found


def desk_of(sources, database, readers, clock, owner="máy này/1"):
    """A desk as another process would have it: with an owner and a queue of its own."""
    archive = Archive(database, sources, [], THRESHOLD, readers, clock)
    desk = Desk(archive, Manner("diembao-test", allow_private=True), owner)
    register_sources(desk)
    return desk


async def crawl(desk, name, patience=PATIENCE, **plan):
    source = desk.sources[name]
    return await poll(desk, source, replace(regular_plan(desk, source), **plan), patience)


def pauses(outlet):
    moments = [moment for moment, _, _ in outlet.asked]
    return [later - earlier for earlier, later in itertools.pairwise(moments)]


def publish(outlet, name, count):
    for number in range(count):
        path = f"/{name}-post{number}.html"
        outlet.article(path, title=f"Kho dữ liệu {name} {number}")
        outlet.announce(path, feed=f"/{name}.json")


async def test_robots_txt_is_asked_once_an_hour(outlet, database, readers, clock, tmp_path):
    publish(outlet, "mot", 1)
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    for _ in range(3):
        await crawl(desk, "mot")
    assert outlet.paths.count("/robots.txt") == 1
    clock.go_on(hours=1, seconds=1)
    await crawl(desk, "mot")
    assert outlet.paths.count("/robots.txt") == 2


async def test_rules_that_are_remembered_are_obeyed(outlet, database, readers, clock, tmp_path):
    outlet.robots("User-agent: *\nDisallow: /mot-post1.html\n")
    publish(outlet, "mot", 1)
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    await crawl(desk, "mot")
    publish(outlet, "mot", 3)
    report = await crawl(desk, "mot")
    assert (report.counts["fetched"], report.skipped["robots"]) == (1, 1)
    assert "/mot-post1.html" not in outlet.paths
    assert outlet.paths.count("/robots.txt") == 1


async def test_full_crawl_asks_for_robots_txt_anew(outlet, database, readers, clock, tmp_path):
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    outlet.feeds["/mot.json"] = []
    await crawl(desk, "mot")
    await crawl(desk, "mot", full=True)
    assert outlet.paths.count("/robots.txt") == 2


async def test_crawl_delay_is_kept_within_a_crawl_and_between_two(
    outlet, database, readers, clock, tmp_path
):
    outlet.robots("User-agent: *\nCrawl-delay: 0.3\n")
    publish(outlet, "mot", 2)
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    await crawl(desk, "mot")
    await crawl(desk, "mot")
    assert outlet.paths[-1] == "/mot.json"
    assert min(pauses(outlet)) > 0.25


async def test_three_crawls_at_once_share_one_hosts_budget(
    outlet, database, readers, clock, tmp_path
):
    names = ("mot", "hai", "ba")
    sources = sources_of(outlet, tmp_path, names, delay=0.3)
    for name in names:
        publish(outlet, name, 2)
    desks = [
        desk_of(sources, database, readers, clock, f"máy {number}/1")
        for number in range(len(names))
    ]
    reports = await asyncio.gather(
        *(crawl(desk, name) for desk, name in zip(desks, names, strict=True))
    )
    assert [report.counts["fetched"] for report in reports] == [2, 2, 2]
    assert min(pauses(outlet)) > 0.25
    assert outlet.paths.count("/robots.txt") == 1


async def test_three_crawls_of_one_source_fetch_nothing_twice(
    outlet, database, readers, clock, tmp_path
):
    publish(outlet, "mot", 4)
    sources = sources_of(outlet, tmp_path)
    desks = [desk_of(sources, database, readers, clock, f"máy {n}/1") for n in range(3)]
    reports = await asyncio.gather(*(crawl(desk, "mot") for desk in desks))
    pages = [path for path in outlet.paths if path.startswith("/mot-post")]
    assert len(pages) == len(set(pages)) == 4
    assert sorted(report.counts["not_modified"] for report in reports) == [0, 1, 1]


async def test_second_poll_is_all_conditional(outlet, database, readers, clock, tmp_path):
    publish(outlet, "mot", 3)
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    await crawl(desk, "mot")
    outlet.asked.clear()
    report = await crawl(desk, "mot")
    assert [(path, "If-None-Match" in headers) for _, path, headers in outlet.asked] == [
        ("/mot.json", True)
    ]
    assert (report.counts["requests"], report.counts["not_modified"]) == (1, 1)


async def test_host_that_somebody_else_asks_is_not_asked_too(
    outlet, database, readers, clock, tmp_path
):
    sources = sources_of(outlet, tmp_path, ("mot", "hai"))
    one, two = (desk_of(sources, database, readers, clock, f"máy {n}/1") for n in range(2))
    async with one.holder.hold(sources["mot"], timedelta(0)) as hold:
        assert hold.ours
        report = await crawl(two, "hai", patience=timedelta(0))
    assert report.errors[0]["error"] == "another process is asking this source's host right now"
    assert outlet.asked == []


@pytest.mark.parametrize("status", [429, 503])
async def test_short_retry_after_is_waited_for(outlet, database, readers, clock, tmp_path, status):
    publish(outlet, "mot", 3)
    page = outlet.pages["/mot-post1.html"]
    outlet.pages["/mot-post1.html"] = [(status, {"Retry-After": "1"}, b""), page]
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    report = await crawl(desk, "mot")
    assert (report.counts["fetched"], report.errors) == (3, [])
    first, second = (moment for moment, path, _ in outlet.asked if path == "/mot-post1.html")
    assert second - first > 0.99


async def test_long_retry_after_ends_the_asking_and_loses_nothing(
    outlet, database, readers, clock, tmp_path
):
    publish(outlet, "mot", 5)
    refusal = (429, {"Retry-After": "3600"}, b"")
    outlet.pages |= {path: [refusal, page] for path, page in outlet.pages.items()}
    desk = desk_of(sources_of(outlet, tmp_path, delay=0.05), database, readers, clock)
    report = await crawl(desk, "mot")
    assert {error["error"] for error in report.errors} == {"HTTP 429"}
    assert report.skipped["postponed"] >= 3
    asked = len(outlet.asked)
    report = await crawl(desk, "mot")
    assert report.errors[0]["error"] == "HTTP 429: asked to wait 3600 s"
    assert len(outlet.asked) == asked
    with database.reading() as session:
        assert polling.state(session, "mot").next_check_at >= clock() + timedelta(hours=1)
    clock.go_on(hours=1, seconds=1)
    # The first answers of the others were refusals, too: all is asked for until it comes.
    for _ in range(5):
        await crawl(desk, "mot")
        clock.go_on(hours=1, seconds=1)
    with database.reading() as session:
        states = {session.get(CandidateRow, url).status for url in urls(outlet)}
    assert states == {"fetched"}


async def test_postponed_articles_are_never_given_up(outlet, database, readers, clock, tmp_path):
    publish(outlet, "mot", 2)
    refusal = (429, {"Retry-After": "60"}, b"")
    kept = dict(outlet.pages)
    outlet.pages |= dict.fromkeys(kept, refusal)
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    for _ in range(8):
        await crawl(desk, "mot")
        clock.go_on(minutes=1, seconds=1)
    outlet.pages |= kept
    report = await crawl(desk, "mot")
    assert report.counts["fetched"] == 2


async def test_too_many_requests_without_a_word_is_a_minutes_rest(
    outlet, database, readers, clock, tmp_path
):
    outlet.pages["/mot.json"] = (429, {}, b"")
    desk = desk_of(sources_of(outlet, tmp_path), database, readers, clock)
    await crawl(desk, "mot")
    with database.reading() as session:
        assert session.get(Host, outlet.host).free_at == clock() + timedelta(minutes=1)


def urls(outlet):
    return [outlet.base + path for path in outlet.pages if path.endswith(".html")]
