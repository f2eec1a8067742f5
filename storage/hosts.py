"""One budget for each web host over all sources, processes and machines; its robots.txt.

Whoever crawls holds the leases of all hosts of the source; a host is free again only when the pause
after the last request, or the one it asked for itself, is over.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, and_, col, or_, select, update

from storage.tables import Host


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether hosts are ours now; if not, until when one wants to be left alone and why.

    ``free_at`` is None where somebody else is asking one of them.
    """

    ours: bool
    free_at: datetime | None = None
    reason: str | None = None


# Statements made once, as every poll uses them: to put one together takes longer than to run it.
_NAMED = col(Host.name).in_(bindparam("names", expanding=True))
_OURS = and_(_NAMED, col(Host.lease_by) == bindparam("owner"))
_FREE = or_(
    col(Host.lease_until).is_(None),
    col(Host.lease_until) < bindparam("now"),
    col(Host.lease_by) == bindparam("owner"),
)
# No pause that we keep by ourselves is longer (a Crawl-delay is believed up to five minutes): one
# that seems so is from before the clock was set back.
LONGEST_OWN = timedelta(minutes=6)
_RESTED = or_(
    col(Host.free_at).is_(None),
    col(Host.free_at) <= bindparam("now"),
    and_(col(Host.wait_reason).is_(None), col(Host.free_at) > bindparam("longest")),
)
_LEASE: dict[str, Any] = {"lease_until": bindparam("until"), "lease_by": bindparam("owner")}
_TAKE = update(Host).where(_NAMED, _FREE, _RESTED).values(_LEASE)
_RENEW = update(Host).where(_OURS).values(lease_until=bindparam("until"))
_LET_GO = update(Host).where(_OURS).values(lease_until=None, lease_by=None)
_PAUSE = (
    update(Host)
    .where(col(Host.name) == bindparam("of_name"))
    .where(or_(col(Host.free_at).is_(None), col(Host.free_at) < bindparam("until")))
    .values(free_at=bindparam("until"), wait_reason=None)
)
_ROBOTS = select(col(Host.name), col(Host.robots)).where(
    _NAMED, col(Host.robots_at) > bindparam("since")
)


def claim(
    session: Session, names: Collection[str], owner: str, now: datetime, lease: timedelta
) -> Turn:
    """Take all of some hosts, or none."""
    longest = now + LONGEST_OWN
    given = {"names": list(names), "owner": owner, "now": now, "until": now + lease,
             "longest": longest}  # fmt: skip
    if session.connection().execute(_TAKE, given).rowcount == len(names):
        return Turn(ours=True)
    rows = session.exec(select(Host).where(col(Host.name).in_(names))).all()
    taken = any(
        row.lease_until and row.lease_until >= now and row.lease_by != owner for row in rows
    )
    believed = [row for row in rows if row.wait_reason or (row.free_at or now) <= longest]
    resting = max(believed, key=lambda row: row.free_at or now, default=None)
    if taken or (resting and resting.free_at and resting.free_at > now):
        session.connection().execute(_LET_GO, given)
        if taken or resting is None:
            return Turn(ours=False)
        return Turn(ours=False, free_at=resting.free_at, reason=resting.wait_reason)
    unknown = {*names} - {row.name for row in rows}
    session.add_all(Host(name=name, lease_until=now + lease, lease_by=owner) for name in unknown)
    return Turn(ours=True)


def renew(session: Session, names: Collection[str], owner: str, until: datetime) -> None:
    """Hold hosts that are ours for longer."""
    session.connection().execute(_RENEW, {"names": list(names), "owner": owner, "until": until})


def release(
    session: Session, names: Collection[str], owner: str, free_at: Mapping[str, datetime]
) -> None:
    """Give hosts back; those in ``free_at`` rest until then, or longer if they asked for it."""
    connection = session.connection()
    let_go = connection.execute(_LET_GO, {"names": list(names), "owner": owner})
    pauses = [{"of_name": name, "until": moment} for name, moment in free_at.items()]
    if let_go.rowcount and pauses:
        connection.execute(_PAUSE, pauses)


def rest(session: Session, name: str, until: datetime, reason: str) -> None:
    """Leave a host alone until a moment, because it asked for that."""
    row = session.get(Host, name)
    if row is None:
        session.add(Host(name=name, free_at=until, wait_reason=reason))
    elif row.free_at is None or row.free_at < until:
        row.free_at, row.wait_reason = until, reason


def keep_robots(session: Session, name: str, text: str, now: datetime) -> None:
    """Keep a host's robots.txt."""
    row = session.get(Host, name)
    if row is None:
        row = Host(name=name)
        session.add(row)
    row.robots, row.robots_at = text, now


def robots(session: Session, names: Collection[str], since: datetime) -> dict[str, str]:
    """Give the robots.txt files, by host, that were read since a moment."""
    fresh = session.connection().execute(_ROBOTS, {"names": list(names), "since": since})
    return {name: text or "" for name, text in fresh}


def lease_owners(session: Session) -> set[str]:
    """Give everyone who holds a host."""
    owners = session.exec(select(Host.lease_by).where(col(Host.lease_by).is_not(None)))
    return {owner for owner in owners if owner}


def take_over(session: Session, owner: str) -> None:
    """Free what a dead owner held."""
    session.exec(
        update(Host).where(col(Host.lease_by) == owner).values(lease_until=None, lease_by=None)
    )
