"""Patterns of words, written so that looking for them is quick."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from analysis.text import fold, normalise

_PLAIN = re.compile(r"(?:[^\\(\[?*+.]|\\\.)+")


def beginning(*forms: str, after: str = r"\W") -> str:
    """Give the pattern of any of these forms at the start or after one of the characters given.

    A form is a pattern that begins with a plain letter, ``after`` the inside of a class. What
    stands before is asked after that letter, once for all forms that begin with it: so `re` looks
    only where one of the letters is, instead of everywhere.
    """
    rests: defaultdict[str, list[str]] = defaultdict(list)
    for form in forms:
        rests[form[0]].append(form[1:])
    groups = (rf"{c}(?<![^{after}].)(?:{'|'.join(ends)})" for c, ends in rests.items())
    return f"(?:{'|'.join(groups)})"


def either_case(*forms: str) -> list[str]:
    """Give each form with a small and with a capital first letter."""
    return [first + form[1:] for form in forms for first in (form[0].upper(), form[0].lower())]


def begun_by(forms: Iterable[str]) -> set[str]:
    """Give the plain words that forms begin with, folded."""
    plain = (found[0].replace("\\", "").strip() for form in forms if (found := _PLAIN.match(form)))
    return {fold(normalise(word)) for word in plain}


def matches(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """Give what `finditer` does, where a pattern can begin at these places only, in order."""
    behind = 0
    for place in places:
        found = pattern.match(text, place) if place >= behind else None
        if found:
            behind = found.end()
            yield found
