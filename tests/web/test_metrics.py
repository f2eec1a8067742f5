"""What Prometheus is told, read by the parsers of its own library."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy import text

from scheduler.fleet_tables import bring_up_to_date
from scheduler.meters import METERS
from storage import health
from storage.backfill_tables import Backfill, BackfillPlace
from storage.tables import Delivery, SourceState
from tests.clock import Clock
from tests.web.conftest import SENDER, TOKEN, browser, subscribed
from web.app import make_app, make_inside_app
from web.archive_metrics import MOST_SOURCES, ArchiveMetrics
from web.site import Inside, Site

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def site(database, clock, **inside):
    return Site(database, SENDER, clock, VIETNAM, "vi", TOKEN, Inside(**inside))


async def told(app, read=parse, **headers):
    """The samples of /metrics by name and the values of their labels, in the labels' order."""
    async with browser(app) as web:
        answer = await web.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in read(answer.text)
        for sample in family.samples
    }


def a_day(database, source, **counts):
    with database.writing() as session:
        day = Clock().now.astimezone(VIETNAM).date()
        named = {name.replace("__", "/"): count for name, count in counts.items()}
        health.add(session, source, day, named, marks={}, gone=())


async def test_polls_are_told_by_source_and_outcome(app, database):
    a_day(database, "vamsong", polls=7, polls_failed=2)
    samples = await told(app)
    assert samples["diembao_polls_total", "ok", "vamsong"] == 5
    assert samples["diembao_polls_total", "failed", "vamsong"] == 2


async def test_articles_are_told_by_outcome(app, database):
    a_day(database, "vamsong", new=3, near_duplicates=1, failure__soft__server=2)
    a_day(database, "bennghemoi", new=4, revised=1, failure__hard__gone=1)
    samples = await told(app)
    counts = {name[1]: n for name, n in samples.items() if name[0] == "diembao_articles_total"}
    assert counts.pop("new") == 7
    assert (counts.pop("revised"), counts.pop("near_duplicate"), counts.pop("failed")) == (1, 1, 3)
    assert set(counts.values()) == {0}


async def test_freshness_is_a_histogram(app, database):
    ages = health.ages([timedelta(seconds=40), timedelta(minutes=4), timedelta(days=3)])
    a_day(database, "vamsong", **ages)
    samples = await told(app)
    name = "diembao_freshness_seconds"
    counts = [samples[f"{name}_bucket", bound] for bound in ("60", "120", "300", "+Inf")]
    assert counts == [1, 1, 2, 3]
    assert (samples[f"{name}_count",], samples[f"{name}_sum",]) == (3, 40 + 240 + 3 * 86_400)


async def test_outlet_in_trouble_is_named(app, database):
    with database.writing() as session:
        session.get_one(SourceState, "vamsong").state = "silent"
    samples = await told(app)
    assert samples["diembao_source_trouble", "vamsong", "silent"] == 1
    assert samples["diembao_sources", "silent"] == samples["diembao_sources", "ok"] == 1
    assert not any(name[:2] == ("diembao_source_trouble", "bennghemoi") for name in samples)


async def test_outlet_that_is_off_is_no_trouble(database, clock, app):
    with database.writing() as session:
        session.get_one(SourceState, "vamsong").state = "silent"
    samples = await told(make_app(site(database, clock, watched=lambda _: ["bennghemoi"])))
    assert (samples["diembao_sources", "off"], samples["diembao_sources", "silent"]) == (1, 0)
    assert not any(name[0] == "diembao_source_trouble" for name in samples)


async def test_waiting_deliveries_and_their_lag_are_told(app, database, clock):
    late = clock.now - timedelta(minutes=2)
    with database.writing() as session:
        subscribed(session, "sub-1")
        session.flush()
        session.add(Delivery(id="dlv-1", subscription_id="sub-1", type="digest.published",
                             status="pending", created_at=late, due_at=late))  # fmt: skip
    samples = await told(app)
    assert samples["diembao_deliveries", "pending"] == 1
    assert samples["diembao_deliveries", "dead"] == 0
    assert samples["diembao_delivery_lag_seconds",] == 120
    assert samples["diembao_subscriptions", "active"] == 1


async def test_number_of_series_is_bounded(app, database):
    day = Clock().now.astimezone(VIETNAM).date()
    with database.writing() as session:
        for number in range(MOST_SOURCES + 9):
            name = f"b{number:04}"
            session.add(SourceState(id=name, name=name, next_check_at=Clock().now, state="failing",
                                    last_success_at=Clock().now))  # fmt: skip
            session.flush()
            health.add(session, name, day, {"polls": 1}, marks={}, gone=())
    samples = await told(app)
    series = Counter(name[0] for name in samples)
    assert series["diembao_polls_total"] == 2 * (MOST_SOURCES + 1)
    assert samples["diembao_polls_total", "ok", "other"] == 9
    assert series["diembao_source_last_success_timestamp_seconds"] <= MOST_SOURCES
    assert series["diembao_source_trouble"] <= MOST_SOURCES


async def test_counts_of_the_process_are_told_beside(database, clock):
    meters = CollectorRegistry()
    Gauge("diembao_of_the_process", "x", registry=meters).set(7)
    samples = await told(make_app(site(database, clock, meters=meters)))
    assert samples["diembao_of_the_process",] == 7
    assert samples["diembao_database_up",] == 1


async def test_archive_is_not_asked_again_within_seconds(app, database):
    before = await told(app)
    a_day(database, "vamsong", polls=9)
    assert await told(app) == before


async def test_all_is_told_as_openmetrics_too(app, database):
    a_day(database, "vamsong", polls=7, fresh__60=1, fresh__sum=5)
    asked = {"Accept": "application/openmetrics-text; version=1.0.0"}
    samples = await told(app, parse_openmetrics, **asked)
    assert samples["diembao_polls_total", "ok", "vamsong"] == 7


async def test_history_to_be_fetched_is_told(app, database, clock):
    day = clock.now.date()
    plain = {"source": "vamsong", "first_day": day, "last_day": day, "next_at": clock.now,
             "begun_at": clock.now}  # fmt: skip
    with database.writing() as session:
        session.add(Backfill(id=1, **plain))
        session.add(Backfill(id=2, status="done", **plain))
        session.flush()
        session.add(BackfillPlace(backfill_id=1, url="https://a.example/sitemap.xml",
                                  kind="sitemap", next_at=clock.now))  # fmt: skip
    samples = await told(app)
    assert samples["diembao_backfills", "open"] == 1
    assert samples["diembao_backfill_pieces", "place"] == 1
    assert samples["diembao_backfill_pieces", "page"] == 0


async def test_fleets_queue_is_told(postgresql_database, clock):
    bring_up_to_date(postgresql_database)
    with postgresql_database.engine.begin() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    samples = await told(make_app(site(postgresql_database, clock)))
    assert (samples["diembao_workers",], samples["diembao_jobs", "todo"]) == (1, 0)


async def test_newest_backup_is_told(database, clock):
    samples = await told(make_app(site(database, clock, last_backup=lambda: clock.now)))
    moment = samples["diembao_backup_last_success_timestamp_seconds",]
    assert moment == clock.now.timestamp()


def test_documented_names_are_those_that_are_told(postgresql_database, clock):
    bring_up_to_date(postgresql_database)
    archive = ArchiveMetrics(postgresql_database, clock, Inside())
    families = [*archive.collect(), *METERS.collect()]
    told = {each.name + ("_total" if each.type == "counter" else "") for each in families}
    assert documented() == told


def documented():
    text = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `diembao_")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.fixture
def older(sqlite_database):
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    return sqlite_database


async def test_archive_of_another_version_is_said_to_be_down(older, clock):
    samples = await told(make_app(site(older, clock)))
    assert [name for name in samples if name[0].startswith("diembao_")] == [
        ("diembao_database_up",)
    ]
    assert samples["diembao_database_up",] == 0


async def test_process_without_pages_tells_only_how_it_fares(database, clock):
    app = make_inside_app(site(database, clock))
    assert (await told(app))["diembao_database_up",] == 1
    async with browser(app) as web:
        answers = [(await web.get(path)).status_code for path in ("/healthz", "/readyz", "/")]
    assert answers == [200, 200, 404]
