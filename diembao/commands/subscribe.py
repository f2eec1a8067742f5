"""``diembao subscribe``: a new subscription."""

import argparse
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts import schedules
from alerts.chat import shown_address
from alerts.envelopes import mail_address
from alerts.errors import AddressError
from alerts.matching import Sender, ask_to_confirm
from alerts.transports.chat import understood
from alerts.transports.webhook import new_secret
from alerts.wishes import Wishes
from analysis.topics import topics
from diembao import output
from diembao.failures import UsageError, said
from diembao.filters import add_filters, chosen_filter, moment, refuse
from diembao.outlets import load_sources
from diembao.postroom import open_books, send_now, sender, went_wrong
from diembao.settings import Settings
from diembao.workplace import settings_for
from messages.catalogue import _
from network.guard import GuardError, check_address
from scheduler.clock import utc_now
from storage import events, outbox, subscriptions
from storage.filters import Filter
from storage.tables import Subscription

ASK_AGAIN_AFTER = timedelta(hours=1)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("address", nargs="?", metavar="ADDRESS", help=_("mail address"))
    where.add_argument("--webhook", metavar="URL", help=_("address that gets signed calls"))
    where.add_argument("--chat", metavar="URL", help=_("chat room, its address as Apprise has it"))
    parser.add_argument(
        "--owner",
        metavar="ADDRESS",
        help=_("mail address that is told when the webhook is disabled because it fails"),
    )
    parser.add_argument("--schedule", default="daily@07:00", help=schedules.ALLOWED)
    parser.add_argument("--timezone", help=_("default: TIMEZONE"))
    parser.add_argument("--language", choices=("vi", "en"), help=_("default: LANGUAGE"))
    parser.add_argument("--since", help=_("tell also of what came since this date"))
    parser.add_argument(
        "--confirmed", action="store_true", help=_("the address has agreed; ask no more")
    )
    parser.add_argument(
        "--quiet-note", action="store_true", help=_("a mail when nothing came for a year")
    )
    parser.add_argument(
        "--about", choices=("outlets",),
        help=_("tell how outlets fare instead: who is silent, misread, well again"),
    )  # fmt: skip
    add_filters(parser)
    output.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make the subscription; an unconfirmed mail address is asked."""
    settings = settings_for(arguments)
    wanted = _wanted(settings, arguments)
    since = moment(arguments.since, "--since", settings)
    us = sender(settings)
    with open_books(settings) as database:
        with database.writing() as session:
            made = subscriptions.same(session, wanted)
            if made is None:
                made = wanted
                _add(session, made, since)
            elif made.status == "pending" and wanted.status == "active":
                made.status, made.confirmed_at = "active", wanted.confirmed_at
                schedules.plan(made, utc_now())
            elif wanted.owner:
                made.owner = wanted.owner
            made.quiet_note = made.quiet_note or wanted.quiet_note
            asking = _confirm(session, made, us)
        outcomes = send_now(database, settings, [asking] if asking else [])
    _show(made, us, arguments.format, secret_shown=made is wanted)
    return 1 if went_wrong(outcomes) else 0


def _wanted(settings: Settings, arguments: argparse.Namespace) -> Subscription:
    try:
        kind, address = _address(settings, arguments)
        owner = mail_address(arguments.owner) if arguments.owner else None
    except (AddressError, GuardError) as error:
        raise UsageError(said(error)) from error
    wishes = _wishes(settings, arguments)
    schedule, zone = schedules.parse(wishes.schedule), wishes.timezone
    if owner and kind == "mail":
        raise UsageError(_("--owner is for webhooks: a mail address is told itself"))
    if arguments.quiet_note and (kind != "mail" or schedule.kind == "instant"):
        raise UsageError(_("--quiet-note: only for mail addresses with a schedule"))
    wished = _filter(wishes.filter, arguments, kind, schedule)
    now = utc_now()
    confirmed = arguments.confirmed or kind != "mail"
    return Subscription(
        id=subscriptions.new_id(),
        kind=kind,
        address=address,
        status="active" if confirmed else "pending",
        schedule=wishes.schedule,
        timezone=zone,
        language=wishes.language,
        filters=wished.as_json(),
        secrets=[new_secret()] if kind == "webhook" else [],
        owner=owner,
        quiet_note=arguments.quiet_note,
        period_from=now,
        due_at=schedules.next_due(schedule, now, ZoneInfo(zone)),
        created_at=now,
        confirmed_at=now if confirmed else None,
    )


def _wishes(settings: Settings, arguments: argparse.Namespace) -> Wishes:
    wishes = Wishes(
        arguments.schedule,
        arguments.timezone or settings.timezone,
        arguments.language or settings.language,
        chosen_filter(arguments),
    )
    known = {"topics": list(topics()), "sources": list(load_sources(settings)[0])}
    refuse(wishes.faults(known, _.language), arguments, known)
    return wishes


def _filter(
    chosen: Filter, arguments: argparse.Namespace, kind: str, schedule: schedules.Schedule
) -> Filter:
    if not arguments.about:
        return chosen
    if chosen != Filter(sources=chosen.sources, kinds=chosen.kinds) or arguments.quiet_note:
        raise UsageError(_("--about outlets: only --source and --kind go with it"))
    if kind == "webhook" and schedule.kind != "instant":
        raise UsageError(_("--about outlets: a webhook is told with --schedule instant"))
    return replace(chosen, about=arguments.about)


def _address(settings: Settings, arguments: argparse.Namespace) -> tuple[str, str]:
    if arguments.webhook:
        check_address(arguments.webhook, settings.allow_private_networks)
        return "webhook", arguments.webhook
    if arguments.chat:
        understood(arguments.chat, settings.allow_private_networks)
        return "chat", arguments.chat
    return "mail", mail_address(arguments.address)


def _add(session: Session, made: Subscription, since: datetime | None) -> None:
    if since is None:
        made.position = events.last_id(session)
    else:
        made.position = events.before_date(session, since)
        made.period_from = since
    session.add(made)


def _confirm(session: Session, made: Subscription, us: Sender) -> str | None:
    """Ask a pending address, again too, but not more than once in a while."""
    asked = outbox.find(session, subscription=made.id, limit=1)
    now = utc_now()
    if made.status != "pending" or (asked and now - asked[0].created_at < ASK_AGAIN_AFTER):
        return None
    return ask_to_confirm(session, made, us, now)


def _show(made: Subscription, us: Sender, format_: str | None, *, secret_shown: bool) -> None:
    row: dict[str, object] = {
        "id": made.id,
        "status": made.status,
        "kind": made.kind,
        "address": shown_address(made),
        "schedule": made.schedule,
        "timezone": made.timezone,
        "filters": made.filters,
        "manage_url": us.link("manage", made.id),
    }
    if made.secrets and secret_shown:
        row["secret"] = made.secrets[0]
    if output.chosen(format_) in ("json", "jsonl"):
        output.write(output.dump(row, indent=None if format_ != "json" else 2))
        return
    pairs = [{"key": key, "value": value} for key, value in row.items()]
    output.listing(pairs, {"key": _("field"), "value": _("value")}, format_)
