"""The one entry to analysis: an article's text in, all that is said of it out."""

from datetime import datetime

from analysis import entities, relevance, topics
from analysis.fingerprints import Fingerprint, fingerprint, fingerprint_of
from analysis.judgement import Judgement
from analysis.language import language
from analysis.reading import MAX_CHARACTERS, Reading, read_article
from analysis.relevance import DEFAULT_THRESHOLD
from analysis.searching import folded_words, framed
from analysis.story_facts import story_facts
from analysis.text import syllables
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
    spoken = language("\n".join(reading.folded()))
    verdict = relevance.assess(reading, threshold, spoken)
    named = entities.find(reading)
    return Judgement(
        rules=RULES,
        language=spoken,
        fingerprint=_fingerprint(reading, text),
        relevance=verdict,
        topics=topics.assign(reading),
        entities=named,
        search=framed(*map(folded_words, reading.folded())),
        story=story_facts(reading, named, spoken) if verdict.relevant else None,
    )


def _fingerprint(reading: Reading, text: str) -> Fingerprint:
    """Give what `fingerprint` says of the text, which is mostly folded and trimmed already."""
    body = [field for field in reading.fields if field.name == "text"]
    if not body or len(text) > MAX_CHARACTERS:
        return fingerprint(text)
    own, is_whole = body[0].words, body[0].folded == body[0].whole
    return fingerprint_of(own if is_whole else syllables(body[0].whole), own)
