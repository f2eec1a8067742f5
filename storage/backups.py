"""Backups: one SQLite file, whatever database the archive is on."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from messages.catalogue import N_
from storage.copying import Tell, copy_rows, quiet
from storage.database import open_database
from storage.dialects import one_state
from storage.errors import BackupError

_NAME = "diembao-%Y%m%dT%H%M%SZ.db"
_PATTERN = "diembao-????????T??????Z.db"
# What a killed backup left is in nobody's hand after this.
_LEFT = timedelta(days=1)
STEP = 2_000
"""Pages copied between two looks at whether to stop: 8 MB."""
Stopped = Callable[[], bool]


def never() -> bool:
    """Go on to the end."""
    return False


def _ending(tell: Tell, stopped: Stopped) -> Tell:
    def told(what: str, count: int) -> None:
        tell(what, count)
        if stopped():
            raise BackupError(N_("stopped before the backup was made"))

    return told


def save(url: str, target: Path, *, tell: Tell = quiet, stopped: Stopped = never) -> None:
    """Write the archive at a database address, as it is at one moment, into a new file.

    Others go on writing. The file is checked and then there at once as a whole, readable for its
    owner only. ``tell`` hears of what is copied: 'pages' of a file, else rows by table. Where
    ``stopped`` says so, it ends without a file. An SQLite archive may be of an earlier version.
    Raises BackupError, DatabaseError.
    """
    if target.exists():
        raise BackupError(N_("{target}: exists already"), target=target)
    archive = file_of(url)
    if archive and not archive.is_file():
        raise BackupError(N_("{archive}: no such database"), archive=archive)
    tell = _ending(tell, stopped)
    with _part_of(target) as part:
        if archive:
            copy_file(archive, part, tell)
        else:
            _copy_rows_of(url, part, tell)
        _settle(part, stopped)
        part.rename(target)
    _on_disk(target.parent)


def save_into(url: str, folder: Path, now: datetime, keep: int, stopped: Stopped = never) -> Path:
    """Write a backup under a name with its time, then drop all but the newest ``keep`` of these.

    Raises BackupError, DatabaseError.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(".diembao-*.part*"):
            if now.timestamp() - left.stat().st_mtime > _LEFT.total_seconds():
                left.unlink()
    except OSError as error:
        raise BackupError("{folder}: {error}", folder=folder, error=error) from error
    target = folder / now.astimezone(UTC).strftime(_NAME)
    save(url, target, stopped=stopped)
    for old in sorted(folder.glob(_PATTERN))[:-keep]:
        old.unlink(missing_ok=True)
    return target


def newest(folder: Path) -> datetime | None:
    """Give when the newest backup of a folder was made; None if there is none."""
    return max((_time_of(path) for path in folder.glob(_PATTERN)), default=None)


def _time_of(path: Path) -> datetime:
    try:
        return datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)  # somebody else's file


def file_of(url: str) -> Path | None:
    """Give the file of an SQLite archive; None for one on PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.drivername == "sqlite" else None


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """Give an empty file beside the target, for its owner only; gone if anything is raised."""
    part = target.with_name(f".{target.stem}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise BackupError("{target}: {error}", target=target, error=cause) from error
    finally:
        for left in (part, *part.parent.glob(f"{part.name}-*")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def copy_file(archive: Path, part: Path, tell: Tell) -> None:
    """Copy a database file as it is at one moment."""
    with closing(reading(archive)) as old, closing(sqlite3.connect(part)) as new:
        # A state that is held: no writer makes it begin anew. In WAL mode it keeps nobody waiting.
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=STEP, progress=lambda _, left, all_: tell("pages", all_ - left))


def _copy_rows_of(url: str, part: Path, tell: Tell) -> None:
    with (
        closing(open_database(url, migrate=False)) as database,
        closing(open_database(f"sqlite:///{part}")) as copy,
    ):
        writing = copy.engine.execution_options(writes=True)
        with one_state(database.engine).connect() as read, writing.begin() as written:
            copy_rows(read, written, tell)


def _settle(part: Path, stopped: Stopped) -> None:
    """Make one file of it, checked and on the disk."""
    with closing(sqlite3.connect(part)) as backup:
        backup.set_progress_handler(stopped, 1_000_000)
        backup.execute("PRAGMA journal_mode = DELETE")
        check(backup, part)
    _on_disk(part)


def check(archive: sqlite3.Connection, path: Path) -> None:
    """Raise BackupError where a database file is damaged."""
    faults = archive.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if faults != "ok":
        raise BackupError(N_("{path}: damaged: {faults}"), path=path, faults=faults)
    astray = archive.execute("PRAGMA foreign_key_check").fetchone()
    if astray:
        raise BackupError(
            N_("{path}: damaged: a row of {table} refers to none of {other}"),
            path=path,
            table=astray[0],
            other=astray[2],
        )


def reading(path: Path) -> sqlite3.Connection:
    """Open a database file that is to stay as it is."""
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)


def _on_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
