"""``diembao run``: the daemon."""

import argparse
import os
from functools import partial
from pathlib import Path

from diembao import output
from diembao.ending import run_until
from diembao.housekeeping import housekeeping
from diembao.newsdesk import open_desk, open_queue
from diembao.parsing import port
from diembao.postroom import open_shop
from diembao.rereading import Rereading
from diembao.serving import Serve, add_metrics_port, beside, serving, site_of, telling
from diembao.settings import kept_secret
from diembao.workplace import say_all, settings_for
from messages.catalogue import _
from scheduler.daemon import Daemon
from scheduler.supervisor import supervisor
from storage.one_daemon import only_daemon
from web.app import make_app
from web.site import Site


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on"))
    parser.add_argument("--port", type=port, default=8000, help=_("its port"))
    parser.add_argument("--no-web", action="store_true", help=_("without the web page"))
    parser.add_argument(
        "--no-work", action="store_true", help=_("leave the work to workers (PostgreSQL)")
    )
    add_metrics_port(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    settings = settings_for(arguments)
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
        site = site_of(settings, shop, token, daemon.stuck)
        serve = None if arguments.no_web else _pages(daemon, rereading, arguments, site)
        tell = telling(arguments, arguments.host, site, daemon.stopping)
        run_until(daemon.stopping, beside(daemon.run(serve), tell))
    return 0


def _pages(
    daemon: Daemon, rereading: Rereading, arguments: argparse.Namespace, site: Site
) -> Serve:
    app = make_app(site)
    rereading.site, rereading.show = site, partial(setattr, app.state, "site")
    address, proxies = (arguments.host, arguments.port), rereading.settings.trusted_proxies
    return serving(app, address, daemon.stopping, proxies=proxies)
