"""The time as the program keeps it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return datetime.now(UTC)
