"""``diembao subscriptions``: who hears of what."""

import argparse
from datetime import datetime, timedelta
from typing import Any

from alerts import schedules
from alerts.chat import shown_address
from alerts.endpoints import OLD_SECRET_SIGNS, rotated
from alerts.matching import say_hello
from alerts.transports.webhook import new_secret
from diembao import output
from diembao.failures import UsageError, kept
from diembao.postroom import open_books, send_now, sender, went_wrong
from diembao.settings import Settings
from diembao.workplace import settings_for
from messages.catalogue import _
from scheduler.clock import utc_now
from storage import subscriptions
from storage.database import Database
from storage.tables import Subscription

MOST_HOURS = 720


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    output.add_format(actions.add_parser("list", help=_("all subscriptions")))
    for name, text in (
        ("show", _("all that is known of a subscription")),
        ("pause", _("send nothing until it is resumed")),
        ("resume", _("send again, what came meanwhile too")),
        ("remove", _("end it for good")),
        ("test", _("send an empty message now")),
        ("rotate-secret", _("give a webhook a new secret; the old one signs too for a while")),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("subscription", metavar="SUBSCRIPTION")
        if name == "rotate-secret":
            action.add_argument(
                "--keep-old",
                type=_hours,
                default=OLD_SECRET_SIGNS,
                metavar="HOURS",
                help=_("how long the old secret signs too, 0–720; default: 24"),
            )
        output.add_format(action)


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked of the subscriptions."""
    settings = settings_for(arguments)
    with open_books(settings) as database:
        if arguments.action == "list":
            with database.reading() as session:
                rows = [_row(each, settings) for each in subscriptions.everyone(session)]
            headings = {"id": "id", "kind": _("kind"), "address": _("address")}
            headings |= {"status": _("status"), "schedule": _("schedule"), "due_at": _("next")}
            headings |= {"reason": _("reason")}
            output.listing(rows, headings, arguments.format)
            return 0
        if arguments.action == "test":
            return _test(database, settings, arguments.subscription)
        with database.writing() as session:
            found = subscriptions.get(session, arguments.subscription)
            more = _change(found, arguments)
            row = {**_row(found, settings), **more}
        row["manage_url"] = sender(settings).link("manage", found.id)
    if output.chosen(arguments.format) == "table":
        pairs = [{"key": key, "value": value} for key, value in row.items()]
        output.table(pairs, {"key": _("field"), "value": _("value")})
    else:
        output.listing([row], {}, arguments.format)
    return 0


def _hours(text: str) -> timedelta:
    try:
        hours = float(text)
    except ValueError:
        hours = -1
    if not 0 <= hours <= MOST_HOURS:
        raise argparse.ArgumentTypeError(
            _("{text} is no number of hours from 0 to {most}").format(text=text, most=MOST_HOURS)
        )
    return timedelta(hours=hours)


def _change(found: Subscription, arguments: argparse.Namespace) -> dict[str, str]:
    if arguments.action in ("pause", "resume") and found.status not in ("active", "paused"):
        told = _("{subscription} is {status}: it can be neither paused nor resumed")
        raise UsageError(told.format(subscription=found.id, status=found.status))
    if arguments.action == "rotate-secret" and found.kind != "webhook":
        told = _("{subscription} is no webhook: it has no secret")
        raise UsageError(told.format(subscription=found.id))
    match arguments.action:
        case "pause" if found.status == "active":
            subscriptions.pause(found)
        case "resume":
            if subscriptions.resume(found):
                schedules.plan(found, utc_now())
        case "remove":
            subscriptions.end(found)
        case "rotate-secret":
            rotated(found, new_secret(), utc_now(), arguments.keep_old)
            return {"secret": found.secrets[0]}
    return {}


def _row(found: Subscription, settings: Settings) -> dict[str, Any]:
    def local(moment: datetime | None) -> str | None:
        return moment.astimezone(settings.zone).isoformat(timespec="seconds") if moment else None

    return {
        "id": found.id,
        "kind": found.kind,
        "address": shown_address(found),
        "status": found.status,
        "reason": kept(found.reason or "") or None,
        "failing_since": local(found.failing_since),
        "owner": found.owner,
        "old_secret_until": local(found.old_secret_until),
        "schedule": found.schedule,
        "timezone": found.timezone,
        "language": found.language,
        "filters": found.filters,
        "quiet_note": found.quiet_note,
        "due_at": local(found.due_at),
        "created_at": local(found.created_at),
        "confirmed_at": local(found.confirmed_at),
    }


def _test(database: Database, settings: Settings, subscription_id: str) -> int:
    with database.writing() as session:
        found = subscriptions.get(session, subscription_id)
        delivery = say_hello(session, found, sender(settings), utc_now())

    outcomes = send_now(database, settings, [delivery])
    if outcomes["done"]:
        output.note(_("{delivery}: arrived").format(delivery=delivery))
    elif went_wrong(outcomes):
        output.note(_("{delivery}: failed, see 'deliveries show'").format(delivery=delivery))
    return 1 if went_wrong(outcomes) else 0
