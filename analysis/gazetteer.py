"""The known entities: read from the data files, and their aliases as terms to look for."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from analysis.automaton import Term
from analysis.city import expand, expand_english
from analysis.datafiles import FOLDER, Table, read
from analysis.entity_types import TYPES
from analysis.errors import VocabularyError
from analysis.text import fold, normalise, search_fold

DIRECTORY = FOLDER / "entities"
# Marks the owner of an alias that counts only where the city is named.
CITY_ONLY = ":city"
# Marks the owner of a ward's bare name, which counts only near the word ward or the city's name.
NEAR = ":near"
_UNIT = re.compile(r"(?:Phường|Xã) (?=\S+ )")


@dataclass(frozen=True, slots=True)
class Tenure:
    """A term of office: a role at the head of a body, by the body's id, first and last day."""

    role: str
    body: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Entity:
    """A known entity.

    Its dates say when it existed under this name; ``requires`` lists folded phrases of which one
    must stand in the article; ``successor`` is the id of the body or place it became or went into.
    """

    id: str
    name: str
    type: str
    valid_from: date | None = None
    valid_to: date | None = None
    requires: tuple[str, ...] = ()
    successor: str | None = None
    tenures: tuple[Tenure, ...] = ()
    terms: tuple[Term, ...] = ()

    def valid_on(self, day: date | None) -> bool:
        """Tell whether it existed on a day; on an unknown day it did."""
        if day is None:
            return True
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    def began_by(self, day: date | None) -> bool:
        """Tell whether it may be meant on a day: what is no more may be, what is to come not."""
        return day is None or self.valid_from is None or self.valid_from <= day


@cache
def gazetteer(directory: Path = DIRECTORY) -> dict[str, Entity]:
    """Read all groups, once a process; VocabularyError for a bad file or an id used twice."""
    known: dict[str, Entity] = {}
    for file in sorted(directory.glob("*.toml")):
        group = read(file)
        for table in group.tables("entity"):
            entity = _entity(table, group)
            if entity.id in known:
                raise table.error("id", f"{entity.id} is used twice")
            known[entity.id] = entity
    _check_links(known)
    return known


def _check_links(known: dict[str, Entity]) -> None:
    for entity in known.values():
        for linked in (entity.successor, *(tenure.body for tenure in entity.tenures)):
            if linked is not None and (linked not in known or linked == entity.id):
                raise VocabularyError(f"{entity.id}: leads to {linked}, which is no other entity")


def _entity(table: Table, group: Table) -> Entity:
    kind = table.string("type") if "type" in table else group.string("type")
    if kind not in TYPES:
        raise table.error("type", f"{kind} is none of {', '.join(TYPES)}")
    if table.values.get("context", "city") != "city":
        raise table.error("context", "may only be city")
    entity = Entity(
        table.string("id"),
        table.string("name"),
        kind,
        table.day("valid_from"),
        table.day("valid_to"),
        tuple(fold(normalise(phrase)) for phrase in table.strings("requires")),
        table.string("successor") if "successor" in table else None,
        tuple(_tenure(item, group) for item in table.tables("tenures")),
    )
    return replace(entity, terms=tuple(_terms(entity, table)))


def _tenure(table: Table, group: Table) -> Tenure:
    """Read a term of office; one without end is known up to the day the group was checked."""
    first, last = table.day("from"), table.day("to") or group.day("checked")
    if first is None or last is None or first > last:
        raise table.error("from", "must be a date, and no later than to or the file's checked")
    return Tenure(fold(normalise(table.string("role"))), table.string("body"), first, last)


def _terms(entity: Entity, table: Table) -> Iterable[Term]:
    exact, english = table.flag("case"), table.strings("english")
    spelled = [form for name in english for form in expand_english(name)]
    everywhere = dict.fromkeys((*_expanded((entity.name, *table.strings("aliases"))), *spelled))
    short = [f"{owner} {name}" for name in english for owner in ("municipal", "city's", "city")]
    in_the_city = (*_expanded(table.strings("context_aliases")), *short)
    mark = CITY_ONLY if "context" in table else ""
    for alias in everywhere:
        yield Term(alias, "entity", entity.id + mark, exact=exact)
    for alias in dict.fromkeys(in_the_city):
        if alias not in everywhere:
            yield Term(alias, "entity", entity.id + CITY_ONLY, exact=exact)
    if entity.type == "place" and (kind := _UNIT.match(entity.name)):
        yield Term(entity.name[kind.end() :], "entity", entity.id + NEAR)
    if entity.type == "person" and _bare(entity.name) != entity.name:
        # As English outlets write it; the marks left out, it is a name only with its capitals.
        yield Term(_bare(entity.name), "entity", entity.id + mark, exact=True)


def _bare(name: str) -> str:
    return " ".join(part.capitalize() for part in search_fold(name).split())


def _expanded(aliases: Iterable[str]) -> list[str]:
    return [form for alias in aliases for form in expand(alias)]


@cache
def documents_by_number() -> dict[str, tuple[str, ...]]:
    """Give the ids of the known documents by type and number alone, made once a process."""
    return by_prefix(i for i, entity in gazetteer().items() if entity.type == "document")


def by_prefix(known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Index document ids by type and number alone: nghi-quyet-57 stands for nghi-quyet-57-nq-tw."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for identity in known:
        parts = identity.split("-")
        numbers = [place for place, part in enumerate(parts) if part.isdigit()]
        if numbers:
            found["-".join(parts[: numbers[0] + 1])].append(identity)
    return {short: tuple(full) for short, full in found.items()}
