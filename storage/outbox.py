"""The outbox: deliveries, who is sending them, and every attempt.

A delivery is claimed with a lease, its attempt is written before the try and completed after it.
A sender that dies leaves the lease to run out; the next one sends under the same id.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, or_, select, update

from storage.errors import UnknownThing
from storage.tables import Attempt, Delivery

WAITING = ("pending", "retrying")
STATUSES = ("pending", "sending", "done", "retrying", "dead")


def due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Give the deliveries that may be sent now, longest due first."""
    waiting = and_(col(Delivery.status).in_(WAITING), col(Delivery.due_at) <= now)
    orphaned = and_(col(Delivery.status) == "sending", col(Delivery.claimed_until) < now)
    return session.exec(
        select(Delivery.id)
        .where(or_(waiting, orphaned))
        .order_by(col(Delivery.due_at))
        .limit(limit)
    ).all()


def waiting(session: Session, subscriptions: Sequence[str] | None, now: datetime) -> Sequence[str]:
    """Give the deliveries in nobody's hand, due or not, of some or of all subscriptions."""
    orphaned = and_(col(Delivery.status) == "sending", col(Delivery.claimed_until) < now)
    query = select(Delivery.id).where(or_(col(Delivery.status).in_(WAITING), orphaned))
    if subscriptions is not None:
        query = query.where(col(Delivery.subscription_id).in_(subscriptions))
    return session.exec(query.order_by(col(Delivery.created_at))).all()


def claim(
    session: Session, delivery_id: str, owner: str, now: datetime, lease: timedelta
) -> Delivery | None:
    """Take a delivery and write the attempt about to be made; None if somebody else has it."""
    result = session.exec(
        update(Delivery)
        .where(col(Delivery.id) == delivery_id)
        .where(or_(col(Delivery.status).in_(WAITING),
                   and_(col(Delivery.status) == "sending", col(Delivery.claimed_until) < now)))
        .values(status="sending", claimed_by=owner, claimed_until=now + lease,
                attempts=col(Delivery.attempts) + 1)
    )  # fmt: skip
    if result.rowcount != 1:
        return None
    delivery = get(session, delivery_id)
    session.refresh(delivery)
    session.add(Attempt(delivery_id=delivery_id, number=delivery.attempts, started_at=now))
    return delivery


def get(session: Session, delivery_id: str) -> Delivery:
    """Give a delivery by its id; raises UnknownThing."""
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise UnknownThing(f"no delivery {delivery_id}")
    return found


def done(session: Session, delivery_id: str, now: datetime, answer: str) -> None:
    """Record that a delivery arrived."""
    delivery = _finish(session, delivery_id, now, "done", answer)
    delivery.status, delivery.done_at, delivery.last_error = "done", now, None


def retry(session: Session, delivery_id: str, now: datetime, error: str, due_at: datetime) -> None:
    """Record a failed try that is to be repeated."""
    delivery = _finish(session, delivery_id, now, "retry", error)
    delivery.status, delivery.due_at, delivery.last_error = "retrying", due_at, error


def dead(session: Session, delivery_id: str, now: datetime, error: str) -> None:
    """Record a failed try that was the last."""
    delivery = _finish(session, delivery_id, now, "dead", error)
    delivery.status, delivery.last_error = "dead", error


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


def _finish(
    session: Session, delivery_id: str, now: datetime, outcome: str, answer: str
) -> Delivery:
    delivery = get(session, delivery_id)
    attempt = session.get(Attempt, (delivery_id, delivery.attempts))
    if attempt is not None:
        attempt.finished_at, attempt.outcome, attempt.answer = now, outcome, answer
    delivery.claimed_by = delivery.claimed_until = None
    return delivery


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
