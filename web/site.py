"""What pages and calls work with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from alerts.matching import Sender
from storage.database import Database
from storage.figures import Watched


@dataclass(frozen=True, slots=True)
class Inside:
    """What the process says of itself: its counts, which sources it watches, what is stuck.

    ``last_backup`` is when the daemon's newest backup was made, None if there is none.
    """

    meters: CollectorRegistry = field(default_factory=CollectorRegistry)
    watched: Watched = list
    stuck: Callable[[], Sequence[str]] = list
    last_backup: Callable[[], datetime | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Site:
    """The archive, who signs links, the time, and what is taken where nothing else is said.

    Without an ``admin_token`` nobody is the admin.
    """

    database: Database
    sender: Sender
    clock: Callable[[], datetime]
    zone: ZoneInfo
    language: str
    admin_token: str = ""
    inside: Inside = field(default_factory=Inside)
