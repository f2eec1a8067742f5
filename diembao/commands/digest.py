"""``diembao digest``: what is new for a subscription."""

import argparse
from collections import Counter
from collections.abc import Sequence

from alerts.matching import preview
from diembao import output
from diembao.postroom import open_books, send_now, sender, went_wrong
from diembao.settings import Settings
from diembao.workplace import settings_for
from messages.catalogue import _
from scheduler.clock import utc_now
from scheduler.digests import make
from storage import outbox, subscriptions
from storage.database import Database


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    shown = actions.add_parser("preview", help=_("what would be sent now; nothing changes"))
    shown.add_argument("subscription", metavar="SUBSCRIPTION")
    sent = actions.add_parser("send", help=_("make and send now what is new"))
    sent.add_argument(
        "subscriptions", nargs="*", metavar="SUBSCRIPTION", help=_("default: all active ones")
    )
    for action in (shown, sent):
        output.add_format(action)


def run(arguments: argparse.Namespace) -> int:
    """Preview or send."""
    settings = settings_for(arguments)
    with open_books(settings) as database:
        if arguments.action == "preview":
            return _preview(database, arguments)
        outcomes, made = _send(database, settings, arguments.subscriptions)
    row = {"made": made, **{name: outcomes[name] for name in ("done", "retrying", "dead")}}
    headings = {"made": _("made"), "done": _("sent"), "retrying": _("to retry"), "dead": _("dead")}
    output.listing([row], headings, arguments.format)
    return 1 if went_wrong(outcomes) else 0


def _preview(database: Database, arguments: argparse.Namespace) -> int:
    with database.reading() as session:
        found = subscriptions.get(session, arguments.subscription)
        digest = preview(session, found, utc_now())
    if output.chosen(arguments.format) == "table":
        rows = [
            {
                "time": entry.headline.time.astimezone(digest.zone).isoformat(timespec="minutes"),
                "outlet": entry.headline.source_name,
                "title": entry.headline.title,
                "also": list(entry.also_in),
            }
            for entry in digest.entries
        ]
        headings = {"time": _("time"), "outlet": _("outlet"), "title": _("title")}
        output.table(rows, {**headings, "also": _("also in")})
    else:
        output.write(
            output.dump(digest.as_json(), indent=2 if arguments.format == "json" else None)
        )
    return 0


def _send(database: Database, settings: Settings, names: Sequence[str]) -> tuple[Counter[str], int]:
    with database.reading() as session:
        for found in subscriptions.several(session, names):
            if found.status != "active":
                told = _("{subscription} is {status}: nothing new is made for it")
                output.note(told.format(subscription=found.id, status=found.status))
        wanted = list(names) or list(subscriptions.active(session))
    made = make(database, sender(settings), wanted, utc_now)
    with database.reading() as session:
        waiting = list(outbox.waiting(session, list(names) or None, utc_now()))

    return send_now(database, settings, waiting), len(made)
