"""Serving HTTP beside the work of a process: the pages, and how the process fares."""

import argparse
import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from diembao import __version__
from diembao.failures import UsageError, said
from diembao.parsing import port
from diembao.settings import Settings
from messages.catalogue import _
from scheduler.meters import BUILD, METERS
from scheduler.poll import enabled_sources
from scheduler.work import Workshop
from storage.backups import newest
from web.app import make_inside_app
from web.server import LOOPBACK, App, Server, bound, server
from web.site import Inside, Site

log = logging.getLogger(__name__)

Serve = Callable[[], Awaitable[None]]
"""Serves until the process is told to stop."""


def add_metrics_port(parser: argparse.ArgumentParser) -> None:
    """Declare where a process tells how it fares."""
    parser.add_argument(
        "--metrics-port", type=port, metavar="N",
        help=_("tell there how the process fares: /metrics, /healthz, /readyz"),
    )  # fmt: skip


def serving(
    app: App,
    address: tuple[str, int],
    stopping: asyncio.Event,
    *,
    named: str = "listening",
    proxies: str = LOOPBACK,
) -> Serve:
    """Take an address at once and give what serves there; raises UsageError if it is taken."""
    try:
        listener = bound(*address)
    except OSError as error:
        raise UsageError(f"{address[0]}:{address[1]}: {said(error)}") from error
    web = server(app, proxies)
    # Who connects from now on is answered as soon as all has started.
    log.info("%s on http://%s:%d", named, *listener.getsockname()[:2])

    async def serve() -> None:
        ending = asyncio.create_task(_when_stopped(stopping, web))
        try:
            await web.serve(sockets=[listener])
        finally:
            ending.cancel()

    return serve


async def _when_stopped(stopping: asyncio.Event, web: Server) -> None:
    await stopping.wait()
    web.should_exit = True


def site_of(
    settings: Settings,
    shop: Workshop,
    token: str = "",
    stuck: Callable[[], list[str]] = list,
) -> Site:
    """Give what the pages and the figures of a process work with."""
    BUILD.labels(__version__).set(1)
    desk = shop.desk
    inside = Inside(
        meters=METERS,
        watched=lambda states: enabled_sources(desk.sources, states),
        stuck=stuck,
        last_backup=lambda: newest(settings.backup_dir) if settings.backup_dir else None,
    )
    return Site(
        desk.database, shop.sender, desk.clock, settings.zone, settings.language, token, inside
    )


def telling(
    arguments: argparse.Namespace, host: str, site: Site, stopping: asyncio.Event
) -> Serve | None:
    """Give what serves at the port for metrics, None where none is asked for."""
    if arguments.metrics_port is None:
        return None
    address = (host, arguments.metrics_port)
    return serving(make_inside_app(site), address, stopping, named="metrics")


async def beside(work: Coroutine[Any, Any, None], serve: Serve | None) -> None:
    """Work, and serve as long as that lasts."""
    if serve is None:
        await work
        return
    served = asyncio.ensure_future(serve())
    try:
        await work
    finally:
        await asyncio.wait([served], timeout=1)
        served.cancel()
