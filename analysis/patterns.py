"""Patterns of words, written so that looking for them is quick."""


def beginning(*forms: str, after: str = r"\W") -> str:
    """Give the pattern of any of these forms at the start or after one of the characters given.

    A form is a pattern that begins with a plain letter, ``after`` the inside of a class. What
    stands before is asked after the letter: so `re` looks only where one of the letters is.
    """
    return "(?:" + "|".join(rf"{form[0]}(?<![^{after}].){form[1:]}" for form in forms) + ")"


def either_case(*forms: str) -> list[str]:
    """Give each form with a small and with a capital first letter."""
    return [first + form[1:] for form in forms for first in (form[0].upper(), form[0].lower())]
