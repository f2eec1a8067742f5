"""Whether two tables hold the same rows, told by their number and one sum of their hashes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xxhash


@dataclass(slots=True)
class Digest:
    """The rows of a table: how many, and the sum of their hashes; their order does not count.

    Rows are as SQLAlchemy reads them, so that the same row reads the same on both databases.
    """

    rows: int = 0
    sum: int = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take more rows in."""
        for row in rows:
            self.rows += 1
            self.sum += xxhash.xxh3_128_intdigest(repr(tuple(row)).encode())
        self.sum %= 2**128

    def __str__(self) -> str:
        """Give the sum as 32 hexadecimal digits."""
        return f"{self.sum:032x}"
