"""Recurring pieces: price lists, draws, forecasts and exam keys share their form, not their news.

Two issues of one form may have four fifths of their words in common. What tells them apart are
their numbers: a copy keeps the numbers of its original, the next issue has others.
"""

import re
from dataclasses import dataclass

from analysis.text import fold, normalise, syllables

# Tried only where a word begins: a word of 100,000 letters would else be read from each of them.
_NUMBER = re.compile(r"(?<![^\W_])[^\W\d_]*+\d[^\W_]*+(?:[.,/:-]\d[^\W_]*+)*+")
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
# '5/11', '5/11/2025', '5-11-2025', 'ngày 5-11', 'ngày 5 tháng 11'; '3-4' alone is a range.
_DAY = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?:/(\d{1,2})(?:/\d{4})?|[.-](\d{1,2})[.-]\d{4})(?![\d/])"
    r"|(?:ngày|sáng|trưa|chiều|tối|hôm)\s(\d{1,2})(?:[.-]|\stháng\s)(\d{1,2})(?![\d/])"
)
_MONTH = re.compile(r"(?<![\d/])(\d{1,2})[/.-](\d{4})(?!\d)")
# Fewer numbers than these may differ by chance or by an editor's hand.
_FEWEST = 5
# A copy holds more than this part of its original's numbers.
_KEPT = 0.5
# Where each names a day that the other does not, more of the other numbers must be the same.
_KEPT_OF_OTHER_DAYS = 0.7
_TITLES_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of a piece, dates and thousands brought to one form each.

    ``title`` are the headline's days, and those of its other numbers that the text tells of too,
    ``every`` all numbers, ``days`` all days and months, ``words`` the headline without numbers.
    """

    title: frozenset[str]
    every: frozenset[str]
    days: frozenset[str]
    words: frozenset[str]


def figures(title: str, text: str) -> Figures:
    """Read the numbers of a piece."""
    head, body = fold(normalise(title)), fold(normalise(text))
    words = frozenset(word for word in syllables(head) if not any(map(str.isdigit, word)))
    told, days = _numbers(body), _days(f"{head}\n{body}")
    named = _numbers(head)
    return Figures((named & told) | (named & days), named | told, days, words)


def are_two_issues(one: Figures, other: Figures, *, one_length: bool = True) -> bool:
    """Tell whether two pieces that share their words are two issues of one form.

    Either each headline has a number that the other piece nowhere has; or, under headlines alike
    and at about one length, the texts name other days, or mostly other numbers.
    """
    if one.title - other.every and other.title - one.every:
        return True
    if not (one_length and _alike(one.words, other.words)):
        return False
    kept = _part(one.every, other.every)
    if one.days - other.days and other.days - one.days and kept < _KEPT_OF_OTHER_DAYS:
        return True
    return min(len(one.every), len(other.every)) >= _FEWEST and kept < _KEPT


def _numbers(folded: str) -> frozenset[str]:
    days = _days(folded)
    rest = _THOUSANDS.sub("", _MONTH.sub(" ", _DAY.sub(" ", folded)))
    return days.union(_NUMBER.findall(rest))


def _days(folded: str) -> frozenset[str]:
    found = set()
    for match in _DAY.finditer(folded):
        day, month = (int(part) for part in match.groups() if part)
        found.add(f"{day}/{month}")
    found.update(f"{int(month)}/{year}" for month, year in _MONTH.findall(folded))
    return frozenset(found)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two headlines may be those of one column; a missing one may be any."""
    return not one or not other or _part(one, other) >= _TITLES_ALIKE


def _part(one: frozenset[str], other: frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 1.0
