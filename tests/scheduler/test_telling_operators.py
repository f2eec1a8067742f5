"""An outlet that falls silent, from its last article to the operator's mailbox and webhook."""

import email
import json
from datetime import timedelta
from email.policy import default

import pytest

from alerts.sending import Post
from alerts.transports.mail import SmtpTransport
from alerts.transports.webhook import WebhookTransport, verify
from crawler.dates import VIETNAM
from diembao.demo.receiver import Receiver
from scheduler.work import KINDS, Workshop
from storage import events, health
from storage.tables import SourceState
from tests.alerts import mailserver as mail
from tests.alerts.archive import SENDER, subscribe, webhook

OUTLET = "vamsong"
SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def quiet_for(office, now, days):
    """Let an outlet have published every day, and nothing for some days."""
    today = now.astimezone(VIETNAM).date()
    with office.database.writing() as session:
        state = session.get_one(SourceState, OUTLET)
        state.last_new_at, state.last_success_at = now - timedelta(days=days), now
        for back in range(days, days + 14):
            day = today - timedelta(days=back)
            health.add(session, OUTLET, day, {"polls": 9, "articles": 30}, marks={}, gone=())


@pytest.fixture
async def mailserver():
    running = mail.MailServer()
    listening = await mail.start(running)
    yield running
    running.hang_up()
    listening.close()
    await listening.wait_closed()


async def test_silence_reaches_the_operator_by_mail_and_by_webhook(office, clock, mailserver):
    database = office.database
    async with Receiver() as receiver:
        webhook(database, "hook", address=receiver.address, language="en", secrets=[SECRET])
        subscribe(database, "operator", address="truc@example.org", schedule="instant",
                  due_at=None, language="en", filters={"about": "outlets"})  # fmt: skip
        subscribe(database, "reader", schedule="instant", due_at=None)
        post = Post(
            SmtpTransport(f"smtp://127.0.0.1:{mailserver.port}"),
            WebhookTransport(allow_private=True, user_agent="diembao-test"),
            "bao@example.org", "host/1", clock, lambda: 0.0,
        )  # fmt: skip
        shop = Workshop(office.desk, SENDER, post)
        quiet_for(office, clock.now, days=3)
        for _ in range(3):
            await KINDS["silence"].run(shop, "")
            await KINDS["digests"].run(shop, "")
            clock.go_on(minutes=1)
            await shop.outgoing.idle()
        await shop.aclose()
    (call,) = receiver.calls
    verify([SECRET], call.headers, call.body, clock.now)
    told = json.loads(call.body)
    assert (told["type"], told["data"]["source"]) == ("source.silent", OUTLET)
    assert told["data"]["reason"].startswith("nothing new since ")
    assert set(told["data"]) == {"source", "reason", "since"}
    ((_, recipients, content),) = mailserver.mails
    letter = email.message_from_bytes(content, policy=default)
    assert recipients == ["truc@example.org"]
    assert letter["Subject"] == "Điểm Báo: Tin Vàm Sông brings no news"
    assert "List-Unsubscribe" in letter


async def test_silence_is_one_event_however_often_it_is_looked_for(office, clock):
    quiet_for(office, clock.now, days=3)
    shop = Workshop(office.desk, SENDER, None)
    for _ in range(3):
        await KINDS["silence"].run(shop, "")
        clock.go_on(hours=1)
    with office.database.reading() as session:
        assert [event.type for event in events.after(session, 0, 9)] == ["source.silent"]
