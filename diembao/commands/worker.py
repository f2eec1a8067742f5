"""``diembao worker``: a further machine's share of the work."""

import argparse
import asyncio

from diembao.ending import run_until
from diembao.failures import UsageError
from diembao.newsdesk import open_desk, open_queue
from diembao.postroom import open_shop
from diembao.workplace import say_all, settings_for
from messages.catalogue import _
from scheduler.worker import work


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--concurrency", type=int, metavar="N", help=_("sources crawled at once (CONCURRENCY)")
    )


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C."""
    settings = settings_for(arguments)
    if settings.database.startswith("sqlite"):
        raise UsageError(
            _("'worker' needs PostgreSQL: an SQLite archive is for one machine (DATABASE_URL)")
        )
    with open_desk(settings, arguments.concurrency) as (desk, faults):
        say_all(faults)
        shop = open_shop(settings, desk)
        stopping = asyncio.Event()
        run_until(stopping, work(shop, open_queue(settings, shop), stopping))
    return 0
