"""Persons, recognised by surname and by the title before the name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.datafiles import FOLDER, read
from analysis.entity_types import Found
from analysis.reading import Field
from analysis.text import fold, normalise, slug

FILE = FOLDER / "names.toml"
_LONGEST_NAME = 4
_WORD = re.compile(r"[^\W\d_]+")
_HOUSE_NUMBER = re.compile(r"\d[a-z]? $")
_ADDRESS = re.compile(r"(?<!\w)(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí|[Aa]nh|[Cc]hị) ([^\W\d_]+)(?!\w)")


@dataclass(frozen=True, slots=True)
class NameRules:
    """Surnames as written, and patterns of the words before a name."""

    common: frozenset[str]
    rare: frozenset[str]
    titles: re.Pattern[str]
    not_after: re.Pattern[str]


@cache
def name_rules(file: Path = FILE) -> NameRules:
    """Read the rules, once a process; VocabularyError if the file is not as it should be."""
    data = read(file)
    return NameRules(
        frozenset(data.strings("common")),
        frozenset(data.strings("rare")),
        _ending_in(data.strings("titles")),
        _ending_in(data.strings("not_after")),
    )


def _ending_in(words: Iterable[str]) -> re.Pattern[str]:
    forms = "|".join(re.escape(fold(normalise(word))) for word in words)
    return re.compile(rf"(?:^|[^\w])(?:{forms})[.:]? ?$")


def persons(field: Field) -> Iterator[Found]:
    """Find full names: surname and given name, or what follows a title."""
    rules = name_rules()
    for run in _capitalised_runs(field.text):
        start = run[0].start()
        before = field.folded[max(0, start - 30) : start]
        if rules.not_after.search(before) or _HOUSE_NUMBER.search(before):
            continue
        words = [word.group() for word in run]
        if _is_name(words, titled=rules.titles.search(before) is not None, rules=rules):
            name = field.text[start : run[-1].end()]
            yield Found(f"person:{slug(name)}", name, "person", field, start, run[-1].end())


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


def _is_name(words: list[str], *, titled: bool, rules: NameRules) -> bool:
    if not 2 <= len(words) <= _LONGEST_NAME or any(w.isupper() and len(w) > 1 for w in words):
        return False
    if titled or words[0] in rules.common:
        return True
    return words[0] in rules.rare and len(words) > 2


def _capitalised_runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Give runs of capitalised words with one space between, a leading title word left out."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and text[run[-1].end() : word.start()] != " ":
            yield from _without_title(run)
            run = []
        if word.group()[0].isupper():
            run.append(word)
        elif run:
            yield from _without_title(run)
            run = []
    yield from _without_title(run)


def _without_title(run: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    while run and name_rules().titles.search(fold(run[0].group())):
        run = run[1:]
    if run:
        yield run
