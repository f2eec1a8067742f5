"""What pages and calls work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.matching import Sender
from storage.database import Database


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
