"""Patterns of words, written so that looking for them is quick."""


def beginning(*forms: str) -> str:
    """Give the pattern of any of these forms that does not begin inside a word.

    A form is a pattern that begins with a plain letter. What must not stand before is asked after
    that letter: so `re` looks only where one of the letters is, instead of everywhere.
    """
    return "(?:" + "|".join(rf"{form[0]}(?<!\w.){form[1:]}" for form in forms) + ")"


def either_case(*forms: str) -> list[str]:
    """Give each form with a small and with a capital first letter."""
    return [first + form[1:] for form in forms for first in (form[0].upper(), form[0].lower())]
