"""``diembao worker``: a further machine's share of the work."""

import argparse
import asyncio
import os
from pathlib import Path

from diembao.ending import run_until
from diembao.failures import UsageError
from diembao.newsdesk import open_desk, open_queue
from diembao.postroom import open_shop
from diembao.rereading import Rereading
from diembao.serving import add_metrics_port, beside, site_of, telling
from diembao.workplace import say_all, settings_for
from messages.catalogue import _
from scheduler.supervisor import supervisor
from scheduler.worker import work


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--concurrency", type=int, metavar="N", help=_("sources crawled at once (CONCURRENCY)")
    )
    parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on"))
    add_metrics_port(parser)


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C."""
    settings = settings_for(arguments)
    if settings.database.startswith("sqlite"):
        raise UsageError(
            _("'worker' needs PostgreSQL: an SQLite archive is for one machine (DATABASE_URL)")
        )
    if arguments.concurrency is not None and not 1 <= arguments.concurrency <= 64:
        raise UsageError(_("--concurrency: a number from 1 to 64"))
    if not settings.secret_key and not (settings.data_dir / "secret_key").exists():
        raise UsageError(
            _("SECRET_KEY is not set: a worker needs the daemon's, as both sign the links of mails")
        )
    with open_desk(settings, arguments.concurrency) as (desk, faults):
        say_all(faults)
        shop = open_shop(settings, desk)
        stopping = asyncio.Event()
        queue = open_queue(settings, shop)
        tell = telling(
            arguments, arguments.host, site_of(settings, shop, stuck=shop.stuck), stopping
        )
        config = Path(arguments.config).absolute() if arguments.config else None
        reload = Rereading(config, settings, shop)
        working = work(shop, queue, supervisor(os.environ), stopping, reload)
        run_until(stopping, beside(working, tell))
    return 0
