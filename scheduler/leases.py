"""Who holds leases, and what becomes of those of the dead."""

import os
import socket
from datetime import datetime
from pathlib import Path

from storage import hosts, outbox, polling
from storage.database import Database

# Where process numbers are told apart: containers may share a machine's name, and not its numbers.
_NUMBERS = Path("/proc/self/ns/pid")


def this_machine() -> str:
    """Name what numbers the processes that we can look at: a machine, a container."""
    try:
        return f"{socket.gethostname()}:{_NUMBERS.stat().st_ino}"
    except OSError:
        return socket.gethostname()


def this_owner() -> str:
    """Name this process as a holder of leases."""
    return f"{this_machine()}/{os.getpid()}"


def take_over_from_the_dead(database: Database, now: datetime) -> None:
    """Free what processes of this machine held that are no longer alive."""
    with database.reading() as session:
        owners = (
            polling.lease_owners(session)
            | hosts.lease_owners(session)
            | outbox.lease_owners(session)
        )
    dead = [owner for owner in owners if is_dead(owner)]
    if not dead:
        return
    with database.writing() as session:
        for owner in dead:
            polling.take_over(session, owner)
            hosts.take_over(session, owner)
            outbox.take_over(session, owner, now)


def is_dead(owner: str) -> bool:
    """Tell whether a holder of leases was a process of this machine and is no more."""
    machine, _, process = owner.rpartition("/")
    if machine != this_machine() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
