"""Everyday cues of the theme: a pulse on a screen, a sum sent by phone, a queue that is no more.

Features tell of digital services by what people do with them and hardly name them. One such word
says next to nothing, many of differing kinds in few lines do: the more of a kind, the less each
adds.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from math import exp, log1p, sqrt
from pathlib import Path

from analysis.automaton import Term, longest, needs_case
from analysis.datafiles import FOLDER, read
from analysis.reading import Reading
from analysis.weighing import Found

FILE = FOLDER / "cues.toml"
_NONE = "none"
# A text longer than so many characters needs more of them.
_LENGTH = 900
# The sum at which they are as likely as not to tell the theme, how steep it is, and the most.
_HALF, _STEEP, _MOST = 3.2, 2.2, 0.9
# Fewer say nothing.
_LEAST = 2.0
# What one of them weighs in the evidence.
_WEIGHT = 0.05


@cache
def cue_terms(file: Path = FILE) -> tuple[Term, ...]:
    """Read all cues, once a process; VocabularyError if the file is not as it should be."""
    data = read(file)
    return tuple(
        Term(phrase, "cue", group.string("kind"), exact=needs_case(phrase))
        for group in data.tables("cue")
        for phrase in group.listed("of")
    )


def cues(reading: Reading) -> list[Found]:
    """List the cues of an article, each phrase once."""
    found: dict[str, Found] = {}
    for field in reading.fields:
        for hit in longest(field.hits["cue"]):
            if hit.term.owner != _NONE:
                found.setdefault(hit.term.phrase, Found(field, hit, _WEIGHT, field.zone(hit.start)))
    return list(found.values())


def told_by(found: Iterable[Found], reading: Reading) -> float:
    """Tell how likely cues make the theme, 0–1."""
    kinds: defaultdict[str, int] = defaultdict(int)
    for item in found:
        kinds[item.hit.term.owner] += 1
    length = sum(len(field.text) for field in reading.fields)
    total = sum(map(log1p, kinds.values())) * min(1.0, sqrt(_LENGTH / max(1, length)))
    if total < _LEAST:
        return 0.0
    return _MOST / (1 + exp(-_STEEP * (total - _HALF)))
