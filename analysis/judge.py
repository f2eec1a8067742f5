"""The one entry to analysis: an article's text in, all that is said of it out."""

from datetime import datetime

from analysis import entities, relevance, topics
from analysis.fingerprints import fingerprint
from analysis.judgement import Judgement
from analysis.language import language
from analysis.reading import read_article
from analysis.relevance import DEFAULT_THRESHOLD
from analysis.searching import searchable
from analysis.vocabulary import rules_version, vocabulary

RULES = rules_version()


def judge(
    title: str,
    lead: str,
    text: str,
    published_at: datetime | None = None,
    threshold: float = DEFAULT_THRESHOLD,
) -> Judgement:
    """Judge an article; ``published_at`` is aware or None, ``threshold`` 0–1.

    Text in any normal form is understood; all offsets are code points of the fields as given.
    VocabularyError if a data file is not as it should be.
    """
    reading = read_article(title, lead, text, published_at, vocabulary())
    return Judgement(
        rules=RULES,
        language=language(f"{title}\n{lead}\n{text}"),
        fingerprint=fingerprint(text),
        relevance=relevance.assess(reading, threshold),
        topics=topics.assign(reading),
        entities=entities.find(reading),
        search=searchable(title, lead, text),
    )
