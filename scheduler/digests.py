"""Making what is due: a few subscriptions in one transaction, sharing what they are told."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from alerts.lookups import Lookups
from alerts.matching import Sender, prepare
from alerts.waking import Pace, wake
from storage import events, subscriptions
from storage.database import Database
from storage.errors import is_outage

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
# Made in one transaction: enough to share the wait for the disk, few enough not to hold others up.
TOGETHER = 100
# A subscription whose digest cannot be made is set aside for this long, so that the others go on.
POISON_PAUSE = timedelta(hours=1)


def is_any_due(database: Database, now: datetime) -> bool:
    """Tell whether `make_due` would find something to do."""
    with database.reading() as session:
        return subscriptions.is_any_behind(session, events.last_id(session)) or bool(
            subscriptions.due(session, now, 1)
        )


def make_due(
    database: Database, sender: Sender, clock: Callable[[], datetime], pace: Pace | None = None
) -> list[str]:
    """Make the deliveries of all subscriptions whose time has come; gives their ids."""
    with database.reading() as session:
        fresh = subscriptions.is_any_behind(session, events.last_id(session))
    if fresh:
        with database.writing() as session:
            wake(session, clock(), pace or Pace())
    with database.reading() as session:
        due = subscriptions.due(session, clock(), MOST_AT_ONCE)
    return make(database, sender, due, clock)


def make(
    database: Database, sender: Sender, wanted: Sequence[str], clock: Callable[[], datetime]
) -> list[str]:
    """Make the deliveries of these subscriptions, whatever their schedule; gives their ids."""
    made: list[str] = []
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        try:
            made += _make(database, sender, part, clock())
        except Exception as error:
            if is_outage(error):
                raise
            # Whose digest it is shows when each is made alone.
            for subscription_id in part:
                made += _make_alone(database, sender, subscription_id, clock())
    return made


def _make(database: Database, sender: Sender, wanted: Sequence[str], now: datetime) -> list[str]:
    made: list[str] = []
    with database.writing() as session:
        shared = Lookups(session)
        for subscription in subscriptions.several(session, wanted):
            if subscription.status == "active":
                made += prepare(session, subscription, sender, now, shared)
    return made


def _make_alone(database: Database, sender: Sender, wanted: str, now: datetime) -> list[str]:
    try:
        return _make(database, sender, [wanted], now)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("digest of subscription %s could not be made", wanted)
        with database.writing() as session:
            subscriptions.get(session, wanted).due_at = now + POISON_PAUSE
        return []
