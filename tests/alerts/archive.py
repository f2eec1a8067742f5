"""Stored news and subscriptions, for the tests of matching and sending."""

from datetime import timedelta

from alerts.matching import Sender, prepare
from storage import outbox, polling, subscriptions
from storage.tables import Subscription
from tests.storage.sample import NOW

SENDER = Sender("https://diembao.example.org", "mot-khoa-bi-mat-du-dai-cho-cac-bai-thu")
SOURCES = {
    "bennghemoi": ("Bến Nghé Mới", "press"),
    "nhipphosong": ("Nhịp Phố Sông", "press"),
    "vamsong": ("Tin Vàm Sông", "official"),
}


def subscribe(database, name="sub-1", **changes):
    plain = {"id": name, "kind": "mail", "address": f"{name}@example.org", "status": "active"}
    plain |= {"schedule": "daily@07:00", "timezone": "Asia/Ho_Chi_Minh", "language": "vi"}
    plain |= {"period_from": NOW - timedelta(days=1), "created_at": NOW, "due_at": NOW}
    with database.writing() as session:
        polling.register(session, SOURCES, NOW)
        session.add(Subscription(**(plain | changes)))


def webhook(database, name="sub-1", **changes):
    plain = {"kind": "webhook", "address": "https://nhan-tin.example/hook", "due_at": None}
    plain |= {"schedule": "instant", "secrets": ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}
    subscribe(database, name, **(plain | changes))


def prepared(database, name="sub-1", now=NOW):
    """Prepare a subscription; gives its new deliveries, oldest first."""
    with database.writing() as session:
        made = prepare(session, subscriptions.get(session, name), SENDER, now)
        return [outbox.get(session, delivery) for delivery in made]


def position(database, name="sub-1"):
    with database.reading() as session:
        return subscriptions.get(session, name).position
