"""Making what is due: one subscription, one transaction."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from alerts.matching import Sender, due_now, prepare
from storage import subscriptions
from storage.database import Database

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
# A subscription whose digest cannot be made is set aside for this long, so that the others go on.
POISON_PAUSE = timedelta(hours=1)


def make_due(database: Database, sender: Sender, clock: Callable[[], datetime]) -> list[str]:
    """Make the deliveries of all subscriptions whose time has come; gives their ids."""
    with database.reading() as session:
        due = due_now(session, clock(), MOST_AT_ONCE)
    return make(database, sender, due, clock)


def make(
    database: Database, sender: Sender, wanted: Sequence[str], clock: Callable[[], datetime]
) -> list[str]:
    """Make the deliveries of these subscriptions, whatever their schedule; gives their ids."""
    made: list[str] = []
    for subscription_id in wanted:
        try:
            with database.writing() as session:
                subscription = subscriptions.get(session, subscription_id)
                if subscription.status == "active":
                    made += prepare(session, subscription, sender, clock())
        except Exception:
            log.exception("digest of subscription %s could not be made", subscription_id)
            _set_aside(database, subscription_id, clock())
    return made


def _set_aside(database: Database, subscription_id: str, now: datetime) -> None:
    with database.writing() as session:
        subscriptions.get(session, subscription_id).due_at = now + POISON_PAUSE
