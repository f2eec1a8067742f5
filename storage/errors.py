"""What can go wrong with the archive.

StorageError
├── ArchiveInUse       an archive that holds something and is not to be written over
├── BackupError        a backup that cannot be made, or is none that can be restored
├── DatabaseError      the database cannot be opened, or is not at the version this program needs
├── HeldError          another daemon works on this database file
├── QueryError         a filter's query that cannot be understood, and where
├── SeedError          a seeds file that cannot be used
├── SnapshotError      a kept page that cannot be unpacked
├── StoryError         stories that cannot be merged or split in this way
└── UnknownThing       an id that names nothing
"""

from collections.abc import Iterator

from messages.errors import Told


class StorageError(Told):
    """Base of this room's errors; its text is one line that names the thing."""


class DatabaseError(StorageError):
    """The database cannot be opened, migrated or trusted."""


class BackupError(StorageError):
    """A backup cannot be written, or a file is no sound backup."""


class ArchiveInUse(StorageError):  # noqa: N818 - a state of things, as UnknownThing
    """An archive holds something and is not written over unasked."""


class HeldError(StorageError):
    """Another daemon works on this database file."""


class SeedError(StorageError):
    """A seeds file is unreadable, or a line of it is not a seed."""


class SnapshotError(StorageError):
    """A kept page is damaged."""


class StoryError(StorageError):
    """Stories cannot be merged or split as asked."""


class UnknownThing(StorageError):  # noqa: N818 - it names a lookup's outcome, as KeyError's kin do
    """No row has this id."""


class QueryError(StorageError):
    """A query cannot be understood.

    ``reason`` says in few words what is wrong, ``position`` counts characters from 1, ``detail`` is
    what stands there or the bound that was passed.
    """

    def __init__(self, reason: str, position: int, detail: str = "") -> None:
        self.reason, self.position, self.detail = reason, position, detail
        super().__init__(f"query, character {position}: {reason}: {detail}".removesuffix(": "))


def database_trouble(error: BaseException) -> str | None:
    """Give the driver's own words for a database's trouble: disk full, read-only, locked, gone.

    None where neither the error nor what it was raised from is one of the database's.
    """
    for cause in _causes(error):
        if type(cause).__module__.split(".")[0] in _DRIVERS:
            return str(getattr(cause, "orig", None) or cause).strip().split("\n", 1)[0]
    return None


def is_outage(error: BaseException) -> bool:
    """Tell whether the database fails as a whole, and not for the one thing that was asked.

    A full disk, a file that is read-only, a server that is gone: what was tried may be right.
    """
    return any(
        kind.__module__.split(".")[0] in _DRIVERS and kind.__name__ in _OUTAGES
        for cause in _causes(error)
        for kind in type(cause).__mro__
    )


# By their names: importing a driver costs a second, and there may be none for PostgreSQL.
_DRIVERS = ("sqlalchemy", "psycopg", "psycopg_pool")
_OUTAGES = ("OperationalError", "InterfaceError", "InternalError", "TimeoutError")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(_DEEPEST):
        if cause is not None:
            yield cause
            cause = cause.__cause__


_DEEPEST = 8
