"""A clock that stands still until it is told to go on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    now: datetime = datetime(2025, 11, 28, 2, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def go_on(self, **parts):
        self.now += timedelta(**parts)
