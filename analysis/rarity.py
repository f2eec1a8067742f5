"""How common a word or a name is in the press: the share of articles that have it.

The shares were counted over 5,111 general articles of 2016 and 119 short ones on the city's digital
transformation of 2025-26 (`bench/story_weights.py`); of the two the greater counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path

from analysis.datafiles import FOLDER, Table, read

FILE = FOLDER / "rarity.toml"
# Below this share a word is as rare as can be; half of it or double changed nothing in the result.
LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Rarity:
    """Weights 0–1 of common words and word pairs (folded) and names (without accents)."""

    words: Mapping[str, float]
    names: Mapping[str, float]

    def of_name(self, name: str) -> float:
        """Give a weight: 0 for what every article has, 1 for what one in fifty has or fewer."""
        return self.names.get(name, 1.0)


@cache
def rarity(file: Path = FILE) -> Rarity:
    """Read the shares, once a process; VocabularyError if the file is not as it should be."""
    data = read(file)
    return Rarity(_weights(data.tables("words")), _weights(data.tables("names")))


def _weights(tables: list[Table]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for table in tables:
        share = table.number("share")
        if not LEAST_SHARE <= share <= 1:
            raise table.error("share", f"must be from {LEAST_SHARE} to 1")
        weight = round(log(share) / log(LEAST_SHARE), 3)
        weights |= dict.fromkeys(table.listed("of"), weight)
    return weights
