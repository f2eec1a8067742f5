"""The daemon's pulse: a sign of life for the service manager, while there is life."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scheduler.meters import TICK
from scheduler.supervisor import Supervisor

log = logging.getLogger(__name__)

SECONDS = 1.0
STATUS_SECONDS = 10.0


@dataclass(slots=True)
class Pulse:
    """Beats once a second as long as the loop turns; ``status`` says in a line what goes on.

    What is ``stuck``, in words, ends the signs of life, and so, by the service manager, the
    process: what hangs in a thread cannot be ended from within.
    """

    supervisor: Supervisor
    stuck: Callable[[], Sequence[str]]
    status: Callable[[], str]
    _is_stuck: bool = False
    _alive_at: float = float("-inf")
    _status_at: float = float("-inf")

    async def go_on(self, beat_too: Callable[[], None]) -> None:
        """Beat until cancelled, and call ``beat_too`` with each beat."""
        while True:
            beat_too()
            TICK.set_to_current_time()
            self.beat(time.monotonic())
            await asyncio.sleep(SECONDS)

    def beat(self, now: float) -> None:
        """Beat once, at a moment in monotonic seconds."""
        stuck = "; ".join(self.stuck())
        if stuck and not self._is_stuck:
            log.error("no progress: %s", stuck)
        elif self._is_stuck and not stuck:
            log.warning("all goes on again")
        self._is_stuck = bool(stuck)
        if not stuck and now - self._alive_at >= self.supervisor.watchdog_seconds / 4:
            self.supervisor.alive()
            self._alive_at = now
        if now - self._status_at >= STATUS_SECONDS:
            self.supervisor.status(f"no progress: {stuck}" if stuck else self.status())
            self._status_at = now
