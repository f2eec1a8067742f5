"""Subscriptions: who wants what, and whose digest is due."""

import secrets
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import ColumnElement, Text, bindparam, cast, exists, update
from sqlmodel import Session, SQLModel, and_, col, func, or_, select

from messages.catalogue import N_
from storage.errors import UnknownThing
from storage.tables import Subscription

STATUSES = ("pending", "active", "paused", "ended")


class Group(NamedTuple):
    """What instant subscriptions for which news waits may have in common: they are judged as one.

    ``filters`` is the filter as it is stored.
    """

    kind: str
    position: int
    filters: str


# Past the session, as there may be one group a subscription.
_TABLE = SQLModel.metadata.tables["subscription"].c
_IS_BEHIND = (
    _TABLE.status == "active",
    _TABLE.schedule == "instant",
    _TABLE.due_at.is_(None),
    _TABLE.position < bindparam("last"),
)
_GROUP = (_TABLE.kind, _TABLE.position, cast(_TABLE.filters, Text))
_GROUPS = sqlalchemy.select(*_GROUP).where(*_IS_BEHIND).distinct()
_MEMBERS = sqlalchemy.select(_TABLE.id, *_GROUP).where(*_IS_BEHIND)


def new_id() -> str:
    """Give an id that cannot be guessed: it stands in addresses."""
    return secrets.token_hex(8)


def get(session: Session, subscription_id: str) -> Subscription:
    """Give a subscription by its id; raises UnknownThing."""
    found = session.get(Subscription, subscription_id)
    if found is None:
        raise UnknownThing(N_("no subscription {subscription}"), subscription=subscription_id)
    return found


def several(session: Session, wanted: Sequence[str]) -> Sequence[Subscription]:
    """Give subscriptions by their ids, in this order; raises UnknownThing."""
    rows = session.exec(select(Subscription).where(col(Subscription.id).in_(wanted))).all()
    found = {row.id: row for row in rows}
    for key in wanted:
        if key not in found:
            raise UnknownThing(N_("no subscription {subscription}"), subscription=key)
    return [found[key] for key in wanted]


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
    found.status, found.reason, found.failing_since = "active", None, None
    return True


def end(found: Subscription, reason: str | None = None) -> None:
    """End a subscription for good."""
    found.status, found.reason = "ended", reason[:300] if reason else None


def gone(found: Subscription, reason: str) -> None:
    """Take note that the receiver is no more.

    A webhook, a chat room or an address that never confirmed is over; a reader's mailbox may come
    back.
    """
    if found.kind != "mail" or found.status == "pending":
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


def troubled(session: Session) -> Sequence[Subscription]:
    """Give those paused without their reader's wish, and those that fail, oldest first."""
    paused = and_(Subscription.status == "paused", col(Subscription.reason).is_not(None))
    fails = and_(Subscription.status == "active", col(Subscription.failing_since).is_not(None))
    return session.exec(
        select(Subscription).where(or_(paused, fails)).order_by(col(Subscription.created_at))
    ).all()


def hear_of_outlets(session: Session) -> int:
    """Count the active subscriptions that are told how outlets fare.

    Webhooks on 'instant' that ask for topics, names or words are counted although they are not.
    """
    about = cast(col(Subscription.filters), Text).contains('"about"')
    calls = and_(Subscription.kind == "webhook", Subscription.schedule == "instant")
    return session.exec(
        select(func.count())
        .select_from(Subscription)
        .where(Subscription.status == "active", or_(about, calls))
    ).one()


def due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Give the active subscriptions whose time has come, longest due first."""
    return session.exec(
        select(Subscription.id)
        .where(Subscription.status == "active", col(Subscription.due_at) <= now)
        # Equal ones beside each other: what they are told is looked up once.
        .order_by(
            col(Subscription.due_at),
            cast(col(Subscription.filters), Text),
            col(Subscription.position),
            col(Subscription.language),
            col(Subscription.id),
        )
        .limit(limit)
    ).all()


def _behind(last_event: int) -> ColumnElement[bool]:
    """Instant ones that have not been judged by the newest event and do not wait for their time."""
    return and_(
        col(Subscription.status) == "active",
        col(Subscription.schedule) == "instant",
        col(Subscription.due_at).is_(None),
        col(Subscription.position) < last_event,
    )


def is_any_behind(session: Session, last_event: int) -> bool:
    """Tell whether news waits to be judged for an active instant subscription."""
    return session.exec(select(exists().where(_behind(last_event)))).one()


def groups_behind(session: Session, last_event: int) -> list[Group]:
    """Give the instant subscriptions for which news waits to be judged, equal ones as one."""
    rows = session.connection().execute(_GROUPS, {"last": last_event})
    return list(map(Group._make, rows))


def members(session: Session, groups: Container[Group], last_event: int) -> list[tuple[str, Group]]:
    """Give the subscriptions of some groups of those behind."""
    rows = session.connection().execute(_MEMBERS, {"last": last_event})
    return [(key, group) for key, *rest in rows if (group := Group._make(rest)) in groups]


def set_due(session: Session, due: Mapping[str, datetime]) -> None:
    """Set when subscriptions are due."""
    if due:
        rows = [{"id": key, "due_at": moment} for key, moment in due.items()]
        session.execute(update(Subscription), rows)


def move_on(session: Session, last_event: int) -> None:
    """Take note that news concerns none of those that are behind and were not made due."""
    session.exec(update(Subscription).where(_behind(last_event)).values(position=last_event))
