"""Reading this room's data files: TOML with values of the kinds expected, or a clear error."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import VocabularyError

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a data file that knows where it stands, to name it in errors."""

    place: str
    values: Mapping[str, Any]

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def table(self, key: str) -> "Table":
        """Give the table under a key; VocabularyError if there is none."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self.error(key, "must be a table")
        return Table(f"{self.place}: {key}", value)

    def tables(self, key: str) -> list["Table"]:
        """Give the list of tables under a key, empty if absent; VocabularyError if none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(key, "must be a list of tables")
        return [Table(f"{self.place}: {key} {n}", item) for n, item in enumerate(value, 1)]

    def string(self, key: str, default: str | None = None) -> str:
        """Give the text under a key; VocabularyError if it is absent without default, or empty."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "must be a text")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """Give the list of texts under a key, empty if absent; VocabularyError for other kinds."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise self.error(key, "must be a list of texts")
        return tuple(value)

    def listed(self, key: str) -> tuple[str, ...]:
        """Give the parts of a text between bars; VocabularyError for other kinds, or none.

        Thousands of phrases are read so in half the time that a list of texts takes.
        """
        parts = (" ".join(part.split()) for part in self.string(key).split("|"))
        found = tuple(part for part in parts if part)
        if not found:
            raise self.error(key, "must be texts with bars between")
        return found

    def number(self, key: str, default: float | None = None) -> float:
        """Give the number under a key; VocabularyError if it is absent without default."""
        value = self.values.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.error(key, "must be a number")
        return float(value)

    def day(self, key: str) -> date | None:
        """Give the date under a key or None; VocabularyError for other kinds."""
        value = self.values.get(key)
        if value is not None and type(value) is not date:
            raise self.error(key, "must be a date like 2025-07-01")
        return value

    def flag(self, key: str) -> bool:
        """Give the true or false under a key, false if absent; VocabularyError for other kinds."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def error(self, key: str, what: str) -> VocabularyError:
        """Make the error that names file, key and what is wrong."""
        return VocabularyError(f"{self.place}: {key}: {what}")


@cache
def read(file: Path) -> Table:
    """Read one data file, once a process; VocabularyError if it is missing or no TOML."""
    try:
        return Table(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"{file.name}: {error}") from error
