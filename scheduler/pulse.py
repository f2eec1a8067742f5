"""The daemon's pulse: a sign of life for the service manager, while there is life."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scheduler.jobs import Job
from scheduler.meters import TICK
from scheduler.supervisor import Supervisor

log = logging.getLogger(__name__)

SECONDS = 1.0
STATUS_SECONDS = 10.0


@dataclass(slots=True)
class Pulse:
    """Beats once a second as long as the loop turns; ``status`` says in a line what goes on.

    A job that no longer makes progress ends the signs of life, and so, by the service manager, the
    process: what hangs in a thread cannot be ended from within.
    """

    supervisor: Supervisor
    jobs: Mapping[str, Job]
    status: Callable[[], str]
    _stuck: list[str] = field(default_factory=list)
    _alive_at: float = 0.0
    _status_at: float = 0.0

    async def go_on(self, beat_too: Callable[[], None]) -> None:
        """Beat until cancelled, and call ``beat_too`` with each beat."""
        while True:
            beat_too()
            TICK.set_to_current_time()
            self.beat(time.monotonic())
            await asyncio.sleep(SECONDS)

    def beat(self, now: float) -> None:
        """Beat once, at a moment in monotonic seconds."""
        stuck = [name for name, job in self.jobs.items() if job.is_stuck(now)]
        if stuck != self._stuck:
            self._stuck = stuck
            if stuck:
                log.error("no progress: %s", ", ".join(stuck))
            else:
                log.warning("all jobs make progress again")
        if not stuck and now - self._alive_at >= self.supervisor.watchdog_seconds / 4:
            self.supervisor.alive()
            self._alive_at = now
        if now - self._status_at >= STATUS_SECONDS:
            self.supervisor.status(f"no progress: {', '.join(stuck)}" if stuck else self.status())
            self._status_at = now
