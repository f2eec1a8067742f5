"""Faults that stay: told once, then counted, until what failed goes well again."""

import logging
import time
from dataclasses import dataclass, field

from storage.errors import database_trouble

log = logging.getLogger(__name__)

# A fault that stays is told of again after so long, with the number of failures.
TELL_AGAIN_SECONDS = 600.0


@dataclass(slots=True)
class _Standing:
    """A fault: its failures in a row, when it began and was last told; monotonic seconds."""

    since: float
    told: float
    failures: int = 0


@dataclass(slots=True)
class Faults:
    """What fails at present, by name."""

    standing: dict[str, _Standing] = field(default_factory=dict)

    def failed(self, name: str, error: BaseException) -> None:
        """Take note of a failure; the first is told, then now and then their count."""
        now = time.monotonic()
        fault = self.standing.setdefault(name, _Standing(now, now))
        fault.failures += 1
        if fault.failures > 1 and now - fault.told < TELL_AGAIN_SECONDS:
            return
        fault.told = now
        words = database_trouble(error)
        log.error(
            "%s failed (%d in a row): %s",
            name, fault.failures, words or f"{type(error).__name__}: {error}",
            # The program's own faults are told with their place.
            exc_info=None if words else error,
        )  # fmt: skip

    def went_well(self, name: str) -> None:
        """Take note that it went well; the end of a fault is told."""
        fault = self.standing.pop(name, None)
        if fault is not None:
            lasted = time.monotonic() - fault.since
            log.warning("%s: goes on after %d failures in %.0f s", name, fault.failures, lasted)
