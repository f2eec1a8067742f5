"""``diembao db``: the database."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from diembao import output
from diembao.failures import UsageError, said
from diembao.settings import Settings, database_address, without_password
from diembao.workplace import say_what_is_upgraded, settings_for
from messages.catalogue import _
from messages.errors import Told
from scheduler.clock import utc_now
from scheduler.housekeeping import forget_old, too_old
from storage import backups
from storage.database import HEAD, open_database, shown
from storage.errors import ArchiveInUse
from storage.moving import move
from storage.one_daemon import only_daemon
from storage.restoring import restore
from storage.retention import limits

TOLD_EVERY = 50_000
MOST_DAYS = 36_500


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("upgrade", help=_("bring the tables to this program's version"))
    saved = actions.add_parser("backup", help=_("copy the archive into a file while it is in use"))
    saved.add_argument(
        "file", metavar="FILE", help=_("a new file, or a folder where the newest are kept")
    )
    restored = actions.add_parser("restore", help=_("put a backup in the place of the archive"))
    restored.add_argument("file", metavar="FILE")
    pruned = actions.add_parser("prune", help=_("delete what is older than RETENTION_DAYS"))
    pruned.add_argument(
        "--days", type=int, metavar="N", help=_("another number of days than RETENTION_DAYS")
    )
    pruned.add_argument("--dry-run", action="store_true", help=_("only say how much it would be"))
    output.add_format(pruned)
    restored.add_argument(
        "--force", action="store_true", help=_("even if the archive holds something")
    )
    moved = actions.add_parser("copy", help=_("move the archive to another, empty database"))
    moved.add_argument("target", metavar="DATABASE_URL")
    moved.add_argument(
        "--from", dest="source", metavar="DATABASE_URL", help=_("another archive than DATABASE_URL")
    )
    output.add_format(moved)


def run(arguments: argparse.Namespace) -> int:
    """Upgrade, back up, restore, prune or move."""
    settings = settings_for(arguments)
    match arguments.action:
        case "backup":
            _backup(settings, Path(arguments.file))
        case "restore":
            _restore(settings, Path(arguments.file), force=arguments.force)
        case "copy":
            _copy(arguments.source or settings.database, arguments.target, arguments.format)
        case "prune":
            _prune(settings, arguments)
        case _:
            _upgrade(settings)
    return 0


def _upgrade(settings: Settings) -> None:
    upgraded = open_database(settings.database, tell=say_what_is_upgraded)
    if not settings.database.startswith("sqlite"):
        from scheduler.fleet_tables import bring_up_to_date  # noqa: PLC0415 - half a second

        bring_up_to_date(upgraded)
    upgraded.close()
    output.note(
        _("{database}: at version {version}").format(
            database=shown(settings.database), version=HEAD
        )
    )


def _backup(settings: Settings, target: Path) -> None:
    if target.is_dir():
        written = backups.save_into(settings.database, target, utc_now(), settings.backup_keep)
    else:
        written = target
        backups.save(settings.database, target, tell=_progress)
    output.note(_("backup: {file}").format(file=written))


def _restore(settings: Settings, file: Path, *, force: bool) -> None:
    database = shown(settings.database)
    try:
        with only_daemon(settings.database):
            restore(file, settings.database, force=force, tell=_progress)
    except ArchiveInUse as error:
        raise UsageError(
            _("{database}: the archive holds something; --force puts the backup in its place")
            .format(database=database)
        ) from error  # fmt: skip
    output.note(_("{database}: restored from {file}").format(database=database, file=file))


def _copy(source: str, target: str, format_: str | None) -> None:
    for option, url in (("--from", source), ("DATABASE_URL", target)):
        try:
            database_address(url)
        except Told as error:
            raise UsageError(
                _("{option} {value}: allowed: {allowed}")
                .format(option=option, value=without_password(url)[:100], allowed=said(error))
            ) from error  # fmt: skip
    if source == target:
        raise UsageError(_("{database}: a database cannot be copied to itself")
                         .format(database=shown(target)))  # fmt: skip
    try:
        moved = move(source, target, tell=_progress)
    except ArchiveInUse as error:
        raise UsageError(
            _("{database}: the archive holds something; an empty database is needed")
            .format(database=shown(target))
        ) from error  # fmt: skip
    rows = [{"table": name, "rows": held.rows, "digest": str(held)} for name, held in moved.items()]
    output.listing(rows, {"table": _("table"), "rows": _("rows"), "digest": _("digest")}, format_)
    output.note(
        _("{database}: the same in every table; name it in DATABASE_URL now")
        .format(database=shown(target))
    )  # fmt: skip


def _prune(settings: Settings, arguments: argparse.Namespace) -> None:
    days = settings.retention_days if arguments.days is None else arguments.days
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(_("--days: from 1 to {most}").format(most=MOST_DAYS))
    before = limits(utc_now(), days)
    with closing(
        open_database(settings.database, migrate=settings.auto_migrate, tell=say_what_is_upgraded)
    ) as database:
        gone = (too_old if arguments.dry_run else forget_old)(database, before)
    words = _what()
    rows = [{"what": name, "count": n, "says": words[name]} for name, n in gone.items()]
    output.listing(
        rows,
        {"says": _("what"), "count": _("to delete") if arguments.dry_run else _("deleted")},
        arguments.format,
    )


def _what() -> dict[str, str]:
    return {
        "off_topic_texts": _("texts of off-topic articles"),
        "pages": _("kept pages"),
        "deliveries": _("finished deliveries with their attempts"),
        "unconfirmed": _("subscriptions never confirmed"),
        "events": _("events of outlets"),
        "runs": _("reports of crawls"),
        "source_days": _("outlets' counts by day"),
        "candidates": _("addresses settled long ago"),
        "backfill_places": _("what finished backfills asked"),
        "backfills": _("finished backfills"),
        "sign_ups": _("counts of sign-ups"),
    }


def _progress(what: str, count: int) -> None:
    if sys.stderr.isatty() and count and count % TOLD_EVERY == 0:
        output.note(f"{what}: {count}")
