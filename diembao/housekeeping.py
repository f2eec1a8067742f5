"""The daemon's housekeeping, by the settings as they are at the time of each run."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from diembao.settings import Settings
from scheduler.housekeeping import BackupPlan, back_up_when_due, forget_old
from scheduler.poll import Desk
from storage.backups import Stopped
from storage.retention import limits
from storage.turns import turn


def housekeeping(
    settings: Callable[[], Settings], desk: Desk, stopped: Stopped
) -> Mapping[str, Callable[[], object]]:
    """Give the jobs by their names in `scheduler.jobs.RULES`.

    Of several daemons of a fleet one does a job at a time; the others look again an hour later.
    """

    def retention() -> None:
        before = limits(desk.clock(), settings().retention_days)
        with turn(desk.database, "retention") as ours:
            if ours:
                forget_old(desk.database, before, stopped=stopped)

    def backup() -> None:
        if plan := _plan(settings()):
            with turn(desk.database, "backup") as ours:
                if ours:
                    back_up_when_due(plan, desk.clock(), stopped)

    return {"retention": retention, "backup": backup}


def _plan(settings: Settings) -> BackupPlan | None:
    if settings.backup_dir is None:
        return None
    every = timedelta(hours=settings.backup_hours)
    return BackupPlan(settings.database, settings.backup_dir, every, settings.backup_keep)
