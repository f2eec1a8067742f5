"""What the daemon does again and again: how often, and what becomes of a run that comes late.

What is due stands in the database, so every job only looks: a look that comes late finds what an
earlier one would have found, and two at once would find the same twice.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from scheduler.faults import Faults
from scheduler.log_context import log_run
from scheduler.meters import JOB_RUNS, JOB_SECONDS

# No job waits longer for its first run: a daemon that is restarted every day does all of them.
FIRST_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a job runs.

    ``merge``: of several runs that are late, one is made. ``late``: a run that could not begin for
    so long is left out; None: it is made however late. ``at_once``: how many runs may overlap.
    ``stuck``: a job that should have ended a run, and has not for so long, makes no progress.
    """

    name: str
    every: timedelta
    merge: bool
    late: timedelta | None
    at_once: int
    stuck: timedelta


_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

# fmt: off
RULES = {rule.name: rule for rule in (
    # These say what is due and put it into the queue, which has it once however often it is put in.
    # Every second, as that is how long an instant alert may wait for its look.
    Rule("polls", every=_S, merge=True, late=None, at_once=1, stuck=5 * _M),
    Rule("digests", every=_S, merge=True, late=None, at_once=1, stuck=5 * _M),
    Rule("deliveries", every=_S, merge=True, late=None, at_once=1, stuck=5 * _M),
    # Leases of hubs last days; a feed's new hub may be asked some seconds later.
    Rule("hubs", every=10 * _S, merge=True, late=None, at_once=1, stuck=5 * _M),
    # Compares with hours of silence, so minutes are soon enough.
    Rule("silence", every=5 * _M, merge=True, late=None, at_once=1, stuck=5 * _M),
    # Works by itself, in a thread and small pieces; what to keep is counted in days.
    Rule("retention", every=_H, merge=True, late=None, at_once=1, stuck=6 * _H),
    # Due when the last backup is old enough, which the files themselves say.
    Rule("backup", every=_H, merge=True, late=None, at_once=1, stuck=6 * _H),
)}
# fmt: on


@dataclass(slots=True)
class Job:
    """A job under its rule; ``ended`` is when it last ended a run, in monotonic seconds."""

    rule: Rule
    look: Callable[[], Awaitable[None]]
    ended: float = field(default_factory=time.monotonic)
    faults: Faults = field(default_factory=Faults)

    async def run(self) -> None:
        """Look once; what goes wrong is told once, counted, and the next look is made as ever."""
        name, begun = self.rule.name, time.monotonic()
        with log_run(name):
            outcome = await self._outcome()
        self.ended = time.monotonic()
        JOB_RUNS.labels(name, outcome).inc()
        JOB_SECONDS.labels(name).observe(self.ended - begun)

    async def _outcome(self) -> str:
        try:
            await self.look()
        except Exception as error:
            self.faults.failed(self.rule.name, error)
            return "failed"
        self.faults.went_well(self.rule.name)
        return "ok"

    def is_stuck(self, now: float) -> bool:
        """Tell whether the job should long have ended a run; one that fails is not stuck."""
        return now - self.ended > (self.rule.every + self.rule.stuck).total_seconds()
