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


class StorageError(Exception):
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

    None where the error is none of the database's.
    """
    if type(error).__module__.split(".")[0] not in ("sqlalchemy", "psycopg", "psycopg_pool"):
        return None
    return str(getattr(error, "orig", None) or error).strip().split("\n", 1)[0]


def is_outage(error: BaseException) -> bool:
    """Tell whether the database fails as a whole, and not for the one thing that was asked.

    A full disk, a file that is read-only, a server that is gone: what was tried may be right.
    """
    from sqlalchemy import exc  # noqa: PLC0415 - commands that touch no database do without it

    kinds = (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError)
    return isinstance(error, kinds)
