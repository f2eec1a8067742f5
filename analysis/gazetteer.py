"""The known entities: read from the data files, and their aliases as terms to look for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from analysis.automaton import Term
from analysis.city import expand
from analysis.datafiles import FOLDER, Table, read
from analysis.entity_types import TYPES
from analysis.text import fold, normalise

DIRECTORY = FOLDER / "entities"
# Marks the owner of an alias that counts only where the city is named.
CITY_ONLY = ":city"


@dataclass(frozen=True, slots=True)
class Entity:
    """A known entity.

    Its dates say when it existed under this name or in this office; ``requires`` lists folded
    phrases of which one must stand in the article.
    """

    id: str
    name: str
    type: str
    valid_from: date | None = None
    valid_to: date | None = None
    requires: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()

    def valid_on(self, day: date | None) -> bool:
        """Tell whether it existed on a day; on an unknown day it did."""
        if day is None:
            return True
        return (self.valid_from or day) <= day <= (self.valid_to or day)


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
    return known


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
    )
    return replace(entity, terms=tuple(_terms(entity, table)))


def _terms(entity: Entity, table: Table) -> Iterable[Term]:
    exact = table.flag("case")
    everywhere = dict.fromkeys(_expanded((entity.name, *table.strings("aliases"))))
    in_the_city = [a for a in _expanded(table.strings("context_aliases")) if a not in everywhere]
    mark = CITY_ONLY if "context" in table else ""
    for alias in everywhere:
        yield Term(alias, "entity", entity.id + mark, exact=exact)
    for alias in in_the_city:
        yield Term(alias, "entity", entity.id + CITY_ONLY, exact=exact)


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
