import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.crawl import Manner
from crawler.reports import MOST_FOUND, SourceReport
from crawler.sources import Poll, Source, read_source
from scheduler.intake import Archive
from scheduler.next_look import next_look, share
from scheduler.poll import Desk, register_sources
from scheduler.rhythm import from_json
from storage import polling
from storage.tables import SourceState
from tests.scheduler.conftest import THRESHOLD, Office
from tests.servers import outlet as servers

NOW = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)
FEED = "https://a.example/tin.rss"
SOURCE = Source("a", "Báo A", "https://a.example/", r"-\d+", feeds=(FEED,), poll=Poll())
MINUTE = timedelta(minutes=1)
OUTLET = "dothisophuongnam"
LATEST = "dothisophuongnam/cuoc-thi-lap-trinh-48-gio-vi-nguoi-di-bo-10519"


def known(**facts):
    return SourceState(**{"id": "a", "name": "Báo A", "next_check_at": NOW} | facts)


def report(found=(), **facts):
    made = SourceReport("a", **facts)
    made.note_found(found)
    return made


def look(state, made, pace=4.0, now=NOW, chance=0.5, source=SOURCE):
    return next_look(source, state, made, pace, now, lambda: chance)


def test_what_a_poll_found_goes_into_the_rhythm():
    state = known(last_checked_at=NOW - MINUTE * 10)
    look(state, report([NOW - MINUTE * n for n in range(5)]))
    rhythm = from_json(json.loads(json.dumps(state.rhythm)))
    assert (rhythm.at, sum(rhythm.counts)) == (NOW, 5)


def test_poll_that_failed_teaches_nothing():
    state = known(last_checked_at=NOW - MINUTE * 10)
    look(state, report())
    before = state.rhythm
    state.trouble = 1.0
    pause = look(state, report([NOW] * 9), now=NOW + MINUTE * 10)
    assert state.rhythm == before
    assert pause > look(state, report(), now=NOW + MINUTE * 10) * 0.9


def test_stored_rhythm_that_is_spoilt_is_begun_anew():
    state = known(last_checked_at=NOW, rhythm={"at": "never", "wishes": [1]})
    assert Poll().every <= look(state, report()) <= Poll().at_most
    assert from_json(state.rhythm).at == NOW


def test_first_pause_is_spread_widely_and_later_ones_are_not():
    first = [look(known(), report(), pace=1.0, chance=c) for c in (0.0, 1.0)]
    later = [look(known(last_checked_at=NOW), report(), pace=1.0, chance=c) for c in (0.0, 1.0)]
    assert first[0] == Poll().every
    assert first[1] / first[0] > 3
    assert later[1] / later[0] == pytest.approx(1.1 / 0.9)


@pytest.mark.parametrize(
    ("wish", "least"),
    [
        pytest.param(3600, timedelta(hours=1), id="an-hour"),
        pytest.param(86400, timedelta(hours=6), id="longer-than-at-most"),
        pytest.param(0, timedelta(minutes=10), id="none"),
        pytest.param(315360000, timedelta(minutes=10), id="ten-years"),
    ],
)
def test_wish_of_the_feed_is_obeyed_and_remembered(wish, least):
    state = known(last_checked_at=NOW)
    assert look(state, report(wishes={FEED: wish}), pace=1e9, chance=0.0) == least
    assert look(state, report(), pace=1e9, chance=0.0) == least
    assert share(SOURCE, state, NOW).poll.every == least


def test_source_not_yet_polled_counts_as_usual_in_the_budget():
    assert share(SOURCE, known(), NOW).rhythm.counts == (0.0,) * 48


def test_report_of_a_flood_is_bounded():
    made = report([NOW] * 300)
    made.note_found(NOW for _ in range(10**6))
    assert len(made.found) == MOST_FOUND


@pytest.fixture
async def outlet():
    async with servers.outlet() as made:
        yield made


@pytest.fixture
def distant(outlet, sqlite_database, readers, clock, tmp_path):
    path = tmp_path / "xa.toml"
    path.write_text(outlet.source_file("Báo Xa"), "utf-8")
    source = replace(read_source(path), poll=Poll(every=MINUTE, at_most=timedelta(hours=6)))
    archive = Archive(sqlite_database, {"xa": source}, [], THRESHOLD, readers, clock)
    desk = Desk(archive, Manner("diembao-test", allow_private=True), chance=lambda: 0.5)
    register_sources(desk)
    return Office(desk)


def state(office, source):
    with office.database.reading() as session:
        return polling.states(session)[source]


async def test_poll_remembers_when_articles_were_published(distant, outlet, clock):
    for number, minutes in enumerate((10, 30, 90)):
        outlet.article(f"/bai-post{number}.html")
        at = (clock.now - MINUTE * minutes).isoformat()
        outlet.announce(f"/bai-post{number}.html", date_published=at)
    await distant.poll("xa")
    again = await distant.poll("xa")
    rhythm = from_json(state(distant, "xa").rhythm)
    assert again.found == []
    assert sum(rhythm.counts) == pytest.approx(3)
    assert rhythm.days[0] == pytest.approx(1.5 / 24, abs=0.001)


async def test_poll_obeys_the_max_age_of_a_feed(distant, outlet, clock):
    outlet.article("/bai-post1.html")
    outlet.announce("/bai-post1.html")
    feed = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": outlet.feeds["/feed.json"]}
    )
    headers = {"Content-Type": "application/feed+json", "Cache-Control": "max-age=14400"}
    outlet.pages["/feed.json"] = (200, headers, feed.encode())
    await distant.poll("xa")
    await distant.poll("xa")
    assert (
        timedelta(hours=4) <= state(distant, "xa").next_check_at - clock.now <= timedelta(hours=4.4)
    )


def paced(office, **poll):
    """Let an outlet be asked at a real outlet's pace."""
    sources = office.desk.archive.sources
    sources[OUTLET] = replace(sources[OUTLET], poll=Poll(**poll))
    office.desk.chance = lambda: 0.5


async def pause(office, clock):
    await office.poll(OUTLET)
    return state(office, OUTLET).next_check_at - clock.now


async def test_failing_source_is_asked_less_and_less_often_but_never_given_up(
    office, newsroom, clock
):
    paced(office, every=timedelta(minutes=1), at_most=timedelta(minutes=30))
    await office.poll(OUTLET)
    usual = await pause(office, clock)
    newsroom.break_feed(OUTLET, "error")  # a temporary failure: a quarter of a doubling each
    pauses = [await pause(office, clock) for _ in range(12)]
    assert [found / usual for found in pauses[:3]] == pytest.approx([2**0.25, 2**0.5, 2**0.75])
    assert pauses[-1] == timedelta(minutes=28.5)
    assert state(office, OUTLET).failures == 12


async def test_source_that_recovers_is_asked_as_before_at_once(office, newsroom, clock):
    paced(office, every=timedelta(minutes=1), at_most=timedelta(hours=6))
    await office.poll(OUTLET)
    usual = await pause(office, clock)
    newsroom.break_feed(OUTLET, "error")
    for _ in range(5):
        await office.poll(OUTLET)
    newsroom.mend()
    assert await pause(office, clock) / usual == pytest.approx(1)


async def test_source_that_just_published_is_looked_at_sooner_than_a_silent_one(
    office, newsroom, clock
):
    paced(office, every=timedelta(seconds=30), at_most=timedelta(hours=6))
    newsroom.withdraw(LATEST)
    clock.go_on(hours=-6)  # a few minutes after it was published
    await office.poll(OUTLET)
    silent = await pause(office, clock)
    newsroom.publish(LATEST)
    assert await pause(office, clock) < silent * 0.95
