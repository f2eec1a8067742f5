"""One field, read as the judgement reads it."""

from analysis.automaton import Automaton
from analysis.heads import head_terms
from analysis.legal import document_terms
from analysis.reading import Field, read_article


def field(text: str) -> Field:
    """Read a text alone, looking for no phrase but the words before names."""
    words = Automaton([*head_terms(), *document_terms()])
    return read_article("", "", text, None, words).fields[0]
