"""The contract's objects as dictionaries: articles, judgements."""

from typing import Any

from analysis.judgement import Judgement
from diembao import verdict_words
from storage.judgements import spans
from storage.reading import topic_name


def judgement_object(judgement: Judgement, language: str) -> dict[str, Any]:
    """Give a judgement as ``analyze`` prints it, without what only storage can know."""
    relevance = judgement.relevance
    evidence = spans(relevance.evidence)
    return {
        "relevance": {
            "score": round(relevance.score, 4),
            "relevant": relevance.relevant,
            "city": round(relevance.city, 4),
            "theme": round(relevance.theme, 4),
            "evidence": evidence,
            "why": verdict_words.told(evidence),
        },
        "topics": [
            {
                "slug": topic.slug,
                "name": topic_name(topic.slug, language),
                "score": round(topic.score, 4),
                "evidence": spans(topic.evidence),
            }
            for topic in judgement.topics
        ],
        "entities": [
            {
                "id": entity.id,
                "name": entity.name,
                "type": entity.type,
                "mentions": spans(entity.mentions),
            }
            for entity in judgement.entities
        ],
        "content_hash": judgement.fingerprint.content_hash,
        "language": judgement.language,
    }
