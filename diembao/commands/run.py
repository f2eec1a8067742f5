"""``diembao run``: the daemon."""

import argparse
import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from diembao import __version__, output
from diembao.ending import run_until
from diembao.failures import UsageError
from diembao.housekeeping import housekeeping
from diembao.newsdesk import open_desk, open_queue
from diembao.postroom import open_shop, sender
from diembao.rereading import Rereading
from diembao.settings import kept_secret
from diembao.workplace import say_all, settings_for
from messages.catalogue import _
from scheduler.daemon import Daemon
from scheduler.meters import BUILD, METERS
from scheduler.poll import enabled_sources
from scheduler.supervisor import supervisor
from storage.one_daemon import only_daemon
from web.app import make_app
from web.server import Server, bound, server
from web.site import Inside, Site

log = logging.getLogger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--host", default="127.0.0.1", help=_("address the web page listens on"))
    parser.add_argument("--port", type=int, default=8000, help=_("its port"))
    parser.add_argument("--no-web", action="store_true", help=_("without the web page"))
    parser.add_argument(
        "--no-work", action="store_true", help=_("leave the work to workers (PostgreSQL)")
    )


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    settings = settings_for(arguments)
    BUILD.labels(__version__).set(1)
    token, made = kept_secret(settings, "admin_token")
    if made:
        output.note(_("ADMIN_TOKEN (shown this once): {token}").format(token=token))
    with only_daemon(settings.database), open_desk(settings) as (desk, faults):
        say_all(faults)
        shop = open_shop(settings, desk)
        queue = open_queue(settings, shop, works=not arguments.no_work)
        daemon = Daemon(shop, queue, supervisor=supervisor(os.environ))
        config = Path(arguments.config).absolute() if arguments.config else None
        rereading = daemon.reload = Rereading(config, settings, shop)
        daemon.housekeeping = housekeeping(lambda: rereading.settings, desk, daemon.stopping.is_set)
        serve = None if arguments.no_web else _serving(daemon, rereading, arguments, token)
        run_until(daemon.stopping, daemon.run(serve))
    return 0


def _serving(
    daemon: Daemon, rereading: Rereading, arguments: argparse.Namespace, token: str
) -> Callable[[], Awaitable[None]]:
    settings = rereading.settings
    try:
        listener = bound(arguments.host, arguments.port)
    except OSError as error:
        raise UsageError(f"{arguments.host}:{arguments.port}: {error.strerror}") from error
    desk = daemon.desk
    site = Site(
        desk.database, sender(settings), desk.clock, settings.zone, settings.language, token,
        Inside(METERS, lambda states: enabled_sources(desk.sources, states), daemon.stuck),
    )  # fmt: skip
    app = make_app(site)
    rereading.site, rereading.show = site, partial(setattr, app.state, "site")
    web = server(app, settings.trusted_proxies)

    async def serve() -> None:
        stopping = asyncio.create_task(_when_stopped(daemon, web))
        log.info("listening on http://%s:%d", *listener.getsockname()[:2])
        try:
            await web.serve(sockets=[listener])
        finally:
            stopping.cancel()

    return serve


async def _when_stopped(daemon: Daemon, web: Server) -> None:
    await daemon.stopping.wait()
    web.should_exit = True
