"""One daemon for one SQLite file, by a lock that ends with the process, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from messages.catalogue import N_
from storage.errors import DatabaseError, HeldError


@contextmanager
def only_daemon(url: str) -> Iterator[None]:
    """Keep other daemons from a database for the time of the context; commands are not hindered.

    On PostgreSQL there may be several, so nothing is held. Raises HeldError.
    """
    path = _lock_file(url)
    if path is None:
        yield
        return
    descriptor = _opened(path)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _held(path, descriptor) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def refuse_beside_a_daemon(url: str) -> None:
    """Raise HeldError while a daemon works on a database file."""
    path = _lock_file(url)
    if path is not None and path.exists():
        with only_daemon(url):
            pass


def _lock_file(url: str) -> Path | None:
    """Give the file beside the database; SQLite's own locks on the file itself are left alone."""
    parsed = make_url(url)
    if parsed.drivername != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    database = Path(str(parsed.database)).resolve()
    return database.with_name(f"{database.name}.daemon")


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseError(
            N_("{path} cannot be opened: {error}"), path=path, error=error
        ) from error


def _held(path: Path, descriptor: int) -> HeldError:
    process = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
    database = path.with_suffix("")
    if not process.isdecimal():
        return HeldError(
            N_("{database}: a daemon works on this database already"), database=database
        )
    return HeldError(
        N_("{database}: a daemon works on this database already (process {process})"),
        database=database, process=process,
    )  # fmt: skip
