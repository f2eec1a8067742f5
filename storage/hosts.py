"""One budget for each web host over all sources, processes and machines; its robots.txt.

Whoever crawls holds the leases of all hosts of the source; a host is free again only when the pause
after the last request, or the one it asked for itself, is over.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from storage.tables import Host


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether hosts are ours now; if not, until when one wants to be left alone and why.

    ``free_at`` is None where somebody else is asking one of them.
    """

    ours: bool
    free_at: datetime | None = None
    reason: str | None = None


def claim(
    session: Session, names: Collection[str], owner: str, now: datetime, lease: timedelta
) -> Turn:
    """Take all of some hosts, or none."""
    rows = session.exec(select(Host).where(col(Host.name).in_(names))).all()
    taken = any(
        row.lease_until and row.lease_until >= now and row.lease_by != owner for row in rows
    )
    if taken:
        return Turn(ours=False)
    resting = max(rows, key=lambda row: row.free_at or now, default=None)
    if resting and resting.free_at and resting.free_at > now:
        return Turn(ours=False, free_at=resting.free_at, reason=resting.wait_reason)
    known = {row.name for row in rows}
    session.add_all(
        Host(name=name, lease_until=now + lease, lease_by=owner) for name in {*names} - known
    )
    for row in rows:
        row.lease_until, row.lease_by = now + lease, owner
    return Turn(ours=True)


def renew(session: Session, names: Collection[str], owner: str, until: datetime) -> None:
    """Hold hosts that are ours for longer."""
    session.exec(
        update(Host)
        .where(col(Host.name).in_(names), col(Host.lease_by) == owner)
        .values(lease_until=until)
    )


def release(
    session: Session, names: Collection[str], owner: str, free_at: Mapping[str, datetime]
) -> None:
    """Give hosts back; those in ``free_at`` rest until then, or longer if they asked for it."""
    ours = select(Host).where(col(Host.name).in_(names), col(Host.lease_by) == owner)
    for row in session.exec(ours):
        row.lease_until = row.lease_by = None
        pause = free_at.get(row.name)
        if pause and (row.free_at is None or row.free_at < pause):
            row.free_at, row.wait_reason = pause, None


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
    fresh = select(Host).where(col(Host.name).in_(names), col(Host.robots_at) > since)
    return {row.name: row.robots or "" for row in session.exec(fresh)}


def lease_owners(session: Session) -> set[str]:
    """Give everyone who holds a host."""
    owners = session.exec(select(Host.lease_by).where(col(Host.lease_by).is_not(None)))
    return {owner for owner in owners if owner}


def take_over(session: Session, owner: str) -> None:
    """Free what a dead owner held."""
    session.exec(
        update(Host).where(col(Host.lease_by) == owner).values(lease_until=None, lease_by=None)
    )
