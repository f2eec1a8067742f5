"""What is searched of an article: its words without accents and case, field after field."""

import re

from analysis.text import search_fold

# Stands between title, lead and text, and in no word; a phrase never reaches over it.
BORDER = "|"
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def words(text: str) -> str:
    """Give the letters-and-digits words of a text, folded for search, one space between them."""
    return _BETWEEN_WORDS.sub(" ", search_fold(text)).strip()


def searchable(title: str, lead: str, text: str) -> str:
    """Give what an article is searched in: the words of its fields, each with a space around it.

    So `` words `` with their spaces are found where they stand as whole words, and what precedes
    the first border is the title.
    """
    return f" {words(title)} {BORDER} {words(lead)} {BORDER} {words(text)} "
