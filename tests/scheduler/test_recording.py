from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.failures import Trouble
from crawler.newsroom import Taken
from crawler.reports import SourceReport
from crawler.sources import read_source
from scheduler.recording import look_for_silence, record_health
from storage import events, health, polling

FEED, TAGS = "https://a.example/rss", "https://a.example/chuyen-doi-so/"
FILE = f"""
name = "Báo A"
homepage = "https://a.example/"
feeds = ["{FEED}"]
listings = ["{TAGS}"]
article_pattern = '-post\\d+\\.html$'
"""
PAUSE = timedelta(minutes=10)
DOWN = Trouble("temporary", "server")
HIT, MISS = Taken("new", "selector"), Taken("new", "trafilatura")


class Beat:
    """A source under watch: its polls are recorded one after the other."""

    def __init__(self, database, source, clock):
        self.database, self.source, self.clock = database, source, clock
        with database.writing() as session:
            polling.register(session, {"a": ("Báo A", "press")}, clock.now)

    def poll(self, *pages, down=(), lost=0, empty=0, **later):
        """Record a poll that read these pages; ``down`` are the endpoints that failed."""
        self.clock.go_on(**later)
        report = SourceReport("a", endpoints=2)
        for page in pages:
            report.read(page, has_selector=True)
        for _ in range(empty):
            report.sign(empty=True, unfetched=False)
        for _ in range(lost):
            report.sign(unfetched=True)
            report.error("https://a.example/bai-post1.html", "HTTP 503", DOWN)
        for url in down:
            report.endpoint_error(url, "HTTP 503", DOWN)
        report.answered = {FEED, TAGS} - set(down)
        self.record(report, report.errors[-1]["error"] if report.failed_wholly else None)

    def record(self, report, error):
        with self.database.writing() as session:
            new = report.counts["fetched"]
            polling.checked(session, "a", self.clock.now, new=new, error=error, pause=PAUSE)
            record_health(session, self.source, report, error, self.clock.now)

    def days_of(self, articles, count):
        """Live through some days with so many articles each, the last one at ten in the evening."""
        for _ in range(count):
            self.poll(*[HIT] * articles, days=1)

    def look(self, enabled=("a",)):
        with self.database.writing() as session:
            return look_for_silence(session, enabled, self.clock.now)

    @property
    def state(self):
        with self.database.reading() as session:
            return polling.states(session)["a"]

    @property
    def stands(self):
        return self.state.state, health.reason(self.state).get("why")

    def days(self):
        with self.database.reading() as session:
            return health.days(session, "a", date.min)

    def told(self):
        with self.database.reading() as session:
            return [event.type for event in events.after(session, 0, 99)]


@pytest.fixture
def beat(database, clock, tmp_path):
    path = Path(tmp_path / "a.toml")
    path.write_text(FILE, "utf-8")
    clock.now = datetime(2025, 11, 3, 15, 0, tzinfo=UTC)  # a Monday, ten in the evening
    return Beat(database, read_source(path), clock)


def test_polls_of_a_day_are_added_up(beat):
    beat.poll(HIT, HIT)
    beat.poll(MISS, minutes=10)
    beat.poll(down=[FEED, TAGS], minutes=10)
    (counts,) = beat.days().values()
    expected = {"polls": 3, "polls_failed": 1, "fetched": 3, "new": 3, "articles": 3}
    expected |= {"text/selector": 2, "text/trafilatura": 1, "failure/temporary/server": 2}
    expected |= {"missed/of": 3, "missed/bad": 1, "endpoints": 6, "endpoints_failed": 2}
    assert {name: counts[name] for name in expected} == expected


def test_day_is_vietnams(beat):
    beat.poll(HIT)
    beat.poll(HIT, hours=2)  # midnight there, afternoon in UTC
    assert list(beat.days()) == [date(2025, 11, 4), date(2025, 11, 3)]


def test_drift_is_noticed_over_polls_of_one_page_and_over_midnight(beat):
    for _ in range(12):
        beat.poll(HIT, minutes=1)
    beat.poll(MISS, minutes=10)
    assert beat.stands == ("ok", None)
    for _ in range(2):
        beat.poll(MISS, hours=2)
    assert beat.stands == ("drifting", "missed")
    assert health.reason(beat.state)["bad"] == 3
    assert beat.told() == ["source.drift"]


def test_what_is_still_missing_after_half_a_mending_is_told(beat):
    beat.poll(*[HIT] * 20)
    beat.poll(*[Taken("new", "trafilatura", signed=False)] * 4, minutes=10)
    assert beat.stands == ("drifting", "missed")
    beat.poll(*[Taken("new", "selector", signed=False)] * 2, minutes=10)
    assert beat.stands == ("drifting", "unsigned")
    assert health.reason(beat.state)["bad"] == 6
    assert beat.told() == ["source.drift"]


def test_referee_that_disagrees_day_after_day_is_a_drift(beat):
    for _ in range(20):
        beat.poll(Taken("new", "selector", agreement=0.95), days=1)
    for _ in range(3):
        assert beat.stands == ("ok", None)
        beat.poll(Taken("new", "selector", agreement=0.3), HIT, HIT, days=1)
    assert beat.stands == ("drifting", "disagreed")


def test_empty_poll_neither_begins_nor_ends_a_drift(beat):
    beat.poll(*[HIT] * 9)
    beat.poll(*[MISS] * 4, minutes=10)
    since = beat.state.state_since
    for _ in range(3):
        beat.poll(minutes=10)
    assert (beat.stands, beat.state.state_since) == (("drifting", "missed"), since)
    assert beat.told() == ["source.drift"]


def test_second_drift_is_another_episode(beat):
    for pages in ([HIT] * 20, [MISS] * 6, [HIT] * 20, [MISS] * 12):
        beat.poll(*pages, minutes=10)
    assert beat.told() == ["source.drift", "source.recovered", "source.drift"]


def test_failing_source_says_since_when_and_how_often(beat):
    beat.poll(down=[FEED, TAGS])
    since = beat.state.state_since
    beat.poll(down=[FEED, TAGS], minutes=10)
    assert (beat.stands, beat.state.state_since) == (("failing", "polls"), since)
    assert health.reason(beat.state) == {"why": "polls", "polls": 2, "error": "HTTP 503"}
    beat.poll(minutes=10)
    assert (beat.stands, beat.state.state_since) == (("ok", None), beat.clock.now)
    assert beat.told() == []


def test_source_whose_pages_cannot_be_had_is_failing_until_they_can(beat):
    beat.poll(*[HIT] * 9)
    beat.poll(lost=4, minutes=10)
    assert beat.stands == ("failing", "unfetched")
    beat.poll(minutes=10)  # its feed answers, which says nothing of its pages
    assert beat.stands == ("failing", "unfetched")
    beat.poll(HIT, HIT, minutes=10)
    assert beat.stands == ("ok", None)


def test_one_endpoint_that_fails_for_days_is_told_while_others_work(beat):
    for _ in range(2):
        beat.poll(HIT, down=[TAGS], days=1)
    assert beat.stands == ("ok", None)
    beat.poll(HIT, down=[TAGS], days=1)
    assert beat.stands == ("ok", "partly")
    partly = {"why": "partly", "url": TAGS, "days": 3, "error": "HTTP 503"}
    assert health.reason(beat.state) == partly
    beat.poll(HIT, minutes=10)
    assert beat.stands == ("ok", None)


def test_endpoint_that_fails_now_and_then_is_not_told(beat):
    for _ in range(4):
        beat.poll(HIT, down=[TAGS], days=1)
        beat.poll(HIT, minutes=10)
    beat.poll(HIT, down=[TAGS], minutes=10)
    assert beat.stands == ("ok", None)


def test_silence_is_noticed_at_a_poll_and_told_once(beat):
    beat.days_of(10, 10)
    last = beat.clock.now
    for hours in (12, 18, 6, 6):
        beat.poll(hours=hours)
    assert beat.stands == ("silent", "silent")
    assert health.reason(beat.state) == {"why": "silent", "last": last.isoformat(), "missing": 11}
    assert beat.told() == ["source.silent"]


def test_end_of_a_silence_is_told(beat):
    beat.days_of(10, 10)
    beat.poll(days=3)
    assert beat.stands == ("silent", "silent")
    beat.poll(HIT, hours=1)
    assert (beat.stands, beat.state.state_since) == (("ok", None), beat.clock.now)
    assert beat.told() == ["source.silent", "source.recovered"]
    with beat.database.reading() as session:
        (_silent, over) = events.after(session, 0, 9)
    assert over.data["reason"]["was"] == "silent"


def test_pages_without_any_text_are_told_as_silence(beat):
    beat.poll(*[HIT] * 9)
    beat.poll(empty=4, minutes=10)
    assert beat.stands == ("drifting", "empty")
    assert beat.told() == ["source.silent"]
    beat.poll(HIT, HIT, minutes=10)
    assert beat.told() == ["source.silent", "source.recovered"]


def test_silence_is_noticed_between_polls(beat):
    beat.days_of(6, 10)
    beat.poll(hours=41)
    assert beat.look() == []
    beat.clock.go_on(hours=1)
    assert beat.look() == ["a"]
    assert beat.look() == []
    assert beat.told() == ["source.silent"]


@pytest.mark.parametrize("enabled", [(), ("b",)])
def test_source_that_is_switched_off_is_not_silent(beat, enabled):
    beat.days_of(6, 10)
    beat.poll(hours=41)
    beat.clock.go_on(hours=1)
    assert beat.look(enabled) == []


def test_source_that_nobody_asked_is_not_silent(beat):
    beat.days_of(10, 10)
    beat.clock.go_on(days=5)
    assert beat.look() == []


def test_source_without_history_is_not_silent(beat):
    beat.days_of(10, 3)
    beat.poll(days=5)
    assert beat.stands == ("ok", None)


def test_failing_source_is_failing_and_not_silent(beat):
    beat.days_of(10, 10)
    for _ in range(4):
        beat.poll(down=[FEED, TAGS], hours=1)
    assert beat.look() == []
    assert beat.stands == ("failing", "polls")
    assert beat.told() == []


def test_source_that_fails_for_hours_is_told_once_and_so_is_its_end(beat):
    beat.poll(HIT)
    for hours in (1, 3, 3, 3):
        beat.poll(down=[FEED, TAGS], hours=hours)
        beat.look()
    assert beat.told() == ["source.silent"]
    with beat.database.reading() as session:
        (event,) = events.after(session, 0, 9)
    assert event.data["reason"] == {"why": "polls", "polls": 3, "error": "HTTP 503"}
    beat.poll(HIT, hours=1)
    assert beat.told() == ["source.silent", "source.recovered"]


def test_end_of_a_failure_that_nobody_heard_of_is_not_told(beat):
    beat.poll(down=[FEED, TAGS])
    beat.poll(HIT, hours=1)
    assert beat.told() == []


def test_where_most_sources_fail_none_is_told_of(beat):
    beat.poll(down=[FEED, TAGS])
    names = ("b", "c", "d")
    with beat.database.writing() as session:
        polling.register(session, {name: (name, "press") for name in names}, beat.clock.now)
        session.flush()
        for name in names[:2]:
            state = polling.state(session, name)
            why = {"why": "polls", "polls": 9, "error": "HTTP 503"}
            health.settle(session, state, ("failing", beat.clock.now), why)
    beat.clock.go_on(hours=9)
    assert beat.look(("a", *names)) == []
    assert beat.told() == []
    assert beat.look(("a", "d")) == ["a"]


def test_drift_is_still_there_after_a_silence(beat):
    beat.days_of(10, 10)
    beat.poll(*[MISS] * 5, hours=1)
    beat.poll(days=3)
    assert beat.stands == ("silent", "silent")
    beat.poll(MISS, hours=1)
    assert beat.stands == ("drifting", "missed")
    assert beat.told() == ["source.drift", "source.silent"]
