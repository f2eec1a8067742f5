"""From places in what was read to places in what was given."""

from analysis.judgement import Span
from analysis.reading import Field


def span(field: Field, start: int, end: int, says: str = "") -> Span:
    """Make the piece of evidence at these offsets of a field as it was read."""
    if field.origins is not None:
        start, end = field.origins[start], field.origins[end]
    return Span(field.given[start:end], start, end, field.name, says)
