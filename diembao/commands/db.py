"""``diembao db``: the database."""

import argparse
import sqlite3
from contextlib import closing
from pathlib import Path

from diembao import output
from diembao.failures import UsageError
from diembao.settings import Settings
from diembao.workplace import settings_for
from messages.catalogue import _
from storage.database import HEAD, open_database, shown
from storage.errors import DatabaseError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("upgrade", help=_("bring the tables to this program's version"))
    saved = actions.add_parser("backup", help=_("copy an SQLite archive while it is in use"))
    saved.add_argument("file", metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    """Upgrade or back up."""
    settings = settings_for(arguments)
    if arguments.action == "backup":
        _backup(settings, Path(arguments.file))
        return 0
    open_database(settings.database, migrate=True).close()
    output.note(
        _("{database}: at version {version}").format(
            database=shown(settings.database), version=HEAD
        )
    )
    return 0


def _backup(settings: Settings, target: Path) -> None:
    if not settings.database.startswith("sqlite"):
        raise UsageError(_("backup is for SQLite; use pg_dump for PostgreSQL"))
    if target.exists():
        raise UsageError(_("{file}: exists already").format(file=target))
    source = Path(settings.database.removeprefix("sqlite:///"))
    if not source.is_file():
        raise UsageError(_("{file}: no such database").format(file=source))
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise DatabaseError(f"{target}: {error}") from error
