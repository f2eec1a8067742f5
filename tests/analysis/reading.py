"""One field, read as the judgement reads it."""

from analysis.automaton import Automaton
from analysis.reading import Field, read_article


def field(text: str) -> Field:
    """Read a text alone, without looking for any phrase."""
    return read_article("", "", text, None, Automaton([])).fields[0]
