"""WebSub: hubs are asked to call when a feed has something new.

A call only makes a source due; the feed is fetched by the poll as ever, and polling goes on at its
own pace whether hubs call or not.
"""

import asyncio
import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from network.guard import GuardError, check_address
from network.http import UnreachableError, post_form
from scheduler.poll import Desk, enabled_sources
from storage import polling, push
from storage.tables import Endpoint, Push

log = logging.getLogger(__name__)

LEASE = timedelta(days=5)
"""What is asked for; the hub decides."""
ASK_AGAIN = timedelta(days=1)
"""The pause after a hub refused, or did not answer for a subscription it had accepted."""
LEAST_PAUSE = timedelta(minutes=5)
RENEW_AFTER = 0.8
"""The part of a lease after which it is renewed."""
MOST_AT_ONCE = 10


def is_reachable(public_url: str, *, allow_private: bool) -> bool:
    """Whether hubs could call us at this address, as far as the address tells."""
    try:
        check_address(public_url, allow_private)
    except GuardError:
        return False
    return True


def wishes(
    offers: Iterable[tuple[Endpoint, Push | None]], enabled: Iterable[str], now: datetime
) -> list[Push]:
    """Say what to ask hubs for: what is new, what ends soon, and once a day what was refused."""
    wanted = set(enabled)
    found = (_wish(feed, known, now) for feed, known in offers if feed.source in wanted)
    return [wish for wish in found if wish is not None]


def _wish(feed: Endpoint, known: Push | None, now: datetime) -> Push | None:
    if known is None or (known.hub, known.topic) != (feed.hub, feed.topic):
        return _fresh(feed, now)
    if now < _ask_at(known):
        return None
    again = {"asked_at": now, "status": "pending", "reason": None}
    return Push(**known.model_dump() | again)


def _ask_at(known: Push) -> datetime:
    if known.status == "active" and known.lease_until is not None:
        lease = known.lease_until - known.asked_at
        return known.asked_at + max(lease * RENEW_AFTER, LEAST_PAUSE)
    return known.asked_at + ASK_AGAIN


def _fresh(feed: Endpoint, now: datetime) -> Push:
    return Push(
        endpoint=feed.url,
        source=feed.source,
        hub=feed.hub or "",
        topic=feed.topic or feed.url,
        token=secrets.token_urlsafe(24),
        secret=secrets.token_urlsafe(32),
        asked_at=now,
    )


async def ask_hubs(desk: Desk, public_url: str) -> int:
    """Subscribe where that is due, give how many hubs were asked; a refusal is kept with reason."""
    wanted = await asyncio.to_thread(_take, desk)
    await asyncio.gather(*(_ask(desk, public_url, wish) for wish in wanted))
    return len(wanted)


def _take(desk: Desk) -> list[Push]:
    """Read what is due; what is asked for is written before, as a hub may answer in between."""
    with desk.database.reading() as session:
        enabled = enabled_sources(desk.sources, polling.states(session))
        found = wishes(push.offers(session), enabled, desk.clock())[:MOST_AT_ONCE]
    if found:
        with desk.database.writing() as session:
            for wish in found:
                push.asked(session, wish)
    return found


async def _ask(desk: Desk, public_url: str, wanted: Push) -> None:
    form = {
        "hub.mode": "subscribe",
        "hub.topic": wanted.topic,
        "hub.callback": f"{public_url.rstrip('/')}/push/{wanted.token}",
        "hub.secret": wanted.secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    manner = desk.manner
    try:
        status, said = await post_form(
            wanted.hub, form, allow_private=manner.allow_private, user_agent=manner.user_agent
        )
        fault = None if 200 <= status < 300 else f"HTTP {status} {said}".strip()
    except UnreachableError as error:
        fault = str(error)
    if fault:
        log.warning("%s: hub %s: %s", wanted.source, wanted.hub, fault)
        await asyncio.to_thread(_refused, desk, wanted, fault)


def _refused(desk: Desk, wanted: Push, reason: str) -> None:
    with desk.database.writing() as session:
        push.refused(session, wanted.endpoint, reason)
