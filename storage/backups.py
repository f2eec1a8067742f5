"""Backups: one SQLite file, whatever database the archive is on, and putting one back."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from storage.copying import Tell, copy_rows, is_used
from storage.database import HEAD, Database, open_database
from storage.dialects import one_state, one_writer
from storage.errors import ArchiveInUse, BackupError

_NAME = "diembao-%Y%m%dT%H%M%SZ.db"
_PATTERN = "diembao-????????T??????Z.db"
# What a killed backup left is in nobody's hand after this.
_LEFT = timedelta(days=1)


def save(url: str, target: Path, tell: Tell = lambda _table, _rows: None) -> None:
    """Write the archive at a database address, as it is at one moment, into a new file.

    Others go on writing. The file is checked and then there at once as a whole, readable for its
    owner only. ``tell`` hears of the rows of a PostgreSQL archive as they are copied. An SQLite
    archive may be of an earlier version. Raises BackupError, DatabaseError.
    """
    if target.exists():
        raise BackupError(f"{target}: exists already")
    archive = _file_of(url)
    if archive and not archive.is_file():
        raise BackupError(f"{archive}: no such database")
    with _part_of(target) as part:
        if archive:
            _copy_file(archive, part)
        else:
            _copy_rows_of(url, part, tell)
        _settle(part)
        part.rename(target)
    _on_disk(target.parent)


def save_into(url: str, folder: Path, now: datetime, keep: int) -> Path:
    """Write a backup under a name with its time, then drop all but the newest ``keep`` of these.

    Raises BackupError, DatabaseError.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(".diembao-*.part*"):
            if now.timestamp() - left.stat().st_mtime > _LEFT.total_seconds():
                left.unlink()
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror}") from error
    target = folder / now.astimezone(UTC).strftime(_NAME)
    save(url, target)
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


def restore(
    file: Path, url: str, *, force: bool = False, tell: Tell = lambda _table, _rows: None
) -> None:
    """Put a backup in the place of the archive at a database address, wholly or not at all.

    A backup of an earlier version is brought up to date on the way; the file stays as it is.
    Raises BackupError where it is none, is damaged or made by a newer program, ArchiveInUse where
    the archive holds something and ``force`` is not given.
    """
    version = examined(file)
    with TemporaryDirectory(prefix="diembao-restore-", dir=_room_beside(url)) as folder:
        source = file
        if version != HEAD:
            source = Path(folder) / "backup.db"
            _copy_file(file, source)
            open_database(f"sqlite:///{source}").close()
        with closing(open_database(url)) as database:
            if database.engine.dialect.name == "sqlite":
                _put_file(source, database, force=force)
            else:
                _put_rows(source, database, force=force, tell=tell)


def examined(file: Path) -> str:
    """Give the version of a backup that may be restored; raises BackupError."""
    if not file.is_file():
        raise BackupError(f"{file}: no such file")
    try:
        with closing(_reading(file)) as backup:
            version = str(backup.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            if version > HEAD:
                raise BackupError(
                    f"{file}: at version {version}, made by a newer program; this one knows {HEAD}"
                )
            _check(backup, file)
    except (sqlite3.Error, TypeError) as error:
        raise BackupError(f"{file}: not a backup of an archive: {error}") from error
    return version


def _put_file(source: Path, database: Database, *, force: bool) -> None:
    with database.engine.connect() as connection:
        _is_free(connection, force=force)
    path = Path(database.engine.url.database or "")
    # Into the file that is there, as one transaction of SQLite's: a kill leaves what was there, and
    # who has it open sees the new state.
    with closing(_reading(source)) as backup, closing(sqlite3.connect(path)) as archive:
        try:
            backup.backup(archive)
            archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _check(archive, path)
        except sqlite3.Error as error:
            raise BackupError(f"{path}: {error}") from error


def _put_rows(source: Path, database: Database, *, force: bool, tell: Tell) -> None:
    # Not opened as an archive: that would make a WAL file of it.
    backup = create_engine(f"sqlite:///file:{quote(str(source))}?mode=ro&uri=true")
    writing = database.engine.execution_options(writes=True)
    try:
        with backup.connect() as read, writing.begin() as written:
            one_writer(written)
            _is_free(written, force=force)
            copy_rows(read, written, tell)
    finally:
        backup.dispose()


def _is_free(connection: Connection, *, force: bool) -> None:
    if not force and is_used(connection):
        raise ArchiveInUse("the archive holds something")


def _room_beside(url: str) -> Path | None:
    """Give where a copy of the backup has room: beside an SQLite archive, else where files wait."""
    archive = _file_of(url)
    if archive is None:
        return None
    folder = archive.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror}") from error
    return folder


def _file_of(url: str) -> Path | None:
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
        raise BackupError(f"{target}: {cause}") from error
    finally:
        for left in (part, *part.parent.glob(f"{part.name}-*")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _copy_file(archive: Path, part: Path) -> None:
    # In one step, so that no writer makes it begin anew; in WAL mode it keeps nobody from writing.
    with closing(_reading(archive)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)


def _copy_rows_of(url: str, part: Path, tell: Tell) -> None:
    with (
        closing(open_database(url, migrate=False)) as database,
        closing(open_database(f"sqlite:///{part}")) as copy,
    ):
        writing = copy.engine.execution_options(writes=True)
        with one_state(database.engine).connect() as read, writing.begin() as written:
            copy_rows(read, written, tell)


def _settle(part: Path) -> None:
    """Make one file of it, checked and on the disk."""
    with closing(sqlite3.connect(part)) as backup:
        backup.execute("PRAGMA journal_mode = DELETE")
        _check(backup, part)
    _on_disk(part)


def _check(archive: sqlite3.Connection, path: Path) -> None:
    faults = archive.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if faults != "ok":
        raise BackupError(f"{path}: damaged: {faults}")
    astray = archive.execute("PRAGMA foreign_key_check").fetchone()
    if astray:
        raise BackupError(f"{path}: damaged: a row of {astray[0]} refers to none of {astray[2]}")


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)


def _on_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
