"""What speaks against an article: other places, crime, adverts, a company acting for itself."""

import re
from collections.abc import Iterable

from analysis.automaton import Hit
from analysis.judgement import Span
from analysis.mentions import Mention, acting
from analysis.names import name_rules
from analysis.reading import Field, Reading, Zone
from analysis.relevance_rules import Rules
from analysis.spans import span
from analysis.weighing import Found

MOST_SHOWN = 4
_MOST_RIVALS = 3
_OFTEN = 2
_MASKS = ("theme:nothing", "city:masks")
_SEVERAL = re.compile(r"(?<!\w)(?:\d[\d.,]*|các|những|nhiều|mọi|hàng chục|hàng trăm) $")
_UNIT_BEFORE = re.compile(r"\b(?:phường|xã|quận|p\.|đường|cầu|xa lộ|chợ|chùa|quê|quê ở|gốc) $")


def objections(
    reading: Reading, known: Rules, said: list[Mention], theme: Iterable[Found], dense: float
) -> tuple[float, list[Span]]:
    """Give the factor 0–1 of all that speaks against, and the first phrase of each group.

    Words inside the name of one of the city's bodies, of somebody else who bears a place's, or
    inside a phrase of the theme or of nothing do not count: xét xử trực tuyến is no trial, phim
    phổi no film. ``dense`` is how often a mention in the body counts.
    """
    acts = _acts(said, dense)
    taken = [(mention.field, mention.hit) for mention in said]
    taken += [(found.field, found.hit) for found in theme]
    taken += [
        (field, hit)
        for field in reading.fields
        for hit in field.hits["relevance"]
        if hit.term.owner in _MASKS
    ]
    elsewhere = known.elsewhere(reading.published)
    groups: dict[str, Span] = {}
    rivals: dict[Zone, dict[str, Span]] = {}
    for field in reading.fields:
        for hit in field.hits["relevance"]:
            owner = hit.term.owner
            if owner in elsewhere:
                if not _inside_a_name(field, hit) and not _inside(field, hit, taken):
                    _rival(rivals, field, hit, known)
            elif owner.startswith("against:"):
                name = owner.removeprefix("against:")
                group = known.against[name]
                silent = group.unless_city_acts and (acts or _several(field, hit))
                heard = field.zone(hit.start) in group.zones and not silent
                if heard and name not in groups and not _inside(field, hit, taken):
                    groups[name] = span(field, hit.start, hit.end, owner)
    factor = 1.0
    for name in groups:
        factor *= known.against[name].factor
    for zone, names in rivals.items():
        factor *= known.rivals[zone] ** min(len(names), _MOST_RIVALS)
    shown = [*groups.values(), *(piece for names in rivals.values() for piece in names.values())]
    return factor, shown[:MOST_SHOWN]


def _inside(field: Field, hit: Hit, others: Iterable[tuple[Field, Hit]]) -> bool:
    return any(field is where and other.start <= hit.start < other.end for where, other in others)


def _rival(rivals: dict[Zone, dict[str, Span]], field: Field, hit: Hit, known: Rules) -> None:
    zone = field.zone(hit.start)
    if zone in known.rivals and hit.term.phrase not in rivals.setdefault(zone, {}):
        rivals[zone][hit.term.phrase] = span(field, hit.start, hit.end, "elsewhere")


def _acts(said: list[Mention], dense: float) -> bool:
    """Tell whether the city or a part of it acts: in title or lead once, or often in the body."""
    zones = [mention.zone for mention in acting(said)]
    return zones.count("body") < len(zones) or len(zones) * dense >= _OFTEN


def _several(field: Field, hit: Hit) -> bool:
    """Tell whether several are meant, 46 bệnh viện: none of them acts for itself."""
    return bool(_SEVERAL.search(field.folded, max(0, hit.start - 12), hit.start))


def _inside_a_name(field: Field, hit: Hit) -> bool:
    """Tell whether a province's name is part of a longer one: phường Phú Thọ Hòa, xa lộ Hà Nội.

    A person's name is one, too: ông Nguyễn Hòa Bình; where somebody was born is no place either.
    """
    after = field.text[hit.end : hit.end + 2]
    if len(after) == 2 and after[0] == " " and after[1].isupper():
        return True
    before = field.text[max(0, hit.start - 10) : hit.start].split(" ")
    if len(before) > 1 and not before[-1] and before[-2] in name_rules().surnames:
        return True
    return bool(_UNIT_BEFORE.search(field.folded, max(0, hit.start - 10), hit.start))
