"""WebSub subscriptions to feeds, and which feeds name a hub."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.tables import Endpoint, Push

CALL_PAUSE = timedelta(minutes=1)
"""A source is not made due sooner than this after its last poll, however often a hub calls."""


def offers(session: Session) -> Sequence[tuple[Endpoint, Push | None]]:
    """Give the feeds that name a hub, each with the subscription to it if there is one."""
    return session.exec(
        select(Endpoint, Push)
        .join(Push, col(Push.endpoint) == col(Endpoint.url), isouter=True)
        .where(Endpoint.kind == "feed", col(Endpoint.hub).is_not(None))
        .order_by(col(Endpoint.url))
    ).all()


def asked(session: Session, push: Push) -> None:
    """Keep a subscription that is about to be asked for, in place of the one before."""
    session.merge(push)


def by_token(session: Session, token: str) -> Push | None:
    """Give the subscription whose callback ends in a token."""
    return session.exec(select(Push).where(Push.token == token)).first()


def granted(session: Session, endpoint: str, until: datetime) -> None:
    """Note that a hub calls until a moment."""
    push = session.get(Push, endpoint)
    if push is not None:
        push.status, push.reason, push.lease_until = "active", None, until


def heard(session: Session, endpoint: str, now: datetime) -> None:
    """Note that a hub has called."""
    push = session.get(Push, endpoint)
    if push is not None:
        push.heard_at = now


def called_since(session: Session, source: str, moment: datetime) -> bool:
    """Tell whether a hub has called for one of a source's feeds at a moment or later."""
    calls = select(Push.endpoint).where(Push.source == source, col(Push.heard_at) >= moment)
    return session.exec(calls).first() is not None


def refused(session: Session, endpoint: str, reason: str) -> None:
    """Note that a hub does not want to, or cannot be reached."""
    push = session.get(Push, endpoint)
    if push is not None:
        push.status, push.reason = "refused", reason
