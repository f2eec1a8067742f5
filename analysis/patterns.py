"""Patterns of words, written so that looking for them is quick."""

from collections import defaultdict


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
