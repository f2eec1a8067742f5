"""The rules of relevance, read from their data file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from analysis.automaton import Term, needs_case
from analysis.city import KINDS, Kind, Surroundings, expand, surroundings
from analysis.datafiles import FOLDER, Table, read
from analysis.errors import VocabularyError
from analysis.gazetteer import CITY_ONLY, DIRECTORY, Entity, gazetteer
from analysis.reading import ZONES, Zone
from analysis.text import fold, normalise
from analysis.topics import topics

__all__ = ["CITY_ONLY", "Against", "Rules", "rules"]

FILE = FOLDER / "relevance.toml"


@dataclass(frozen=True, slots=True)
class Against:
    """A group of phrases that speak against an article if they show in one of its zones.

    ``unless_city_acts`` silences it where a body or part of the city acts in title or lead.
    """

    zones: frozenset[str]
    factor: float
    unless_city_acts: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of relevance; weights and factors are 0–1.

    ``slope`` and ``intercept`` make the score of the log odds of what the rules say.
    ``bodies`` are the entities that are the city's own, by id; ``units`` the ids of its wards and
    communes since the merger; ``others`` those of somebody else who may bear its name.
    """

    terms: tuple[Term, ...]
    merged_from: date
    around: Surroundings
    bodies: dict[str, Entity]
    units: frozenset[str]
    others: frozenset[str]
    city: dict[Zone, dict[Kind, float]]
    theme: dict[str, dict[Zone, float]]
    against: dict[str, Against]
    rivals: dict[Zone, float]
    slope: float
    intercept: float

    def merged_on(self, day: date | None) -> bool:
        """Tell whether the two provinces are the city's on that day, of an unknown one yes."""
        return day is None or day >= self.merged_from

    def elsewhere(self, day: date | None) -> frozenset[str]:
        """Give the owners of the terms that name other places on that day."""
        return frozenset({"rival"} if self.merged_on(day) else {"rival", "city:merged"})


@cache
def rules(file: Path = FILE) -> Rules:
    """Read the rules, once a process; VocabularyError if the file is not as it should be."""
    data = read(file)
    city, groups, against = data.table("city"), data.tables("theme"), data.tables("against")
    merged_from = city.day("merged_from")
    if merged_from is None:
        raise city.error("merged_from", "must be a date like 2025-07-01")
    terms = [
        *_city_terms(city),
        *_theme_terms(groups),
        *(term for g in against for term in _terms(g, "phrases", f"against:{g.string('name')}")),
        *_terms(data.table("rivals"), "names", "rival"),
    ]
    return Rules(
        tuple(terms),
        merged_from,
        _surroundings(city),
        _bodies(city),
        _units(city),
        frozenset(_listed(city.table("entities").strings("others"))),
        _city_weights(city.table("weights")),
        {g.string("name"): _zone_weights(g.table("weights")) for g in groups},
        {g.string("name"): _against(g) for g in against},
        _rival_factors(data.table("rivals")),
        data.table("calibration").number("slope"),
        data.table("calibration").number("intercept"),
    )


def _terms(table: Table, key: str, owner: str) -> list[Term]:
    written = [form for phrase in table.strings(key) for form in expand(phrase)]
    return [Term(form, "relevance", owner, exact=needs_case(form)) for form in written]


def _city_terms(city: Table) -> list[Term]:
    kinds = ("names", "parts", "merged", "bodies", "masks", "generic")
    return [term for key in kinds for term in _terms(city, key, f"city:{key}")]


def _theme_terms(groups: list[Table]) -> Iterable[Term]:
    """Give the phrases of the theme: each once, here named ones before those of the topics."""
    listed = [(g.string("name"), p) for g in groups for p in g.strings("phrases")]
    levels = {g.string("name"): g for g in groups}
    for topic in topics().values():
        for phrase, level in topic.theme.items():
            if level not in levels:
                raise VocabularyError(f"{topic.slug}.toml: theme: {level} is none of {[*levels]}")
            listed.append((level, phrase))
    seen: set[str] = set()
    for level, phrase in listed:
        key = phrase if needs_case(phrase) else fold(normalise(phrase))
        if key not in seen:
            seen.add(key)
            yield Term(phrase, "relevance", f"theme:{level}", exact=needs_case(phrase))


def _bodies(city: Table) -> dict[str, Entity]:
    table, known = city.table("entities"), gazetteer()
    own = set(_listed(table.strings("bodies")))
    others = table.strings("but")
    return {i: known[i] for i in sorted(own) if not any(name in i for name in others)}


def _listed(names: Iterable[str]) -> Iterable[str]:
    """Give the ids of all entities in these files."""
    for name in names:
        yield from (e.string("id") for e in read(DIRECTORY / f"{name}.toml").tables("entity"))


def _units(city: Table) -> frozenset[str]:
    table = city.table("entities")
    return frozenset(i for i in gazetteer() if i.startswith(table.strings("units")))


def _surroundings(city: Table) -> Surroundings:
    heads, around = city.table("heads"), city.table("around")
    known: dict[Kind, tuple[str, ...]] = {k: heads.strings(k) for k in KINDS if k in heads}
    return surroundings(known, *map(around.strings, ("venue", "event", "verbs", "after")))


def _city_weights(table: Table) -> dict[Zone, dict[Kind, float]]:
    return {zone: {kind: _share(table.table(zone), kind) for kind in KINDS} for zone in ZONES}


def _zone_weights(table: Table) -> dict[Zone, float]:
    return {zone: _share(table, zone) for zone in ZONES}


def _against(group: Table) -> Against:
    zones = frozenset(group.strings("zones"))
    if not zones or not zones <= set(ZONES):
        raise group.error("zones", f"must be some of {', '.join(ZONES)}")
    return Against(zones, _share(group, "factor"), group.flag("unless_city_acts"))


def _rival_factors(table: Table) -> dict[Zone, float]:
    return {zone: _share(table, zone) for zone in ZONES if zone in table}


def _share(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0 <= value <= 1:
        raise table.error(key, "must lie between 0 and 1")
    return value
