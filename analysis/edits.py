"""What an outlet changed in an article, in the few words that a reader has time for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.changes import Wording, spelt, worded
from analysis.worddiff import Hunk, hunks
from analysis.words import Words, figures, names

MOST_FIGURES = 3
MOST_NAMES = 4
_LONGEST = 60
# More words than that are another passage, not another figure.
_FEW_WORDS = 4
_BORDER = re.compile(r"[.,;:!?()“”\"\n…–—]")


@dataclass(frozen=True, slots=True)
class Edit:
    """A change as it is told: the title before, figures before and after, names, words counted.

    ``title`` is empty where the title says the same; ``figures`` are pairs with a word or two
    around them; ``named`` and ``unnamed`` are names that are in only one of the texts.
    """

    title: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    named: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0


def edit(old: Wording, new: Wording) -> Edit:
    """Sum up what changed between two wordings."""
    before, after = worded(old), worded(new)
    found = hunks(before.keys, after.keys)
    return Edit(
        title=old.title if spelt(old.title) != spelt(new.title) else "",
        figures=tuple(dict.fromkeys(_figures(before, after, found)))[:MOST_FIGURES],
        named=_names(after, [(k, m) for _, _, k, m in found], before),
        unnamed=_names(before, [(i, j) for i, j, _, _ in found], after),
        added=sum(m - k for _, _, k, m in found),
        removed=sum(j - i for i, j, _, _ in found),
    )


def _figures(before: Words, after: Words, found: Sequence[Hunk]) -> Iterator[tuple[str, str]]:
    for i, j, k, m in found:
        one, other = figures(before, range(i, j)), figures(after, range(k, m))
        if one and other and one != other and max(j - i, m - k) <= _FEW_WORDS:
            yield _around(before, i, j), _around(after, k, m)


def _around(text: Words, start: int, end: int) -> str:
    """Give a figure with what it counts; where a thought ends behind it, with the word before."""
    last = end
    while last < len(text.spans) and not _parted(text, last) and last - end < 2:
        last += 1
        if not figures(text, [last - 1]):
            break
    first = start - 1 if last == end and start and not _parted(text, start) else start
    whole, bare = _between(text, first, last), _between(text, start, end)
    return whole if len(whole) <= _LONGEST else bare[:_LONGEST]


def _between(text: Words, start: int, end: int) -> str:
    return text.text[text.spans[start][0] : text.spans[end - 1][1]] if end > start else ""


def _parted(text: Words, place: int) -> bool:
    """Tell whether a sign that ends a thought stands before a word."""
    return bool(_BORDER.search(text.text[text.spans[place - 1][1] : text.spans[place][0]]))


def _names(text: Words, ranges: Iterable[tuple[int, int]], other: Words) -> tuple[str, ...]:
    """Give the runs of capitals in some ranges that the other text does not hold."""
    elsewhere = f" {' '.join(other.keys)} "
    found = (
        _between(text, start, end)
        for start, end in _runs(text, ranges)
        if f" {' '.join(text.keys[start:end])} " not in elsewhere
    )
    return tuple(dict.fromkeys(name for name in found if len(name) <= _LONGEST))[:MOST_NAMES]


def _runs(text: Words, ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in ranges:
        places = range(start, end)
        known = names(text, places, text.text) - figures(text, places)
        first = start
        for place in (*places, end):
            inside = place < end and text.is_capital(place) and text.keys[place] in known
            if first < place and (not inside or _parted(text, place)):
                yield first, place
                first = place
            if not inside:
                first = place + 1
