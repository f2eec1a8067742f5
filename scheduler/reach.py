"""Whether it is an outlet that does not answer, or the network as a whole.

An outlet of which nothing was heard is blamed only once others have answered since. Until then it
is asked again soon and nothing is held against it: name servers that are gone for ten minutes make
no outlet a failing one.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

log = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=1)
# With so many outlets silent and none that answers, it is the network.
TELLING = 3


@dataclass(slots=True)
class Reach:
    """Which outlets do not answer, and since when; times are monotonic seconds."""

    clock: Callable[[], float] = time.monotonic
    heard_at: float | None = None
    silent: dict[str, float] = field(default_factory=dict)
    gone_since: float | None = None

    def heard(self, source: str) -> None:
        """Take note that an outlet answered, whatever it said."""
        self.heard_at = self.clock()
        self.silent.pop(source, None)
        if self.gone_since is not None:
            log.warning("the network is back after %.0f s", self.heard_at - self.gone_since)
            self.gone_since = None

    def is_to_blame(self, source: str, others: int) -> bool:
        """Take note that an outlet gave no answer at all; tells whether that is its own fault.

        ``others`` is how many further outlets there are that could answer.
        """
        since = self.silent.setdefault(source, self.clock())
        if not others or (self.heard_at is not None and self.heard_at > since):
            return True
        undecided = [at for at in self.silent.values() if at >= (self.heard_at or 0.0)]
        if self.gone_since is None and len(undecided) >= min(TELLING, others + 1):
            self.gone_since = min(undecided)
            log.warning("no outlet answers: the network or the name server seems to be gone")
        return False
