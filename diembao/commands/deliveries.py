"""``diembao deliveries``: the outbox with every attempt."""

import argparse
from datetime import datetime
from typing import Any

from diembao import output
from diembao.failures import UsageError, kept
from diembao.filters import moment
from diembao.parsing import count
from diembao.postroom import open_books, send_now, went_wrong
from diembao.settings import Settings
from diembao.workplace import settings_for
from messages.catalogue import _
from scheduler.clock import utc_now
from storage import outbox
from storage.database import Database
from storage.tables import Attempt, Delivery


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help=_("deliveries, newest first"))
    listed.add_argument("--status", choices=outbox.STATUSES)
    listed.add_argument("--subscription", metavar="SUBSCRIPTION")
    listed.add_argument("--since", help=_("date or time from which on"))
    listed.add_argument("--limit", type=count)
    shown = actions.add_parser("show", help=_("a delivery with its attempts"))
    shown.add_argument("delivery", metavar="DELIVERY")
    retried = actions.add_parser("retry", help=_("try waiting deliveries now"))
    replayed = actions.add_parser("replay", help=_("send again what is dead, or was sent"))
    for action in (retried, replayed):
        action.add_argument("deliveries", nargs="*", metavar="DELIVERY")
        action.add_argument("--since", help=_("all dead ones made since this date"))
    for action in (listed, shown, retried, replayed):
        output.add_format(action)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked of the deliveries."""
    settings = settings_for(arguments)
    with open_books(settings) as database:
        match arguments.action:
            case "list":
                return _list(database, settings, arguments)
            case "show":
                return _show(database, settings, arguments)
            case _:
                return _again(database, settings, arguments)


def _list(database: Database, settings: Settings, arguments: argparse.Namespace) -> int:
    with database.reading() as session:
        found = outbox.find(
            session,
            status=arguments.status,
            subscription=arguments.subscription,
            since=moment(arguments.since, "--since", settings),
            limit=arguments.limit,
        )
        rows = [_row(delivery, settings) for delivery in found]
        if output.chosen(arguments.format) in ("json", "jsonl"):
            tries = outbox.attempts_of(session, [delivery.id for delivery in found])
            for row in rows:
                row["tries"] = [_try(each, settings) for each in tries[row["id"]]]
    headings = {"id": "id", "type": _("type"), "status": _("status"), "attempts": _("attempts")}
    headings |= {"subject": _("subject"), "last_error": _("last error")}
    output.listing(rows, headings, arguments.format)
    return 0


def _show(database: Database, settings: Settings, arguments: argparse.Namespace) -> int:
    with database.reading() as session:
        row = _row(outbox.get(session, arguments.delivery), settings)
        tries = [_try(each, settings) for each in outbox.attempts(session, arguments.delivery)]
    if output.chosen(arguments.format) == "table":
        pairs = [{"key": key, "value": value} for key, value in row.items()]
        output.table(pairs, {"key": _("field"), "value": _("value")})
        headings = {"number": "#", "started_at": _("started"), "seconds": _("seconds")}
        headings |= {"outcome": _("outcome"), "answer": _("answer")}
        output.table(tries, headings)
    else:
        output.listing([{**row, "tries": tries}], {}, arguments.format)
    return 0


def _again(database: Database, settings: Settings, arguments: argparse.Namespace) -> int:
    since = moment(arguments.since, "--since", settings)
    if not arguments.deliveries and since is None and arguments.action == "replay":
        raise UsageError(_("name deliveries, or give --since for all dead ones"))
    status = "dead" if arguments.action == "replay" else "retrying"
    with database.writing() as session:
        if arguments.deliveries:
            wanted = [outbox.get(session, name).id for name in arguments.deliveries]
        else:
            wanted = [d.id for d in outbox.find(session, status=status, since=since)]
        for delivery in wanted:
            outbox.again(session, delivery, utc_now())

    outcomes = send_now(database, settings, wanted)
    row = {name: outcomes[name] for name in ("done", "retrying", "dead")}
    headings = {"done": _("sent"), "retrying": _("to retry"), "dead": _("dead")}
    output.listing([row], headings, arguments.format)
    return 1 if went_wrong(outcomes) else 0


def _row(delivery: Delivery, settings: Settings) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "subscription": delivery.subscription_id,
        "type": delivery.type,
        "status": delivery.status,
        "subject": delivery.subject,
        "attempts": delivery.attempts,
        "created_at": _local(delivery.created_at, settings),
        "due_at": _local(delivery.due_at, settings),
        "done_at": _local(delivery.done_at, settings),
        "last_error": kept(delivery.last_error) if delivery.last_error else None,
    }


def _try(attempt: Attempt, settings: Settings) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "started_at": _local(attempt.started_at, settings),
        "finished_at": _local(attempt.finished_at, settings),
        "seconds": _seconds(attempt),
        "outcome": attempt.outcome,
        "answer": kept(attempt.answer or "") or None,
    }


def _seconds(attempt: Attempt) -> float | None:
    """Give how long the receiver took to answer."""
    if attempt.finished_at is None:
        return None
    return round((attempt.finished_at - attempt.started_at).total_seconds(), 3)


def _local(moment_: datetime | None, settings: Settings) -> str | None:
    return moment_.astimezone(settings.zone).isoformat(timespec="seconds") if moment_ else None
