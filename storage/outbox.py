"""The outbox: deliveries with every attempt, and putting them back in line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select, update

from messages.catalogue import N_
from storage.claims import parts, sendable
from storage.errors import UnknownThing
from storage.tables import Attempt, Delivery, Subscription
from storage.waiting import later

_NEW = insert(SQLModel.metadata.tables["delivery"])

STATUSES = ("pending", "sending", "done", "retrying", "dead")


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery that is not written yet; ``articles`` are those it tells of."""

    id: str
    subscription_id: str
    type: str
    payload: dict[str, Any]
    created_at: datetime
    first_event: int | None = None
    last_event: int | None = None
    articles: Sequence[int] = ()


def write(session: Session, draft: Draft) -> str:
    """Put a delivery in line, to be sent at once; gives its id.

    It is written with others at the next look-up or the transaction's end.
    """
    row = {
        "id": draft.id,
        "subscription_id": draft.subscription_id,
        "type": draft.type,
        "status": "pending",
        "subject": str(draft.payload.get("subject", "")),
        "payload": draft.payload,
        "first_event": draft.first_event,
        "last_event": draft.last_event,
        "articles": list(draft.articles),
        "created_at": draft.created_at,
        "due_at": draft.created_at,
        "attempts": 0,
    }
    later(session, _NEW, row)
    return draft.id


def get(session: Session, delivery_id: str) -> Delivery:
    """Give a delivery by its id; raises UnknownThing."""
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise UnknownThing(N_("no delivery {delivery}"), delivery=delivery_id)
    return found


def waiting(session: Session, subscriptions: Sequence[str] | None, now: datetime) -> Sequence[str]:
    """Give the deliveries in nobody's hand, due or not, of some or of all subscriptions.

    Those of paused ones are left out.
    """
    query = select(Delivery.id).join(
        Subscription, col(Subscription.id) == col(Delivery.subscription_id)
    )
    query = query.where(sendable(now, due_only=False), col(Subscription.status) != "paused")
    if subscriptions is not None:
        query = query.where(col(Delivery.subscription_id).in_(subscriptions))
    return session.exec(query.order_by(col(Delivery.created_at))).all()


def came_back(session: Session, delivery_id: str, now: datetime, error: str) -> None:
    """Record that a mail, which a server had taken, came back; it is not sent again."""
    delivery = get(session, delivery_id)
    attempt = session.get(Attempt, (delivery_id, delivery.attempts))
    if attempt is not None:
        attempt.outcome, attempt.answer = "dead", error[:300]
        attempt.finished_at = attempt.finished_at or now
    if delivery.status == "done":
        delivery.status, delivery.done_at = "dead", None
    delivery.last_error = error[:300]


def again(session: Session, delivery_id: str, now: datetime) -> Delivery:
    """Put a delivery back in line, whatever became of it; it keeps its id."""
    delivery = get(session, delivery_id)
    delivery.status, delivery.due_at, delivery.done_at = "pending", now, None
    return delivery


def take_over(session: Session, owner: str, now: datetime) -> None:
    """Put what a dead sender had in hand back in line."""
    session.exec(
        update(Delivery)
        .where(col(Delivery.status) == "sending", col(Delivery.claimed_by) == owner)
        .values(status="retrying", due_at=now, claimed_by=None, claimed_until=None)
    )


def lease_owners(session: Session) -> set[str]:
    """Give everyone who has a delivery in hand."""
    owners = session.exec(select(Delivery.claimed_by).where(Delivery.status == "sending"))
    return {owner for owner in owners if owner}


def find(
    session: Session,
    *,
    status: str | None = None,
    subscription: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Sequence[Delivery]:
    """Give deliveries, newest first."""
    query = select(Delivery).order_by(col(Delivery.created_at).desc())
    if status:
        query = query.where(Delivery.status == status)
    if subscription:
        query = query.where(Delivery.subscription_id == subscription)
    if since:
        query = query.where(Delivery.created_at >= since)
    return session.exec(query.limit(limit) if limit else query).all()


def attempts_of(session: Session, deliveries: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:
    """Give the attempts of deliveries in order, by delivery."""
    found: dict[str, list[Attempt]] = {name: [] for name in deliveries}
    for part in parts(deliveries):
        query = select(Attempt).where(col(Attempt.delivery_id).in_(part))
        for attempt in session.exec(query.order_by(col(Attempt.number))):
            found[attempt.delivery_id].append(attempt)
    return found


def made_since(
    session: Session, subscriptions: Iterable[str], since: datetime
) -> dict[str, list[datetime]]:
    """Give when deliveries of some subscriptions were made after a moment."""
    made: dict[str, list[datetime]] = {}
    keys = list(subscriptions)
    for start in range(0, len(keys), 500):
        rows = session.exec(
            select(Delivery.subscription_id, Delivery.created_at).where(
                col(Delivery.subscription_id).in_(keys[start : start + 500]),
                col(Delivery.created_at) > since,
            )
        )
        for subscription, moment in rows:
            made.setdefault(subscription, []).append(moment)
    return made


def attempts(session: Session, delivery_id: str) -> Sequence[Attempt]:
    """Give a delivery's attempts in order."""
    return session.exec(
        select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(col(Attempt.number))
    ).all()
