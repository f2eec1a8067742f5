"""Memory of a process that lives long: what pages leave behind goes back to the system."""

import ctypes
import gc
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Give back what lies free between the pieces in use; does nothing without glibc."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def settle() -> None:
    """Let what is here by now stay, once a process, so that collections pass it by.

    What the program itself consists of makes a full collection take a tenth of a second. Call it
    when all has been loaded: what is then in a cycle is never freed.
    """
    gc.collect()
    gc.freeze()
    # A full collection is made when much is new beside what the last one left: that was all of it.
    gc.collect()


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, another system
        return None
    return trim
