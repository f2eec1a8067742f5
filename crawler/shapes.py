"""What an outlet's article addresses have in common, learned from examples.

An address is looked at from its end: outlets put a number, a date or a long slug there. Each way
of ending is a shape; the narrowest that covers the examples and passes section pages by is kept.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.errors import BadValueError
from crawler.source_values import pattern

# A pattern that covers less of the examples is none; below the second figure others are added.
LEAST_COVER = 0.6
GOOD_COVER = 0.9
MOST_SECTIONS = 0.1
FEWEST_EXAMPLES = 3
MOST_EXAMPLES = 500
MOST_SHAPES = 6
MOST_ALTERNATIVES = 3

_PLACE = "#"  # where a shape's number stands; no canonical address holds this sign

_ENDING = r"(?P<ending>\.[a-z]{2,5})?(?P<slash>/?)$"
_NUMBER = re.compile(r"(?P<sign>[-_./])(?P<word>[a-z]{0,6})(?P<digits>\d{4,24})" + _ENDING)
_DATE = re.compile(
    r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])/(?P<day>[0-3]?\d/)?[\w%-]+" + _ENDING, re.ASCII
)
_QUERY = re.compile(r"[?&](?P<name>[A-Za-z_]{0,20}[iI][dD])=(?P<digits>\d{2,12})(?:&|$)")
_STEP = re.compile(r"/(?P<digits>\d{5,12})/[\w%-]+" + _ENDING, re.ASCII)
_SLUG = re.compile(r"/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+){3,})" + _ENDING)


@dataclass(frozen=True, slots=True)
class Shape:
    """A pattern, how many of the examples it covers, and how many section pages it hits too."""

    pattern: str
    covers: int
    examples: int
    sections: int


def learn(articles: Sequence[str], sections: Sequence[str]) -> Shape | None:
    """The narrowest pattern for articles' canonical addresses that leaves section pages out.

    None if there are fewer than three examples, or if they have nothing in common.
    """
    examples = list(dict.fromkeys(articles))[:MOST_EXAMPLES]
    others = list(dict.fromkeys(sections))[:MOST_EXAMPLES]
    if len(examples) < FEWEST_EXAMPLES:
        return None
    shapes = [_measured(text, examples, others) for text in _patterns(examples)]
    usable = [s for s in shapes if s.sections <= max(1, MOST_SECTIONS * len(others))]
    whole = next((s for s in usable if s.covers >= GOOD_COVER * s.examples), None)
    found = whole or _joined(usable, examples, others)
    return found if found and found.covers >= LEAST_COVER * found.examples else None


def _patterns(examples: Sequence[str]) -> Iterator[str]:
    """Patterns for the ways the examples end, the narrowest kind first."""
    for finder in (_by_number, _by_date, _by_query, _by_step, _by_slug):
        found: dict[str, list[int]] = defaultdict(list)
        for address in examples:
            kind, count = finder(_path(address))
            if kind:
                found[kind].append(count)
        most = Counter({kind: len(counts) for kind, counts in found.items()}).most_common()
        for kind, _ in most[:MOST_SHAPES]:
            yield from _accepted(kind.replace(_PLACE, _digits(found[kind])))


def _accepted(text: str) -> Iterator[str]:
    try:
        yield pattern(text)
    except BadValueError:
        return


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3] if address.count("/") >= 3 else "/"


def _by_number(path: str) -> tuple[str, int]:
    found = _NUMBER.search(path)
    if not found:
        return "", 0
    sign = found["sign"].replace(".", r"\.")
    return f"{sign}{found['word']}{_PLACE}{_end(found)}", len(found["digits"])


def _by_date(path: str) -> tuple[str, int]:
    found = _DATE.search(path)
    if not found:
        return "", 0
    day = r"[0-3]?\d/" if found["day"] else ""
    return rf"/20\d\d/[01]?\d/{day}[^/?]+" + _end(found), 0


def _by_query(path: str) -> tuple[str, int]:
    found = _QUERY.search(path)
    return (rf"[?&]{found['name']}={_PLACE}(?:&|$)", len(found["digits"])) if found else ("", 0)


def _by_step(path: str) -> tuple[str, int]:
    found = _STEP.search(path)
    return (f"/{_PLACE}/[^/?]+{_end(found)}", len(found["digits"])) if found else ("", 0)


def _by_slug(path: str) -> tuple[str, int]:
    found = _SLUG.search(path)
    # Sections have short names: five words and more are hardly one.
    return ("/[a-z0-9]+(?:-[a-z0-9]+){4,}" + _end(found), 0) if found else ("", 0)


def _end(found: re.Match[str]) -> str:
    ending = found["ending"] or ""
    return ending.replace(".", r"\.") + ("/?" if found["slash"] else "") + "$"


def _digits(lengths: Sequence[int]) -> str:
    """Numbers as long as those seen; running ones were shorter once and will be longer."""
    shortest, longest = min(lengths), max(lengths)
    if shortest < 13:
        shortest, longest = max(min(shortest, 5), shortest - 1), longest + 1
    return rf"\d{{{shortest}}}" if shortest == longest else rf"\d{{{shortest},{longest}}}"


def _measured(text: str, examples: Sequence[str], sections: Sequence[str]) -> Shape:
    form = re.compile(text)
    return Shape(text, _hits(form, examples), len(examples), _hits(form, sections))


def _hits(form: re.Pattern[str], addresses: Iterable[str]) -> int:
    return sum(1 for address in addresses if form.search(address))


def _joined(
    usable: Sequence[Shape], examples: Sequence[str], sections: Sequence[str]
) -> Shape | None:
    """The best pattern, with the further ones that cover what it leaves out."""
    chosen: list[str] = []
    rest = list(examples)
    while usable and rest and len(chosen) < MOST_ALTERNATIVES:
        best = max(usable, key=lambda shape: _hits(re.compile(shape.pattern), rest))
        gain = _hits(re.compile(best.pattern), rest)
        if gain < max(2, 0.05 * len(examples)):
            break
        chosen.append(best.pattern)
        rest = [address for address in rest if not re.search(best.pattern, address)]
    joined = chosen[0] if len(chosen) == 1 else f"(?:{'|'.join(chosen)})"
    return _measured(joined, examples, sections) if chosen else None
