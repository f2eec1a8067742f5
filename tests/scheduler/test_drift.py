"""A layout change in the sample newsroom, from the page to the webhook."""

import json
from dataclasses import dataclass

import pytest

from alerts.sending import Post
from alerts.transports.webhook import WebhookTransport, verify
from crawler.sources import read_folder
from diembao.demo.receiver import Receiver
from scheduler.deliveries import send_due
from scheduler.digests import make_due
from storage import events, health, polling
from tests.alerts.archive import SENDER, webhook
from tests.alerts.test_sending import Letterbox
from tests.scheduler.conftest import Office, open_office

OUTLET = "bennghemoi"
SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
NEW_NAMES = {
    "div.article__body": "div.x-stack",
    "div.article__author": ".x-row span:first-child@data-by",
}


@dataclass
class Redesign:
    """An outlet that was read before its redesign, and once after it with some new articles."""

    office: Office
    newsroom: object
    clock: object
    fresh: list[str]
    waiting: list[str]
    report: object

    @property
    def state(self):
        with self.office.database.reading() as session:
            return polling.states(session)[OUTLET]

    def events(self):
        with self.office.database.reading() as session:
            return [e for e in events.after(session, 0, 999) if e.type == "source.drift"]

    def mend(self, folder):
        """Put the new names into the source file."""
        path = folder / "sources" / f"{OUTLET}.toml"
        text = path.read_text("utf-8")
        for old, new in NEW_NAMES.items():
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
        self.office.desk.sources.update(read_folder(folder / "sources")[0])

    async def poll_with(self, count):
        """Let the outlet publish more articles, and poll it."""
        for name in self.waiting[:count]:
            self.newsroom.publish(name)
        del self.waiting[:count]
        self.clock.go_on(minutes=1)
        return await self.office.poll(OUTLET)


@pytest.fixture
async def redesign(newsroom, database, readers, clock, tmp_path):
    office = open_office(newsroom, database, readers, clock, tmp_path)
    names = [item.article.id for item in newsroom.items(OUTLET)][:8]
    for name in names:
        newsroom.withdraw(name)
    before = await office.poll(OUTLET)
    assert dict(before.stages) == {"selector": before.counts["fetched"]}
    newsroom.redesign(OUTLET)
    made = Redesign(office, newsroom, clock, names[:3], names, before)
    made.report = await made.poll_with(3)
    return made


async def test_text_keeps_flowing_through_the_general_extractor(redesign):
    assert dict(redesign.report.stages) == {"trafilatura": 3}
    stored = redesign.office.articles()
    for name in redesign.fresh:
        wording = redesign.newsroom.articles[name].wording
        article = stored[redesign.newsroom.article_address(name)]
        assert article.text == "\n\n".join(wording.paragraphs)
        assert article.title == wording.title


async def test_layout_change_is_noticed_within_one_poll(redesign):
    assert (redesign.state.state, redesign.state.state_since) == ("drifting", redesign.clock.now)
    assert health.reason(redesign.state) == {"why": "missed", "bad": 3, "of": 3}
    (event,) = redesign.events()
    assert event.source == OUTLET
    assert event.data == {
        "source": OUTLET,
        "reason": {"why": "missed", "bad": 3, "of": 3},
        "since": redesign.clock.now.isoformat(),
    }


async def test_drift_is_told_to_a_webhook(redesign):
    database, clock = redesign.office.database, redesign.clock
    transport = WebhookTransport(allow_private=True, user_agent="diembao-test")
    async with Receiver() as receiver:
        webhook(database, address=receiver.address, language="en", secrets=[SECRET],
                position=redesign.events()[0].id - 1)  # fmt: skip
        make_due(database, SENDER, clock)
        post = Post(Letterbox(), transport, "x@example.org", "host/1", clock, lambda: 0.0)
        await send_due(database, post, clock)
        await post.aclose()
    (call,) = receiver.calls
    verify([SECRET], call.headers, call.body, clock.now)
    assert json.loads(call.body) == {
        "type": "source.drift",
        "timestamp": "2025-11-28T09:01:00+07:00",
        "data": {
            "source": OUTLET,
            "reason": "the outlet's own selector found no text on 3 of 3 pages",
            "since": "2025-11-28T09:01:00+07:00",
        },
    }


async def test_drift_that_lasts_is_told_of_once(redesign):
    since = redesign.clock.now
    await redesign.poll_with(1)
    await redesign.poll_with(0)
    assert (redesign.state.state, redesign.state.state_since) == ("drifting", since)
    assert len(redesign.events()) == 1


async def test_drift_ends_with_selectors_that_fit_again(redesign, tmp_path):
    redesign.mend(tmp_path)
    report = await redesign.poll_with(2)
    assert dict(report.stages) == {"selector": 2}
    assert (redesign.state.state, redesign.state.state_reason) == ("ok", None)
    assert redesign.state.state_since == redesign.clock.now
    assert len(redesign.events()) == 1


async def test_drift_outlives_a_failure_and_is_not_told_of_again(redesign):
    since = redesign.clock.now
    redesign.newsroom.break_feed(OUTLET, "error")
    await redesign.poll_with(0)
    assert (redesign.state.state, redesign.state.state_since) == ("failing", redesign.clock.now)
    redesign.newsroom.mend()
    await redesign.poll_with(1)
    assert (redesign.state.state, redesign.state.state_since) == ("drifting", since)
    assert len(redesign.events()) == 1
