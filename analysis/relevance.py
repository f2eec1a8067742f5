"""On or off topic: is the article the city's, and is its theme digital transformation?

Both axes are likelihoods 0–1, joined from the phrases found (noisy or, Pearl 1988), title before
lead before body; their product is lessened by what speaks against it, the less so the more the
body is about the theme, and brought to a scale on which 0.5 is the evaluated threshold.
"""

import re
from collections.abc import Iterable

from analysis.automaton import Hit, longest
from analysis.judgement import Relevance, Span
from analysis.mentions import Mention, acting, mentions
from analysis.reading import Field, Reading, Zone
from analysis.relevance_rules import Rules, rules
from analysis.spans import span
from analysis.weighing import Found, distinct

DEFAULT_THRESHOLD = 0.5
# The product of the axes at which precision and recall balanced on the development set.
BALANCE = 0.45
MOST_EVIDENCE = 12
# Where no other place is named, what speaks for the city counts so often.
ALONE = 2
# What speaks against counts the less the more the body is about the theme.
SOFT = 0.8
# In the body a phrase said often counts more than once, up to this many times.
_MOST_REPEATS = 4
_MOST_RIVALS = 3
_OFTEN = 2
_SEVERAL = re.compile(r"(?<!\w)(?:\d[\d.,]*|các|những|nhiều|mọi|hàng chục|hàng trăm) $")
_UNIT_BEFORE = re.compile(r"\b(?:phường|xã|quận|p\.|đường|cầu) $")


def assess(reading: Reading, threshold: float = DEFAULT_THRESHOLD) -> Relevance:
    """Judge an article that was read; the evidence lists the weightiest phrases of both axes."""
    known = rules()
    said = mentions(reading, known)
    city = [Found(mention.field, mention.hit, mention.weight) for mention in said]
    everything = [found for field in reading.fields for found in _theme(field, known)]
    theme = distinct(everything, _MOST_REPEATS)
    city_axis = _joined([*city, *(_in_body(city) * (ALONE - 1) if _alone(reading, said) else ())])
    theme_axis = _joined(theme)
    against = _against(reading, known, said)
    softened = against + (1 - against) * SOFT * _joined(_in_body(theme))
    score = round(calibrated(city_axis * theme_axis * softened), 4)
    weighty = sorted([*city, *theme], key=lambda found: -found.weight)[:MOST_EVIDENCE]
    axes = round(city_axis, 4), round(theme_axis, 4)
    return Relevance(score, score >= threshold, _evidence(weighty), *axes)


def _in_body(found: Iterable[Found]) -> list[Found]:
    return [item for item in found if item.field.zone(item.hit.start) == "body"]


def calibrated(raw: float) -> float:
    """Bring the product of the axes to the scale with 0.5 at the balance, 0 and 1 kept."""
    return raw * (1 - BALANCE) / (raw * (1 - BALANCE) + (1 - raw) * BALANCE)


def _alone(reading: Reading, said: list[Mention]) -> bool:
    """Tell whether the city acts and no other place is named: then the article is about it."""
    hits = (hit for field in reading.fields for hit in field.hits["relevance"])
    others = (hit.term.owner == "rival" for hit in hits)
    return any(acting(said)) and not any(others)


def _acts(said: list[Mention]) -> bool:
    """Tell whether the city or a part of it acts: in title or lead once, or often in the body."""
    zones = [mention.field.zone(mention.hit.start) for mention in acting(said)]
    return zones.count("body") < len(zones) or len(zones) >= _OFTEN


def _theme(field: Field, known: Rules) -> list[Found]:
    found = []
    hits = field.hits["relevance"]
    for hit in longest(hit for hit in hits if hit.term.owner.startswith("theme:")):
        weights = known.theme[hit.term.owner.removeprefix("theme:")]
        found.append(Found(field, hit, weights[field.zone(hit.start)]))
    return found


def _joined(found: Iterable[Found]) -> float:
    """Join pieces of evidence as if independent: each closes a part of the remaining doubt."""
    doubt = 1.0
    for item in found:
        doubt *= 1 - item.weight
    return 1 - doubt


def _against(reading: Reading, known: Rules, said: list[Mention]) -> float:
    """Give the factor 0–1 of all that speaks against, outside the names of the city's bodies."""
    acts = _acts(said)
    own = {(m.field.name, place) for m in said for place in range(m.hit.start, m.hit.end)}
    groups: set[str] = set()
    rivals: dict[Zone, set[str]] = {}
    for field in reading.fields:
        for hit in field.hits["relevance"]:
            owner = hit.term.owner
            if owner == "rival" and not _inside_a_name(field, hit):
                rivals.setdefault(field.zone(hit.start), set()).add(hit.term.phrase)
            elif owner.startswith("against:") and (field.name, hit.start) not in own:
                group = known.against[owner.removeprefix("against:")]
                silent = group.unless_city_acts and (acts or _several(field, hit))
                if field.zone(hit.start) in group.zones and not silent:
                    groups.add(owner.removeprefix("against:"))
    factor = 1.0
    for name in groups:
        factor *= known.against[name].factor
    for zone, names in rivals.items():
        factor *= known.rivals.get(zone, 1.0) ** min(len(names), _MOST_RIVALS)
    return factor


def _several(field: Field, hit: Hit) -> bool:
    """Tell whether several are meant, 46 bệnh viện: none of them acts for itself."""
    return bool(_SEVERAL.search(field.folded, max(0, hit.start - 12), hit.start))


def _inside_a_name(field: Field, hit: Hit) -> bool:
    """Tell whether a province's name is part of a longer one: phường Phú Thọ Hòa."""
    after = field.text[hit.end : hit.end + 2]
    return (len(after) == 2 and after[0] == " " and after[1].isupper()) or bool(
        _UNIT_BEFORE.search(field.folded, max(0, hit.start - 10), hit.start)
    )


def _evidence(found: Iterable[Found]) -> tuple[Span, ...]:
    return tuple(span(item.field, item.hit.start, item.hit.end) for item in found)
