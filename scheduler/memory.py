"""Giving memory back to the system: the allocator keeps what pages leave behind, in pieces."""

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Give back what lies free between the pieces in use; does nothing without glibc."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, another system
        return None
    return trim
