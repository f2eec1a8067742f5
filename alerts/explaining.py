"""Why an article was judged as it was, in sentences for the reader of the archive."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from alerts.storywords import membership_in_words, standing_in_words
from messages.catalogue import translations
from storage import stories
from storage.reading import TaggedArticle, topic_name

MOST_PHRASES = 8
MOST_NAMES = 12


def judgement_explained(
    session: Session, found: TaggedArticle, language: str, threshold: float
) -> list[str]:
    """Say of an article: relevance, topics, names, whose copy it is, why it is in its story."""
    article = found.article
    told = [_relevance(found, language, threshold)]
    told += _topics(found, language)
    told += _names(found, language)
    told.append(standing_in_words(article, language))
    told.append(_story(session, found, language))
    return told


def _relevance(found: TaggedArticle, language: str, threshold: float) -> str:
    say, article = translations(language), found.article
    verdict = (
        say.gettext("on topic") if article.relevance >= threshold else say.gettext("off topic")
    )
    phrases = _phrases(article.evidence) or say.gettext("none")
    return say.gettext(
        "{verdict}: score {score} where {threshold} is needed; the city {city}, digital"
        " transformation {theme}; by the words {phrases}"
    ).format(
        verdict=verdict,
        score=f"{article.relevance:.2f}",
        threshold=f"{threshold:.2f}",
        city=f"{article.city:.2f}",
        theme=f"{article.theme:.2f}",
        phrases=phrases,
    )


def _topics(found: TaggedArticle, language: str) -> Iterable[str]:
    say = translations(language)
    for slug, score, evidence in found.topics:
        yield say.gettext("topic {name} ({score}): {phrases}").format(
            name=topic_name(slug, language), score=f"{score:.2f}", phrases=_phrases(evidence)
        )


def _names(found: TaggedArticle, language: str) -> Iterable[str]:
    if found.entities:
        names = [f"{e.name} ({len(mentions)})" for e, mentions in found.entities[:MOST_NAMES]]
        yield (
            translations(language)
            .gettext("names and how often: {names}")
            .format(names=", ".join(names))
        )


def _story(session: Session, found: TaggedArticle, language: str) -> str:
    say, article = translations(language), found.article
    story = stories.get(session, article.story_id)
    why = membership_in_words(article, stories.changes(session, article.story_id), language)
    if why is None and story.article_count > 1:
        why = say.gettext("its first article") if story.first_article_id == article.id else ""
    told = say.gettext("story {id}, articles: {count}").format(
        id=story.id, count=story.article_count
    )
    return f"{told}; {why}" if why else told


def _phrases(evidence: Sequence[Mapping[str, Any]]) -> str:
    """Give the phrases found, each once, where it stands first."""
    fields = {each["text"]: each.get("field", "text") for each in reversed(evidence)}
    words = list(dict.fromkeys(each["text"] for each in evidence))[:MOST_PHRASES]
    return ", ".join(f"“{word}” [{fields[word]}]" for word in words)
