"""How long a crawl waits for an outlet before it goes on without it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Bounds in seconds.

    ``connect`` is for making a connection, ``silence`` for the time between two pieces of an
    answer, ``answer`` for the whole of one, ``crawl`` for all requests of one crawl: what has not
    been asked for by then is left for the next.
    """

    connect: float = 10.0
    silence: float = 15.0
    answer: float = 30.0
    crawl: float = 3_600.0
