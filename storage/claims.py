"""Deliveries on their way: which may be sent, whose hand they are in, what came of each try.

A delivery is claimed with a lease, its attempt is written before the try and completed after it.
A sender that dies leaves the lease to run out; the next one sends under the same id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, or_, select, update
from sqlmodel import Session, SQLModel

import storage.tables  # noqa: F401 - makes the tables known

WAITING = ("pending", "retrying")
NOTICE = "notice"
"""The type of a mail to the owner of a subscription, not to its receiver."""

_DELIVERY = SQLModel.metadata.tables["delivery"]
_ATTEMPT = SQLModel.metadata.tables["attempt"]
_SUBSCRIPTION = SQLModel.metadata.tables["subscription"]
_D, _A, _S = _DELIVERY.c, _ATTEMPT.c, _SUBSCRIPTION.c
# Clocks of machines that share an archive may differ by so much.
SKEW = timedelta(minutes=1)
# SQLite takes so many values in one statement, and some more.
_MOST_VALUES = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that may be sent: whose it is, and by which way (mail, webhook, …)."""

    id: str
    subscription_id: str
    way: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in our hand, with what its sending needs; ``number`` is the attempt's."""

    id: str
    subscription_id: str
    type: str
    payload: dict[str, Any]
    created_at: datetime
    number: int
    way: str
    address: str
    subscription_status: str
    secrets: list[str]
    old_secret_until: datetime | None


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt that has ended: ``outcome`` is done, retry or dead; ``due_at`` that of a retry."""

    id: str
    number: int
    started_at: datetime
    finished_at: datetime
    outcome: str
    answer: str
    due_at: datetime | None = None

    @property
    def arrived(self) -> bool:
        """Say whether the receiver took it."""
        return self.outcome == "done"


def sendable(now: datetime, *, due_only: bool) -> ColumnElement[bool]:
    """Say which deliveries are in nobody's hand, all of them or the due ones.

    One that is untried and seems to be made later than now is from before the clock was set back.
    """
    return _sendable(now, now + SKEW, due_only=due_only)


def _sendable(now: Any, skewed: Any, *, due_only: bool) -> ColumnElement[bool]:
    waiting: ColumnElement[bool] = _D.status.in_(WAITING)
    if due_only:
        untried = and_(_D.status == "pending", _D.created_at > skewed)
        waiting = or_(and_(waiting, _D.due_at <= now), untried)
    return or_(waiting, and_(_D.status == "sending", _D.claimed_until < now))


# Made once: making a statement takes longer than asking it of a few rows.
_MOMENTS = (bindparam("now", type_=_D.due_at.type), bindparam("skewed", type_=_D.due_at.type))
_NAMED = (
    select(_D.id, _D.subscription_id, _D.type, _D.payload, _D.created_at, _D.attempts, _S.kind,
           _S.address, _S.owner, _S.status.label("standing"), _S.secrets, _S.old_secret_until)
    .join_from(_DELIVERY, _SUBSCRIPTION)
    .where(_D.id.in_(bindparam("wanted", expanding=True)))
)  # fmt: skip
_FREE = _NAMED.where(_sendable(*_MOMENTS, due_only=False))
_FREE_AND_DUE = _NAMED.where(_sendable(*_MOMENTS, due_only=True))
_TAKE = (
    update(_DELIVERY)
    .where(_D.id == bindparam("key"))
    .values(status="sending", claimed_by=bindparam("us"), claimed_until=bindparam("until"),
            attempts=bindparam("number"))
)  # fmt: skip
_BEGIN = insert(_ATTEMPT)
_END = (
    update(_ATTEMPT)
    .where(_A.delivery_id == bindparam("key"), _A.number == bindparam("at"))
    .values(started_at=bindparam("started"), finished_at=bindparam("finished"),
            outcome=bindparam("what"), answer=bindparam("said"))
)  # fmt: skip
_ARRIVED = (
    update(_DELIVERY)
    .where(_D.id == bindparam("key"))
    .values(status="done", done_at=bindparam("when"), last_error=None, claimed_by=None,
            claimed_until=None)
)  # fmt: skip
_FAILED = (
    update(_DELIVERY)
    .where(_D.id == bindparam("key"), _D.claimed_by == bindparam("us"))
    .where(_D.attempts == bindparam("at"))
    .values(status=bindparam("what"), last_error=bindparam("said"), claimed_by=None,
            claimed_until=None,
            due_at=func.coalesce(bindparam("due", type_=_D.due_at.type), _D.due_at))
)  # fmt: skip


def _way(kind: str, type_: str) -> str:
    return "mail" if type_ == NOTICE else kind


def due(session: Session, now: datetime, limit: int) -> Sequence[Waiting]:
    """Give the deliveries that may be sent now, in fair order.

    First each subscription's longest due, the longest due first, then each one's second, and so on:
    a receiver with a thousand deliveries is not before one with a single. Those of a paused
    subscription wait until it is resumed.
    """
    turn = func.row_number().over(partition_by=_D.subscription_id, order_by=(_D.due_at, _D.id))
    ranked = (
        select(_D.id, _D.subscription_id, _D.type, _D.due_at, turn.label("turn"))
        .where(sendable(now, due_only=True))
        .subquery()
    )
    rows = session.connection().execute(
        select(ranked.c.id, ranked.c.subscription_id, ranked.c.type, _S.kind)
        .join_from(ranked, _SUBSCRIPTION, _S.id == ranked.c.subscription_id)
        .where(or_(_S.status != "paused", ranked.c.type == NOTICE))
        .order_by(ranked.c.turn, ranked.c.due_at, ranked.c.id)
        .limit(limit)
    )
    return [Waiting(id_, owner, _way(kind, type_)) for id_, owner, type_, kind in rows]


def is_any_due(session: Session, now: datetime) -> bool:
    """Tell whether `due` would give anything."""
    found = session.connection().execute(
        select(_D.id)
        .join_from(_DELIVERY, _SUBSCRIPTION)
        .where(sendable(now, due_only=True))
        .where(or_(_S.status != "paused", _D.type == NOTICE))
        .limit(1)
    )
    return found.first() is not None


def named(session: Session, wanted: Sequence[str]) -> Sequence[Waiting]:
    """Give these deliveries, those that are there, in the order named."""
    found: dict[str, Waiting] = {}
    for part in parts(wanted):
        rows = session.connection().execute(
            select(_D.id, _D.subscription_id, _D.type, _S.kind)
            .join_from(_DELIVERY, _SUBSCRIPTION)
            .where(_D.id.in_(part))
        )
        found |= {id_: Waiting(id_, owner, _way(kind, type_)) for id_, owner, type_, kind in rows}
    return [found[name] for name in dict.fromkeys(wanted) if name in found]


def parts(wanted: Sequence[str]) -> Iterable[Sequence[str]]:
    """Give ids in parts that a statement can take."""
    return (wanted[at : at + _MOST_VALUES] for at in range(0, len(wanted), _MOST_VALUES))


def claim(
    session: Session,
    wanted: Sequence[str],
    owner: str,
    now: datetime,
    lease: timedelta,
    *,
    due_only: bool = False,
) -> list[Claimed]:
    """Take those of these deliveries that nobody else has, and write the attempts about to be made.

    With ``due_only`` those whose time has been put off meanwhile are left. The writers' lock is
    held, so nobody comes between the look and the taking.
    """
    session.flush()  # statements on the connection do not see what the session has not written
    found = [row for part in parts(wanted) for row in _free(session, part, now, due_only=due_only)]
    if not found:
        return []
    connection = session.connection()
    until = now + lease
    connection.execute(
        _TAKE,
        [{"key": each.id, "number": each.number, "us": owner, "until": until} for each in found],
    )
    connection.execute(
        _BEGIN,
        [{"delivery_id": each.id, "number": each.number, "started_at": now} for each in found],
    )
    return found


def _free(
    session: Session, wanted: Sequence[str], now: datetime, *, due_only: bool
) -> Iterable[Claimed]:
    asked = {"wanted": wanted, "now": now, "skewed": now + SKEW}
    rows = session.connection().execute(_FREE_AND_DUE if due_only else _FREE, asked)
    for row in rows:
        yield Claimed(
            id=row.id,
            subscription_id=row.subscription_id,
            type=row.type,
            payload=row.payload,
            created_at=row.created_at,
            number=row.attempts + 1,
            way=_way(row.kind, row.type),
            address=row.owner or "" if row.type == NOTICE else row.address,
            subscription_status=row.standing,
            secrets=row.secrets,
            old_secret_until=row.old_secret_until,
        )


def renew(session: Session, held: Sequence[str], owner: str, until: datetime) -> None:
    """Hold deliveries that are still ours for longer."""
    connection = session.connection()
    for part in parts(held):
        connection.execute(
            update(_DELIVERY)
            .where(_D.id.in_(part), _D.status == "sending", _D.claimed_by == owner)
            .values(claimed_until=until)
        )


def give_back(session: Session, untried: Sequence[Claimed]) -> None:
    """Put claimed deliveries back in line as if they had not been taken: nothing was tried."""
    if not untried:
        return
    rows = [{"key": each.id, "at": each.number, "before": each.number - 1} for each in untried]
    connection = session.connection()
    connection.execute(
        delete(_ATTEMPT).where(_A.delivery_id == bindparam("key"), _A.number == bindparam("at")),
        rows,
    )
    connection.execute(
        update(_DELIVERY)
        .where(_D.id == bindparam("key"), _D.attempts == bindparam("at"))
        .values(
            status="retrying", attempts=bindparam("before"), claimed_by=None, claimed_until=None
        ),
        rows,
    )


def finish(session: Session, tried: Sequence[Tried], owner: str) -> None:
    """Record what came of attempts.

    What arrived is done, whoever has it now; a failure counts only while the claim is ours.
    """
    if not tried:
        return
    connection = session.connection()
    connection.execute(
        _END,
        [{"key": each.id, "at": each.number, "started": each.started_at,
          "finished": each.finished_at, "what": each.outcome, "said": each.answer}
         for each in tried],
    )  # fmt: skip
    if done := [{"key": each.id, "when": each.finished_at} for each in tried if each.arrived]:
        connection.execute(_ARRIVED, done)
    if failed := [{"key": each.id, "at": each.number, "said": each.answer, "due": each.due_at,
                   "us": owner, "what": "retrying" if each.due_at else "dead"}
                  for each in tried if not each.arrived]:  # fmt: skip
        connection.execute(_FAILED, failed)


def put_off(session: Session, subscription_id: str, until: datetime) -> None:
    """Let what waits for a receiver wait at least as long as it asked for."""
    session.connection().execute(
        update(_DELIVERY)
        .where(_D.subscription_id == subscription_id)
        .where(_D.status.in_(WAITING), _D.due_at < until)
        .values(due_at=until)
    )


def died_since(session: Session, subscription_id: str, since: datetime) -> int:
    """Count the deliveries to a receiver that were given up since a moment."""
    return (
        session.connection()
        .execute(
            select(func.count())
            .join_from(_ATTEMPT, _DELIVERY)
            .where(_D.subscription_id == subscription_id)
            .where(_A.outcome == "dead", _A.finished_at >= since)
        )
        .scalar_one()
    )
