"""Tết: the days around the lunar new year, when Vietnam's outlets print less."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

# The first day of the lunar year by Vietnam's calendar, which goes by UTC+7: in 2030 it comes a
# day before China's.
FIRST_DAYS = (
    date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6),
    date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2), date(2031, 1, 23),
    date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8),
    date(2036, 1, 28),
)  # fmt: skip


def days_around(before: int, after: int) -> AbstractSet[date]:
    """Give the first days with so many days before and after each."""
    span = range(-before, after + 1)
    return frozenset(first + timedelta(days=days) for first in FIRST_DAYS for days in span)
