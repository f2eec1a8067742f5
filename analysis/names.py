"""What makes a name: surnames, the words around a name, syllables that make one word."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.datafiles import FOLDER, read
from analysis.text import fold, normalise

FILE = FOLDER / "names.toml"


@dataclass(frozen=True, slots=True)
class NameRules:
    """Surnames and names as written; the words before a name, compounds and actions folded."""

    common: frozenset[str]
    rare: frozenset[str]
    surnames: frozenset[str]
    titles: frozenset[str]
    not_after: frozenset[str]
    units: frozenset[str]
    borne: frozenset[str]
    no_names: frozenset[str]
    compounds: frozenset[str]
    actions: frozenset[str]


@cache
def name_rules(file: Path = FILE) -> NameRules:
    """Read the rules, once a process; VocabularyError if the file is not as it should be."""
    data = read(file)
    common, rare = frozenset(data.strings("common")), frozenset(data.strings("rare"))
    return NameRules(
        common,
        rare,
        common | rare,
        _folded(data.strings("titles")),
        _folded(data.strings("not_after")),
        _folded(data.strings("units")),
        frozenset(data.strings("borne")),
        frozenset(data.strings("no_names")),
        _folded(data.strings("compounds")),
        _folded(data.strings("actions")),
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(normalise(word)) for word in words)
