import json
import logging
from datetime import timedelta

import pytest

from alerts.sending import Post
from diembao.logs import JsonLines
from scheduler.meters import METERS
from scheduler.work import KINDS, Workshop
from storage import health, runs
from tests.alerts.archive import SENDER, webhook
from tests.alerts.test_sending import Letterbox

VAMSONG = "vamsong"


@pytest.fixture
def shop(office, clock):
    box = Letterbox()
    return Workshop(office.desk, SENDER, Post(box, box, "x@example.org", "h/1", clock, lambda: 0.0))


@pytest.fixture
def lines():
    """What is logged meanwhile, as JSON."""
    written = []

    class Kept(logging.Handler):
        def emit(self, record):
            written.append(json.loads(self.format(record)))

    handler = Kept(logging.INFO)
    handler.setFormatter(JsonLines())
    logger, level = logging.getLogger("scheduler"), logging.getLogger("scheduler").level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
def counted():
    """How much a count of this process has grown."""
    names = {}

    def read(name, **labels):
        return METERS.get_sample_value(name, labels) or 0.0

    def since(name, **labels):
        key = (name, *sorted(labels.items()))
        grown = read(name, **labels) - names.get(key, 0.0)
        names[key] = read(name, **labels)
        return grown

    return since


async def test_log_and_archive_name_a_poll_alike(shop, lines):
    await KINDS["poll"].run(shop, VAMSONG)
    (line,) = [line for line in lines if line["message"].startswith("vamsong: ")]
    with shop.desk.database.reading() as session:
        (run,) = runs.latest(session, 9)
    assert line["run"] == run.id
    assert line["job"] == "poll vamsong"


async def test_work_is_counted_by_kind_and_outcome(shop, counted):
    name, ok = "diembao_work_total", {"kind": "silence", "outcome": "ok"}
    failed = ok | {"outcome": "failed"}
    for labels in (ok, failed):
        counted(name, **labels)
    await KINDS["silence"].run(shop, "")
    shop.desk.archive.clock = None
    with pytest.raises(TypeError):
        await KINDS["silence"].run(shop, "")
    assert (counted(name, **ok), counted(name, **failed)) == (1, 1)


async def test_pages_and_their_reading_are_counted(shop, counted, newsroom):
    names = [f"diembao_{part}_seconds_count" for part in ("page_read", "extraction", "judgement")]
    for name in names:
        counted(name)
    await KINDS["poll"].run(shop, VAMSONG)
    with shop.desk.database.reading() as session:
        (run,) = runs.latest(session, 9)
    read = run.report["sources"][0]["fetched"] - run.report["sources"][0]["no_article"]
    assert read > 0
    assert [counted(name) for name in names] == [read] * 3


async def test_freshness_leaves_an_outlets_first_crawl_out(shop, newsroom, clock):
    database = shop.desk.database
    later = next(name for name in newsroom.articles if name.startswith(VAMSONG))
    newsroom.withdraw(later)

    def ages():
        with database.reading() as session:
            (counts,) = health.days(session, VAMSONG, clock.now.date() - timedelta(2)).values()
        return sum(n for name, n in counts.items()
                   if name.startswith(health.FRESH) and name != f"{health.FRESH}sum")  # fmt: skip

    await KINDS["poll"].run(shop, VAMSONG)
    assert ages() == 0
    newsroom.publish(later)
    clock.now += timedelta(hours=7)
    await KINDS["poll"].run(shop, VAMSONG)
    assert ages() == 1


async def test_tries_at_deliveries_are_counted_by_transport(shop, counted):
    attempts = {"transport": "webhook", "outcome": "done"}
    names = ("diembao_delivery_attempt_seconds_count", "diembao_delivery_latency_seconds_count")
    counted("diembao_delivery_attempts_total", **attempts)
    for name in names:
        counted(name, transport="webhook")
    webhook(shop.desk.database)
    await KINDS["poll"].run(shop, VAMSONG)
    await KINDS["digests"].run(shop, "")
    await shop.outgoing.idle()
    sent = counted("diembao_delivery_attempts_total", **attempts)
    assert sent == len(shop.post.webhook.taken) > 0
    assert [counted(name, transport="webhook") for name in names] == [sent, sent]
