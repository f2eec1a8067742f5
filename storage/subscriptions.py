"""Subscriptions: who wants what, and whose digest is due."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from storage.errors import UnknownThing
from storage.tables import Subscription

STATUSES = ("pending", "active", "paused", "ended")


def new_id() -> str:
    """Give an id that cannot be guessed: it stands in addresses."""
    return secrets.token_hex(8)


def get(session: Session, subscription_id: str) -> Subscription:
    """Give a subscription by its id; raises UnknownThing."""
    found = session.get(Subscription, subscription_id)
    if found is None:
        raise UnknownThing(f"no subscription {subscription_id}")
    return found


def pause(found: Subscription, reason: str | None = None) -> bool:
    """Send an active subscription nothing more until it is resumed; tells whether it was active.

    ``reason`` says why, where its reader did not ask for it.
    """
    if found.status != "active":
        return False
    found.status, found.reason = "paused", reason[:300] if reason else None
    return True


def resume(found: Subscription) -> bool:
    """Send a paused subscription again what is new, and what came meanwhile."""
    if found.status != "paused":
        return False
    found.status, found.reason = "active", None
    return True


def end(found: Subscription, reason: str | None = None) -> None:
    """End a subscription for good."""
    found.status, found.reason = "ended", reason[:300] if reason else None


def gone(found: Subscription, reason: str) -> None:
    """Take note that the receiver is no more.

    A webhook or an address that never confirmed is over; a reader's mailbox may come back.
    """
    if found.kind == "webhook" or found.status == "pending":
        end(found, reason)
    else:
        pause(found, reason)


def same(session: Session, wanted: Subscription) -> Subscription | None:
    """Give a live subscription that already asks for just this."""
    for row in session.exec(
        select(Subscription).where(
            Subscription.kind == wanted.kind,
            Subscription.address == wanted.address,
            Subscription.schedule == wanted.schedule,
            Subscription.status != "ended",
        )
    ):
        if row.filters == wanted.filters:
            return row
    return None


def at_address(session: Session, address: str) -> Sequence[Subscription]:
    """Give the subscriptions of a mail address that have not ended, oldest first."""
    return session.exec(
        select(Subscription)
        .where(Subscription.kind == "mail", Subscription.status != "ended")
        .where(func.lower(Subscription.address) == address.lower())
        .order_by(col(Subscription.created_at))
    ).all()


def everyone(session: Session) -> Sequence[Subscription]:
    """Give all subscriptions, oldest first."""
    return session.exec(select(Subscription).order_by(col(Subscription.created_at))).all()


def active(session: Session) -> Sequence[str]:
    """Give the ids of all active subscriptions, oldest first."""
    return session.exec(
        select(Subscription.id)
        .where(Subscription.status == "active")
        .order_by(col(Subscription.created_at))
    ).all()


def due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Give the active subscriptions whose time has come, longest due first."""
    return session.exec(
        select(Subscription.id)
        .where(Subscription.status == "active", col(Subscription.due_at) <= now)
        .order_by(col(Subscription.due_at))
        .limit(limit)
    ).all()


def instant_behind(session: Session, last_event: int, now: datetime, limit: int) -> Sequence[str]:
    """Give the active instant subscriptions that have not been told of the newest event.

    One whose last try failed is set aside until its ``due_at``.
    """
    return session.exec(
        select(Subscription.id)
        .where(Subscription.status == "active", Subscription.schedule == "instant")
        .where(Subscription.position < last_event)
        .where(or_(col(Subscription.due_at).is_(None), col(Subscription.due_at) <= now))
        .limit(limit)
    ).all()
