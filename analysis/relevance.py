"""On or off topic: is the article the city's, and is its theme digital transformation?

Both axes are likelihoods 0–1, joined from the phrases found (noisy or, Pearl 1988), title before
lead before body; their product is lessened by what speaks against it, the less so the more the
body is about the theme. A logistic map fitted to labelled items (Platt 1999) makes the score a
share: of items with 0.7 about seven in ten are on topic.
"""

from collections.abc import Iterable
from math import exp, log

from analysis.automaton import longest
from analysis.cues import cues, told_by
from analysis.judgement import Relevance, Span
from analysis.mentions import Mention, acting, mentions
from analysis.objections import objections
from analysis.reading import Field, Reading
from analysis.relevance_rules import Rules, rules
from analysis.spans import span
from analysis.weighing import Found, density, distinct

DEFAULT_THRESHOLD = 0.5
MOST_EVIDENCE = 12
LEAST_EVIDENCE = 3
# A text this long in neither Vietnamese nor English is set aside; of a shorter one who can tell.
FOREIGN_FROM = 200
_SHOWN_OF_FOREIGN = 60
# Where no other place is named, what speaks for the city counts so often.
ALONE = 3
# What speaks against counts the less the more the body is about the theme, and where a body of
# the city acts in title or lead, the more these are.
SOFT = 0.8
SOFT_ACTING = 0.3
# Words that are said of many things say no more than so much together.
WEAKLY = 0.55
_WEAK = ("theme:weak", "theme:faint")
_TELLING = ("theme:core", "theme:medium")
# Everyday words count so much less where no body and no ward of the city has a part in it.
_NO_PART = 0.5
# A phrase in the body of a brief counts as if it were said up to so many times.
_MOST_DENSE = 3.0
# In the body a phrase said often counts more than once, up to this many times.
_MOST_REPEATS = 4


def assess(
    reading: Reading, threshold: float = DEFAULT_THRESHOLD, language: str | None = "vi"
) -> Relevance:
    """Judge an article that was read; the evidence lists the weightiest phrases of both axes.

    ``language`` is ``vi``, ``en`` or None: a longer text in none of the two is set aside.
    """
    if language is None and sum(len(field.text) for field in reading.fields) >= FOREIGN_FROM:
        return _foreign(reading)
    known = rules()
    said = mentions(reading, known)
    city = [Found(mention.field, mention.hit, mention.weight, mention.zone) for mention in said]
    everything = [found for field in reading.fields for found in _theme(field, known)]
    theme = distinct(everything, _MOST_REPEATS)
    dense = density(reading, _MOST_DENSE)
    alone = _in_body(city) * (ALONE - 1) if _alone(reading, said, known) else []
    against, contrary = objections(reading, known, said, everything, dense)
    # What speaks against, crime above all, is told in everyday words, too.
    everyday = cues(reading)
    by_cues = told_by(everyday, reading) * against * _part_of_city(said)
    city_axis = _joined([*city, *alone], dense)
    theme_axis = 1 - (1 - _told(theme, dense)) * (1 - by_cues)
    strong = [item for item in theme if item.hit.term.owner not in _WEAK]
    doubt = (1 - SOFT * _joined(_in_body(strong), dense)) * (1 - SOFT_ACTING * _acted(said, theme))
    softened = 1 - (1 - against) * doubt
    score = round(calibrated(city_axis * theme_axis * softened, known), 4)
    axes = round(city_axis, 4), round(theme_axis, 4)
    return Relevance(
        score,
        score >= threshold,
        (*_evidence(city, [*theme, *_further(everyday, theme)]), *contrary),
        *axes,
    )


def _further(everyday: Iterable[Found], theme: Iterable[Found]) -> list[Found]:
    """Give the cues that are no phrases of the theme as well."""
    shown = {(id(item.field), item.hit.start) for item in theme}
    return [item for item in everyday if (id(item.field), item.hit.start) not in shown]


def _acted(said: list[Mention], theme: list[Found]) -> float:
    """Tell how much of the theme title and lead tell, 0 where no body or part of the city acts."""
    if all(item.zone == "body" for item in acting(said)):
        return 0.0
    above = (item for item in theme if item.hit.term.owner in _TELLING)
    return _joined((item for item in above if item.zone != "body"), 1.0)


def _part_of_city(said: Iterable[Mention]) -> float:
    return 1.0 if any(mention.kind in ("body", "unit") for mention in said) else _NO_PART


def _foreign(reading: Reading) -> Relevance:
    """Set a text aside whose language is not judged; the evidence is how it begins."""
    field = reading.fields[-1]
    shown = span(field, 0, min(len(field.text), _SHOWN_OF_FOREIGN), "language")
    return Relevance(0.0, False, (shown,))


def _in_body(found: Iterable[Found]) -> list[Found]:
    return [item for item in found if item.zone == "body"]


def calibrated(raw: float, known: Rules) -> float:
    """Map the product of the axes to the share of items with it that are on topic; 0 and 1 stay."""
    if not 0 < raw < 1:
        return raw
    return 1 / (1 + exp(-known.slope * log(raw / (1 - raw)) - known.intercept))


def _alone(reading: Reading, said: list[Mention], known: Rules) -> bool:
    """Tell whether the city acts and no other place is named: then the article is about it."""
    hits = (hit for field in reading.fields for hit in field.hits["relevance"])
    elsewhere = known.elsewhere(reading.published)
    others = (hit.term.owner in elsewhere for hit in hits)
    return any(acting(said)) and not any(others)


def _theme(field: Field, known: Rules) -> list[Found]:
    found = []
    hits = field.hits["relevance"]
    for hit in longest(hit for hit in hits if hit.term.owner.startswith("theme:")):
        zone = field.zone(hit.start)
        weight = known.theme[hit.term.owner.removeprefix("theme:")][zone]
        if weight:
            found.append(Found(field, hit, weight, zone))
    return found


def _told(theme: list[Found], dense: float) -> float:
    """Join the phrases of the theme; weak ones alone leave a doubt, however many they are."""
    weak = [item for item in theme if item.hit.term.owner in _WEAK]
    strong = [item for item in theme if item.hit.term.owner not in _WEAK]
    weakly = min(_joined(weak, dense), WEAKLY)
    return 1 - (1 - _joined(strong, dense)) * (1 - weakly)


def _joined(found: Iterable[Found], dense: float) -> float:
    """Join pieces of evidence as if independent: each closes a part of the remaining doubt."""
    doubt = 1.0
    for item in found:
        often = dense if item.zone == "body" else 1.0
        doubt *= (1 - item.weight) ** often
    return 1 - doubt


def _evidence(city: Iterable[Found], theme: Iterable[Found]) -> list[Span]:
    """Show the weightiest pieces, each saying for which axis it speaks, and some of either axis."""
    axes = [
        [(item, says) for item in sorted(found, key=lambda item: -item.weight)]
        for says, found in (("city", city), ("theme", theme))
    ]
    chosen = [pair for axis in axes for pair in axis[:LEAST_EVIDENCE]]
    rest = [pair for axis in axes for pair in axis[LEAST_EVIDENCE:]]
    chosen += sorted(rest, key=lambda pair: -pair[0].weight)[: MOST_EVIDENCE - len(chosen)]
    weighty = sorted(chosen, key=lambda pair: -pair[0].weight)
    return [span(item.field, item.hit.start, item.hit.end, says) for item, says in weighty]
