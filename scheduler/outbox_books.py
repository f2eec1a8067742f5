"""What is read and written of deliveries while they are sent, each in a transaction of its own."""

import logging
from collections.abc import Sequence
from datetime import datetime

from alerts.sending import Post, Sent, claim, settle
from storage import claims
from storage.claims import Claimed, Waiting
from storage.database import Database
from storage.errors import is_outage

log = logging.getLogger(__name__)

MOST_AT_ONCE = 1_000


def is_any_waiting(database: Database, now: datetime) -> bool:
    """Tell whether a delivery may be sent now."""
    with database.reading() as session:
        return claims.is_any_due(session, now)


def due(database: Database, now: datetime) -> Sequence[Waiting]:
    """Give what may be sent now, up to `MOST_AT_ONCE`."""
    with database.reading() as session:
        return claims.due(session, now, MOST_AT_ONCE)


def named(database: Database, wanted: Sequence[str]) -> Sequence[Waiting]:
    """Give these deliveries, those that are there."""
    with database.reading() as session:
        return claims.named(session, wanted)


def give_back(database: Database, untried: Sequence[Claimed]) -> None:
    """Put back in line what was claimed and not tried."""
    if untried:
        with database.writing() as session:
            claims.give_back(session, untried)


def renew(database: Database, held: Sequence[str], owner: str, until: datetime) -> None:
    """Hold what is in hand for longer."""
    with database.writing() as session:
        claims.renew(session, held, owner, until)


def settle_and_claim(
    database: Database, post: Post, sent: Sequence[Sent], wanted: Sequence[str], due_only: bool
) -> tuple[list[str], list[Claimed] | None]:
    """Record outcomes and claim; if that fails, record each outcome by itself and claim nothing.

    Raises what the database says when it fails as a whole.
    """
    try:
        with database.writing() as session:
            return settle(session, sent, post), claim(session, wanted, post, due_only=due_only)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("the outbox could not be written")
    return [_settled_alone(database, post, each) for each in sent], None


def _settled_alone(database: Database, post: Post, sent: Sent) -> str:
    # What stays unrecorded is in our hand until the lease ends; it is sent again under its id.
    try:
        with database.writing() as session:
            return settle(session, [sent], post)[0]
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("delivery %s: its outcome could not be recorded", sent.claimed.id)
        return "failed"
