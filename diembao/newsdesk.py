"""The crawl desk of a command: sources, archive, reading processes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from analysis.relevance import DEFAULT_THRESHOLD
from crawler.crawl import Manner
from crawler.errors import SourceError
from diembao.failures import UsageError
from diembao.outlets import load_sources
from diembao.postroom import open_shop
from diembao.settings import Settings
from diembao.workplace import known_seeds, open_archive
from messages.catalogue import _
from scheduler.intake import Archive
from scheduler.leases import take_over_from_the_dead
from scheduler.poll import Desk, register_sources
from scheduler.queues import LocalQueue, WorkQueue
from scheduler.readers import Readers
from scheduler.seeing_through import Fleet
from scheduler.work import Workshop

if TYPE_CHECKING:
    from scheduler.fleet import FleetQueue


@contextmanager
def open_desk(
    settings: Settings, concurrency: int | None = None
) -> Iterator[tuple[Desk, list[SourceError]]]:
    """Open a desk and close it again; with it come the source files that could not be used."""
    sources, errors = load_sources(settings)
    database = open_archive(settings)
    readers = Readers()
    try:
        desk = Desk(
            Archive(
                database=database,
                sources=sources,
                seeds=known_seeds(settings),
                threshold=threshold(settings),
                readers=readers,
            ),
            manner(settings, concurrency),
        )
        take_over_from_the_dead(database, desk.clock())
        register_sources(desk)
        yield desk, errors
    finally:
        readers.close()
        database.close()


def manner(settings: Settings, concurrency: int | None = None) -> Manner:
    """Give how crawls behave."""
    return Manner(
        user_agent=settings.user_agent,
        allow_private=settings.allow_private_networks,
        concurrency=concurrency or settings.concurrency,
    )


def threshold(settings: Settings) -> float:
    """Give the score from which on an article is relevant."""
    chosen = settings.relevance_threshold
    return DEFAULT_THRESHOLD if chosen is None else chosen


def open_queue(settings: Settings, shop: Workshop, *, works: bool = True) -> WorkQueue:
    """Give where work goes: this process's own places, or on PostgreSQL the fleet's queue.

    Unless it ``works``, this process only puts work into the fleet's queue.
    """
    if settings.database.startswith("sqlite"):
        if not works:
            raise UsageError(_("--no-work needs PostgreSQL and a 'worker' (DATABASE_URL)"))
        return LocalQueue(shop)
    return _fleet_queue(settings, shop, works=works)


def _fleet_queue(settings: Settings, shop: Workshop, *, works: bool) -> "FleetQueue":
    # Half a second of imports that one machine's daemon does without.
    from scheduler.fleet import FleetQueue  # noqa: PLC0415
    from scheduler.fleet_tables import bring_up_to_date  # noqa: PLC0415

    bring_up_to_date(shop.desk.database, migrate=settings.auto_migrate)
    return FleetQueue(shop, works=works)


@asynccontextmanager
async def open_fleet(settings: Settings, desk: Desk) -> AsyncIterator[Fleet | None]:
    """Give the fleet's queue to put work into; None on SQLite, where there is none."""
    if settings.database.startswith("sqlite"):
        yield None
        return
    shop = open_shop(settings, desk)
    queue = _fleet_queue(settings, shop, works=False)
    try:
        await queue.start()
        yield queue
    finally:
        await queue.stop()
        await shop.aclose()
