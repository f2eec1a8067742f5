"""A pause in polling while the archive takes nothing: disk full, read-only, database gone.

Outlets are not asked again and again for what cannot be stored, and are not blamed for it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scheduler.faults import Faults
from storage.errors import is_outage

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 60.0


@dataclass(slots=True)
class Recess:
    """Whether polls rest, in monotonic seconds; each failure in a row doubles the rest."""

    clock: Callable[[], float] = time.monotonic
    faults: Faults = field(default_factory=Faults)
    until: float = 0.0
    seconds: float = 0.0

    @property
    def goes_on(self) -> bool:
        """Whether polls are to wait."""
        return self.clock() < self.until

    def failed(self, error: BaseException) -> bool:
        """Take note of a poll that failed; tells whether it was the archive that did."""
        if not is_outage(error):
            return False
        self.faults.failed("writing to the archive", error)
        if not self.goes_on:  # those that were under way together count once
            self.seconds = min(max(FIRST_SECONDS, 2 * self.seconds), LONGEST_SECONDS)
            self.until = self.clock() + self.seconds
        return True

    def went_well(self) -> None:
        """Take note of a poll that the archive took."""
        self.faults.went_well("writing to the archive")
        self.seconds = self.until = 0.0
