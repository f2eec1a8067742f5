"""Where an article speaks of the city: by its name, its parts, its bodies, its wards."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.automaton import Hit, longest
from analysis.city import Kind, kind_of_mention
from analysis.reading import Field, Reading, Zone
from analysis.relevance_rules import CITY_ONLY, Rules

# Naming a place in title or lead says as much as naming it so often in the body.
_MORE = 3
# Its wards and generic words say no more when they are said again and again.
_MOST_REPEATS = 4
_NAMES = ("city:names", "city:parts", "city:merged")
_CITY = re.compile(r"HCM|Hồ Chí Minh|Sài Gòn")
_FIXED: dict[str, Kind] = {"city:bodies": "body", "city:generic": "other"}
_SEVERAL = re.compile(r"(?:các|những|nhiều|một số|mọi|hai|ba|mỗi) $")


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of the city: what it stands for, where, and how much it says, 0–1."""

    kind: Kind
    field: Field
    hit: Hit
    weight: float
    zone: Zone


def mentions(reading: Reading, known: Rules) -> list[Mention]:
    """List the mentions of the city that hold on the article's day."""
    merged = known.merged_on(reading.published)
    named = _named(reading, known, merged)
    found = []
    for field in reading.fields:
        listed = itertools.chain(field.hits["relevance"], field.hits["entity"])
        own = [hit for hit in listed if _counts(hit, known, reading, merged)]
        said: dict[str, int] = {}
        for hit in longest(own):
            kind = _kind(field, hit, known, named)
            repeats = said[hit.term.phrase] = said.get(hit.term.phrase, 0) + 1
            if kind and (repeats <= _MOST_REPEATS or hit.term.owner in _NAMES):
                zone = field.zone(hit.start)
                found.append(Mention(kind, field, hit, known.city[zone][kind], zone))
    return found


def _named(reading: Reading, known: Rules, merged: bool) -> bool:
    """Tell whether the city or what is its own is named, and no other place more often."""
    elsewhere = known.elsewhere(reading.published)
    times: dict[str, int] = {"": 0}
    for field in reading.fields:
        for hit in itertools.chain(field.hits["relevance"], field.hits["entity"]):
            owner = hit.term.owner
            own = owner == "city:names" or (merged and owner == "city:merged")
            own = own or owner in known.bodies
            if own or owner in elsewhere:
                name = "" if own else hit.term.phrase
                weight = 1 if field.zone(hit.start) == "body" else _MORE
                times[name] = times.get(name, 0) + weight
    return times[""] == max(times.values()) > 0


def _counts(hit: Hit, known: Rules, reading: Reading, merged: bool) -> bool:
    owner = hit.term.owner
    if hit.term.use == "entity":
        entity = known.bodies.get(owner.removesuffix(CITY_ONLY))
        if entity is not None:
            return entity.valid_on(reading.published)
        if owner in known.others:
            return _CITY.search(hit.term.phrase) is not None
        return merged and owner.removesuffix(CITY_ONLY) in known.units
    return owner.startswith("city:") and (merged or owner != "city:merged")


def _kind(field: Field, hit: Hit, known: Rules, named: bool) -> Kind | None:
    """Tell what a mention stands for, None if it is none of the city's."""
    owner = hit.term.owner
    if owner == "city:masks" or (_needs_the_city(owner) and not (named and _alone(field, hit))):
        return None
    if owner in _FIXED:
        return _FIXED[owner]
    if owner in known.others:
        return "name"
    body = known.bodies.get(owner.removesuffix(CITY_ONLY))
    if body is not None and body.type == "government":
        return "body"
    kind = kind_of_mention(field.text, hit.start, hit.end, known.around)
    if body is not None:
        # A public hospital or library is the city's own, but no body of its state.
        return "venue" if kind == "venue" else "unit"
    return "unit" if hit.term.use == "entity" and kind in ("other", "subject") else kind


def _needs_the_city(owner: str) -> bool:
    return owner.endswith(CITY_ONLY) or owner == "city:generic"


def _alone(field: Field, hit: Hit) -> bool:
    """Tell that no longer name follows, somebody else's, and that one is meant: Sở Y tế Huế."""
    after = field.text[hit.end : hit.end + 2]
    goes_on = len(after) == 2 and after[0] == " " and after[1].isupper()
    before = field.folded[max(0, hit.start - 8) : hit.start]
    return not goes_on and _SEVERAL.search(before) is None


def acting(found: list[Mention]) -> Iterator[Mention]:
    """Give the mentions in which the city, a body or a part of it acts."""
    return (mention for mention in found if mention.kind in ("body", "subject", "unit"))
