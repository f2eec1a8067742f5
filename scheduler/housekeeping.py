"""Keeping house: what is too old goes, and backups are made, while everything else goes on."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from storage import backups
from storage.backups import Stopped, never
from storage.database import Database
from storage.errors import BackupError
from storage.retention import RULES, Limits, count, let_go

log = logging.getLogger(__name__)

LONGEST_REST = 1.0
"""Seconds between two batches at most."""


def forget_old(
    database: Database,
    before: Limits,
    *,
    stopped: Stopped = never,
    rest: Callable[[float], None] = time.sleep,
) -> Mapping[str, int]:
    """Let go what is too old, a batch a transaction; gives how much of what.

    Between two batches it rests as long as the last one took: others have as much of the writers'
    lock. Ends early where ``stopped`` says so; the next run goes on.
    """
    gone = dict.fromkeys(RULES, 0)
    for name, rule in RULES.items():
        while not stopped():
            started = time.monotonic()
            with database.writing() as session:
                batch = let_go(session, rule, before)
            gone[name] += batch
            if batch < rule.batch:
                break
            rest(min(time.monotonic() - started, LONGEST_REST))
    if any(gone.values()):
        log.info("let go: %s", ", ".join(f"{n} {name}" for name, n in gone.items() if n))
    return gone


def too_old(database: Database, before: Limits) -> Mapping[str, int]:
    """Count what is too old, without touching it."""
    with database.reading() as session:
        return {name: count(session, rule, before) for name, rule in RULES.items()}


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where the archive at ``url`` is backed up, how often, and how many backups are kept."""

    url: str
    folder: Path
    every: timedelta
    keep: int


def back_up_when_due(plan: BackupPlan, now: datetime, stopped: Stopped = never) -> Path | None:
    """Make a backup if the newest one of the folder is old enough; the files say when it was made.

    None, too, where it was stopped. Raises BackupError, DatabaseError.
    """
    newest = backups.newest(plan.folder)
    # A backup from the future is a clock that was wrong then.
    if newest and newest <= now < newest + plan.every:
        return None
    try:
        made = backups.save_into(plan.url, plan.folder, now, plan.keep, stopped)
    except BackupError:
        if stopped():
            return None  # the next start makes it
        raise
    log.info("backup: %s", made)
    return made
