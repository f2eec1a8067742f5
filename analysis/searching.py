"""What is searched of an article: its words without accents and case, field after field."""

from analysis.text import bare_syllables, fold, normalise

# Stands between title, lead and text, and in no word; a phrase never reaches over it.
BORDER = "|"


def words(text: str) -> str:
    """Give the letters-and-digits words of a text, folded for search, one space between them."""
    return folded_words(fold(normalise(text)))


def folded_words(folded: str) -> str:
    """Give the same of a text that was folded for comparison."""
    return " ".join(bare_syllables(folded))


def searchable(title: str, lead: str, text: str) -> str:
    """Give what an article is searched in: the words of its fields, each with a space around it.

    So `` words `` with their spaces are found where they stand as whole words, and what precedes
    the first border is the title.
    """
    return framed(*map(words, (title, lead, text)))


def framed(title: str, lead: str, text: str) -> str:
    """Give the same of the words of the fields."""
    return f" {title} {BORDER} {lead} {BORDER} {text} "
