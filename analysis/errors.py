"""What can go wrong in analysis.

AnalysisError
├── VocabularyError    a data file of topics, entities or relevance that cannot be used
└── LabelError         a line of an evaluation file that cannot be understood
"""

from messages.errors import Told


class AnalysisError(Told):
    """Base of this room's errors; its text is one line that names the thing."""


class VocabularyError(AnalysisError):
    """A data file is unreadable or says something that is not allowed."""


class LabelError(AnalysisError):
    """A labelled line is not what an evaluation expects."""
