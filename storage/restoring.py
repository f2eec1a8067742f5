"""Putting a backup in the place of an archive, on either database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, text

from messages.catalogue import N_
from storage.backups import check, copy_file, file_of, reading
from storage.copying import Tell, copy_rows, is_used, quiet
from storage.database import HEAD, Database, open_database
from storage.dialects import APPLICATION, one_writer
from storage.errors import ArchiveInUse, BackupError, HeldError


def restore(file: Path, url: str, *, force: bool = False, tell: Tell = quiet) -> None:
    """Put a backup in the place of the archive at a database address, wholly or not at all.

    A backup of an earlier version is brought up to date on the way; the file stays as it is.
    Raises BackupError where it is none, is damaged or made by a newer program, ArchiveInUse where
    the archive holds something and ``force`` is not given, HeldError where others of ours are
    connected to PostgreSQL; a daemon on an SQLite file is the caller's to refuse.
    """
    with (
        _at_this_version(file, examined(file), url, tell) as source,
        closing(open_database(url)) as database,
    ):
        if database.engine.dialect.name == "sqlite":
            _put_file(source, database, force=force, tell=tell)
        else:
            _put_rows(source, database, force=force, tell=tell)


@contextmanager
def _at_this_version(file: Path, version: str, url: str, tell: Tell) -> Iterator[Path]:
    """Give the backup itself, or, of an earlier version, a copy that is brought up to date."""
    if version == HEAD:
        yield file
        return
    with TemporaryDirectory(prefix="diembao-restore-", dir=_room_beside(url)) as folder:
        copy = Path(folder) / "backup.db"
        copy_file(file, copy, tell)
        open_database(f"sqlite:///{copy}").close()
        yield copy


def examined(file: Path) -> str:
    """Give the version of a backup that may be restored; raises BackupError."""
    if not file.is_file():
        raise BackupError(N_("{file}: no such file"), file=file)
    try:
        with closing(reading(file)) as backup:
            version = str(backup.execute("SELECT version_num FROM alembic_version").fetchone()[0])
            if version > HEAD:
                raise BackupError(
                    N_(
                        "{file}: at version {version}, made by a newer program; "
                        "this one knows {head}"
                    ),
                    file=file,
                    version=version,
                    head=HEAD,
                )
            check(backup, file)
    except (sqlite3.Error, TypeError) as error:
        raise BackupError(
            N_("{file}: not a backup of an archive: {error}"), file=file, error=error
        ) from error
    return version


def _put_file(source: Path, database: Database, *, force: bool, tell: Tell) -> None:
    with database.engine.connect() as connection:
        _is_free(connection, force=force)
    path = Path(database.engine.url.database or "")
    # Into the file that is there, as one transaction of SQLite's: a kill leaves what was there, and
    # who has it open sees the new state.
    with closing(reading(source)) as backup, closing(sqlite3.connect(path)) as archive:
        try:
            backup.backup(archive, progress=lambda _, left, all_: tell("pages", all_ - left))
            archive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            check(archive, path)
        except sqlite3.Error as error:
            raise BackupError("{path}: {error}", path=path, error=error) from error


def _put_rows(source: Path, database: Database, *, force: bool, tell: Tell) -> None:
    # Not opened as an archive: that would make a WAL file of it.
    backup = create_engine(f"sqlite:///file:{quote(str(source))}?mode=ro&uri=true")
    writing = database.engine.execution_options(writes=True)
    try:
        with backup.connect() as read, writing.begin() as written:
            _is_free(written, force=force)
            refuse_beside_others(written)
            one_writer(written)
            copy_rows(read, written, tell)
    finally:
        backup.dispose()


def refuse_beside_others(written: Connection) -> None:
    """Raise HeldError while other processes of this program are connected."""
    others = written.execute(_OTHERS, {"name": APPLICATION}).scalar_one()
    if others:
        raise HeldError(
            N_("{others} connections to this database: stop daemons and workers first"),
            others=others,
        )


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = :name AND pid <> pg_backend_pid()"
)


def _is_free(connection: Connection, *, force: bool) -> None:
    if not force and is_used(connection):
        raise ArchiveInUse(N_("the archive holds something"))


def _room_beside(url: str) -> Path | None:
    """Give where a copy of the backup has room: beside an SQLite archive, else where files wait."""
    archive = file_of(url)
    if archive is None:
        return None
    folder = archive.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError("{folder}: {error}", folder=folder, error=error) from error
    return folder
