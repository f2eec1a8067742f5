"""``diembao db``: the database."""

import argparse
import sys
from pathlib import Path

from diembao import output
from diembao.failures import UsageError
from diembao.settings import Settings
from diembao.workplace import settings_for
from messages.catalogue import _
from scheduler.clock import utc_now
from storage import backups
from storage.database import HEAD, open_database, shown
from storage.errors import ArchiveInUse
from storage.one_daemon import only_daemon
from storage.restoring import restore

TOLD_EVERY = 50_000


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
    restored.add_argument(
        "--force", action="store_true", help=_("even if the archive holds something")
    )


def run(arguments: argparse.Namespace) -> int:
    """Upgrade, back up or restore."""
    settings = settings_for(arguments)
    match arguments.action:
        case "backup":
            _backup(settings, Path(arguments.file))
        case "restore":
            _restore(settings, Path(arguments.file), force=arguments.force)
        case _:
            _upgrade(settings)
    return 0


def _upgrade(settings: Settings) -> None:
    upgraded = open_database(settings.database, migrate=True)
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


def _progress(what: str, count: int) -> None:
    if sys.stderr.isatty() and count % TOLD_EVERY == 0:
        output.note(f"{what}: {count}")
