"""Patterns of words, written so that looking for them is quick."""

from collections import defaultdict


def beginning(*forms: str) -> str:
    """Give the pattern of any of these forms that does not begin inside a word.

    A form is a pattern that begins with a plain letter. What must not stand before is asked after
    that letter, once for all forms that begin with it: so `re` looks only where one of the letters
    is, instead of everywhere.
    """
    rests: defaultdict[str, list[str]] = defaultdict(list)
    for form in forms:
        rests[form[0]].append(form[1:])
    return "(?:" + "|".join(rf"{c}(?<!\w.)(?:{'|'.join(r)})" for c, r in rests.items()) + ")"


def either_case(*forms: str) -> list[str]:
    """Give each form with a small and with a capital first letter."""
    return [first + form[1:] for form in forms for first in (form[0].upper(), form[0].lower())]
