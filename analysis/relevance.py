"""On or off topic: is the article the city's, and is its theme digital transformation?

Both axes are likelihoods 0–1, joined from the phrases found (noisy or, Pearl 1988), title before
lead before body; their product is lessened by what speaks against it and brought to a scale on
which 0.5 is the evaluated threshold.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.automaton import Hit, longest
from analysis.city import Kind, kind_of_mention
from analysis.judgement import Relevance, Span
from analysis.reading import Field, Reading, Zone
from analysis.relevance_rules import Rules, rules
from analysis.spans import span

DEFAULT_THRESHOLD = 0.5
# The product of the axes at which precision and recall balanced on the development set.
BALANCE = 0.45
MOST_EVIDENCE = 12
# In the body a phrase said often counts more than once, up to this many times.
_MOST_REPEATS = 4
_MOST_RIVALS = 3
_OFTEN = 3
_UNIT_BEFORE = re.compile(r"\b(?:phường|xã|quận|p\.|đường|cầu) $")
_ACTING = ("body", "subject", "unit")
_NAMES = ("city:names", "city:parts", "city:merged")


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of evidence: where it stands and how much it says, 0–1."""

    field: Field
    hit: Hit
    weight: float


def assess(reading: Reading, threshold: float = DEFAULT_THRESHOLD) -> Relevance:
    """Judge an article that was read; the evidence lists the weightiest phrases of both axes."""
    known = rules()
    mentions = [m for field in reading.fields for m in _mentions(field, reading, known)]
    city = [mention.found for mention in mentions]
    theme = [found for field in reading.fields for found in _theme(field, known)]
    raw = _joined(city) * _joined(_distinct(theme)) * _against(reading, known, _acts(mentions))
    score = round(calibrated(raw), 4)
    weighty = sorted([*city, *_distinct(theme)], key=lambda found: -found.weight)[:MOST_EVIDENCE]
    return Relevance(score, score >= threshold, _evidence(weighty))


def calibrated(raw: float) -> float:
    """Bring the product of the axes to the scale with 0.5 at the balance, 0 and 1 kept."""
    return raw * (1 - BALANCE) / (raw * (1 - BALANCE) + (1 - raw) * BALANCE)


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of the city: what it stands for, and the evidence it makes."""

    kind: Kind
    found: Found


def _mentions(field: Field, reading: Reading, known: Rules) -> list[Mention]:
    merged = reading.published is None or reading.published >= known.merged_from
    own = [hit for hit in field.hits if hit.term.owner.startswith("city:")]
    mentions = []
    for hit in longest(own):
        owner = hit.term.owner
        if owner == "city:masks" or (owner == "city:merged" and not merged):
            continue
        kind: Kind = "body"
        if owner in _NAMES:
            kind = kind_of_mention(field.text, hit.start, hit.end, known.around)
        weight = known.city[field.zone(hit.start)][kind]
        mentions.append(Mention(kind, Found(field, hit, weight)))
    return mentions


def _acts(mentions: Iterable[Mention]) -> bool:
    """Tell whether the city or a part of it acts: in title or lead once, or often in the body."""
    acting = [mention.found for mention in mentions if mention.kind in _ACTING]
    in_body = [found for found in acting if found.field.zone(found.hit.start) == "body"]
    return len(acting) > len(in_body) or len(in_body) >= _OFTEN


def _theme(field: Field, known: Rules) -> list[Found]:
    found = []
    for hit in longest(hit for hit in field.hits if hit.term.owner.startswith("theme:")):
        weights = known.theme[hit.term.owner.removeprefix("theme:")]
        found.append(Found(field, hit, weights[field.zone(hit.start)]))
    return found


def _distinct(found: Iterable[Found]) -> list[Found]:
    """Keep each phrase once outside the body, where it weighs most, and a few times inside."""
    kept: list[Found] = []
    seen: dict[str, int] = {}
    for item in sorted(found, key=lambda item: -item.weight):
        phrase = item.field.folded[item.hit.start : item.hit.end]
        limit = _MOST_REPEATS if item.field.zone(item.hit.start) == "body" else 1
        if seen.get(phrase, 0) < limit:
            seen[phrase] = seen.get(phrase, 0) + 1
            kept.append(item)
    return kept


def _joined(found: Iterable[Found]) -> float:
    """Join pieces of evidence as if independent: each closes a part of the remaining doubt."""
    doubt = 1.0
    for item in found:
        doubt *= 1 - item.weight
    return 1 - doubt


def _against(reading: Reading, known: Rules, acts: bool) -> float:
    """Give the factor 0–1 of all that speaks against."""
    groups: set[str] = set()
    rivals: dict[Zone, set[str]] = {}
    for field in reading.fields:
        for hit in field.hits:
            zone, owner = field.zone(hit.start), hit.term.owner
            if owner == "rival" and not _inside_a_name(field, hit):
                rivals.setdefault(zone, set()).add(hit.term.phrase)
            elif owner.startswith("against:"):
                group = known.against[owner.removeprefix("against:")]
                if zone in group.zones and not (acts and group.unless_city_acts):
                    groups.add(owner.removeprefix("against:"))
    factor = 1.0
    for name in groups:
        factor *= known.against[name].factor
    for zone, names in rivals.items():
        factor *= known.rivals.get(zone, 1.0) ** min(len(names), _MOST_RIVALS)
    return factor


def _inside_a_name(field: Field, hit: Hit) -> bool:
    """Tell whether a province's name is part of a longer one: phường Phú Thọ Hòa."""
    after = field.text[hit.end : hit.end + 2]
    return (len(after) == 2 and after[0] == " " and after[1].isupper()) or bool(
        _UNIT_BEFORE.search(field.folded, max(0, hit.start - 10), hit.start)
    )


def _evidence(found: Iterable[Found]) -> tuple[Span, ...]:
    return tuple(span(item.field, item.hit.start, item.hit.end) for item in found)
