"""Persons, recognised by surname and by the title before the name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from analysis.entity_types import Found
from analysis.names import NameRules, name_rules
from analysis.patterns import beginning, either_case
from analysis.reading import Field
from analysis.text import LETTERS, slug

_LONGEST_NAME = 4
# Several words with a capital, or in a script that has none: which it is, is asked afterwards.
# Korean given names go on in small letters: Kim Tae-sik.
_CAPITALISED = re.compile(
    rf"[^\W\d_a-z{LETTERS}](?<![^\W\d_].)[^\W\d_]*(?:[ -][^\W\d_a-z{LETTERS}][^\W\d_]*)+"
    r"(?:-[a-z]+)?"
)
_WORD_EDGE = re.compile(r"(?<!\w)")
_OFFICES = frozenset(("Sở", "Bộ", "Cục", "Ban", "Phòng"))
_SECOND = re.compile(r" [^\W\d_]+")
_HOUSE_NUMBER = re.compile(r"\d[a-z]? $")
_ADDRESS = re.compile(
    beginning(*either_case("ông", "bà", "đồng chí", "anh", "chị")) + r" ([^\W\d_]+)(?!\w)"
)


def persons(field: Field) -> Iterator[Found]:
    """Find full names: surname and given name, or what follows a title."""
    rules = name_rules()
    listed = {hit.end for hit in field.hits["entity"]}
    for begin, run in _capitalised_runs(field, rules):
        start, words = _from_the_surname(begin, run, rules, listed)
        before = field.folded[max(0, start - 30) : start]
        is_full = len(words) > 2 and words[0] in rules.common
        surnamed = words[0] in rules.common or (words[0] in rules.rare and len(words) > 2)
        # Most runs have neither: what is quickly known is asked first.
        if not surnamed and not before.rstrip(" .:\n").endswith(_any_of(rules.titles)):
            continue
        if not _looks_like_a_name(words) or words[0] in rules.no_names:
            continue
        endings = _endings(before)
        titled = not rules.titles.isdisjoint(endings)
        if titled or surnamed:
            name = " ".join(words)
            if not rules.not_after.isdisjoint(endings) or _HOUSE_NUMBER.search(before):
                continue
            # 'Chủ tịch UBND phường Nguyễn Văn An' is a person, 'phường Võ Thị Sáu' is none.
            if not rules.units.isdisjoint(endings) and (not is_full or name in rules.borne):
                continue
            if (name in rules.borne and not titled) or _goes_on(field, start + len(name), rules):
                continue
            yield Found(f"person:{slug(name)}", name, "person", field, start, start + len(name))


@cache
def _any_of(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(word.rstrip(" .:") for word in words)


def _from_the_surname(
    start: int, words: list[str], rules: NameRules, listed: set[int]
) -> tuple[int, list[str]]:
    """Leave out what stands before a name in a run: an office, or a name that the list knows.

    ``listed`` is where the names of the list end.
    """
    place = start
    for number, word in enumerate(words[:-1]):
        if number and word in rules.surnames and len(words) - number <= _LONGEST_NAME:
            is_office = number == 1 and words[0] in _OFFICES and len(words) > 3
            if is_office or place - 1 in listed:
                return place, words[number:]
        place += len(word) + 1
    return start, words


def same_persons(found: Iterable[Found]) -> dict[str, str]:
    """Map ids of persons named without surname to the one person whose full name ends so."""
    names = {item.id: item.name.split() for item in found if item.type == "person"}
    longer: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for identity, words in names.items():
        if len(words) > 2:
            longer[tuple(words[-2:])].append(identity)
    same: dict[str, str] = {}
    for identity, words in names.items():
        full = longer.get(tuple(words), ()) if len(words) == 2 else ()
        if len(full) == 1:
            same[identity] = full[0]
    return same


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
    """Refuse capitals inside a word: two texts that run together, an abbreviation."""
    if not 2 <= len(words) <= _LONGEST_NAME:
        return False
    parts = [part for word in words for part in word.split("-")]
    return not any(len(p) > 1 and not p[1:].islower() and p[:2] != "Mc" for p in parts)


def _goes_on(field: Field, end: int, rules: NameRules) -> bool:
    """Tell that the last word is but half of one: Phó Tổng Giám đốc."""
    second = _SECOND.match(field.folded, end)
    first = field.folded.rfind(" ", 0, end) + 1
    return second is not None and field.folded[first : second.end()] in rules.compounds


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
