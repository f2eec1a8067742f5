"""Sending what waits in the outbox."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from alerts.sending import Post, deliver
from storage import outbox
from storage.database import Database

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
AT_ONCE = 8


async def send_due(database: Database, post: Post, clock: Callable[[], datetime]) -> Counter[str]:
    """Send the deliveries whose time has come; counts what became of them."""

    def due() -> list[str]:
        with database.reading() as session:
            return list(outbox.due(session, clock(), MOST_AT_ONCE))

    return await send(database, post, await asyncio.to_thread(due))


async def send(database: Database, post: Post, wanted: Iterable[str]) -> Counter[str]:
    """Send these deliveries, a few side by side; counts what became of them."""
    places = asyncio.Semaphore(AT_ONCE)
    outcomes: Counter[str] = Counter()

    async def one(delivery_id: str) -> None:
        async with places:
            try:
                outcome = await deliver(database, delivery_id, post)
            except Exception:
                log.exception("delivery %s: the sender itself failed", delivery_id)
                outcome = "failed"
        outcomes[outcome or "taken"] += 1

    async with asyncio.TaskGroup() as group:
        for delivery_id in wanted:
            group.create_task(one(delivery_id))
    return outcomes
