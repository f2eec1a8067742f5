"""Persons, recognised by surname and by the title before the name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.datafiles import FOLDER, read
from analysis.entity_types import Found
from analysis.patterns import beginning, either_case
from analysis.reading import Field
from analysis.text import LETTERS, fold, normalise, slug

FILE = FOLDER / "names.toml"
_LONGEST_NAME = 4
# Several words with a capital, or in a script that has none: which it is, is asked afterwards.
_CAPITALISED = re.compile(
    rf"[^\W\d_a-z{LETTERS}](?<![^\W\d_].)[^\W\d_]*(?: [^\W\d_a-z{LETTERS}][^\W\d_]*)+"
)
_WORD_EDGE = re.compile(r"(?<!\w)")
_HOUSE_NUMBER = re.compile(r"\d[a-z]? $")
_ADDRESS = re.compile(
    beginning(*either_case("ông", "bà", "đồng chí", "anh", "chị")) + r" ([^\W\d_]+)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class NameRules:
    """Surnames as written, and the folded words before a name."""

    common: frozenset[str]
    rare: frozenset[str]
    titles: frozenset[str]
    not_after: frozenset[str]


@cache
def name_rules(file: Path = FILE) -> NameRules:
    """Read the rules, once a process; VocabularyError if the file is not as it should be."""
    data = read(file)
    return NameRules(
        frozenset(data.strings("common")),
        frozenset(data.strings("rare")),
        _folded(data.strings("titles")),
        _folded(data.strings("not_after")),
    )


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(normalise(word)) for word in words)


def persons(field: Field) -> Iterator[Found]:
    """Find full names: surname and given name, or what follows a title."""
    rules = name_rules()
    for start, words in _capitalised_runs(field, rules):
        if not _looks_like_a_name(words):
            continue
        before = field.folded[max(0, start - 30) : start]
        endings = _endings(before)
        if not rules.not_after.isdisjoint(endings) or _HOUSE_NUMBER.search(before):
            continue
        titled = not rules.titles.isdisjoint(endings)
        if titled or words[0] in rules.common or (words[0] in rules.rare and len(words) > 2):
            name = " ".join(words)
            yield Found(f"person:{slug(name)}", name, "person", field, start, start + len(name))


def given_names(field: Field, known: Iterable[Found]) -> Iterator[Found]:
    """Find given names after ông, bà or the like that belong to just one person named before."""
    full: dict[str, Found | None] = {}
    for item in known:
        given = item.name.split()[-1]
        same = full.get(given, item)
        full[given] = item if same and same.id == item.id else None
    for match in _ADDRESS.finditer(field.text):
        person = full.get(match[1])
        if person:
            start, end = match.span(1)
            yield Found(person.id, person.name, person.type, field, start, end)


def _looks_like_a_name(words: list[str]) -> bool:
    if not 2 <= len(words) <= _LONGEST_NAME:
        return False
    return not any(word.isupper() and len(word) > 1 for word in words)


def _endings(before: str) -> set[str]:
    """List the words a text ends in: the last, the last two …, with or without a sign behind."""
    end = before.removesuffix("\n").removesuffix(" ")
    edges = [edge.start() for edge in _WORD_EDGE.finditer(end)]
    endings = {end[edge:] for edge in edges}
    return endings | {ending[:-1] for ending in endings} if end.endswith((".", ":")) else endings


def _capitalised_runs(field: Field, rules: NameRules) -> Iterator[tuple[int, list[str]]]:
    """Give runs of capitalised words with one space between, a leading title word left out."""
    for match in _CAPITALISED.finditer(field.text):
        place = start = match.start()
        run: list[str] = []
        for word in match[0].split(" "):
            end = place + len(word)
            if not word[0].isupper():
                if run:
                    yield start, run
                run = []
            elif run or field.folded[place:end] not in rules.titles:
                if not run:
                    start = place
                run.append(word)
            place = end + 1
        if run:
            yield start, run
