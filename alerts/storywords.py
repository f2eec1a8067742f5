"""Stories in words, in the reader's language: why an article belongs to one, who copied whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from messages.catalogue import translations
from storage.story_tables import StoryChange
from storage.tables import Article

# From this likeness on two titles are called alike.
ALIKE = 0.25


def reasons_in_words(reasons: Mapping[str, Any], language: str) -> str:
    """Say by what two articles were taken for one event."""
    say = translations(language)
    parts = []
    if reasons.get("title", 0) >= ALIKE:
        parts.append(
            say.gettext("titles alike ({share} %)").format(share=_percent(reasons["title"]))
        )
    for label, key in (
        (say.gettext("both name {these}"), "names"),
        (say.gettext("both give {these}"), "figures"),
        (say.gettext("rare words in both: {these}"), "words"),
    ):
        if these := reasons.get(key):
            parts.append(label.format(these=", ".join(these)))
    parts.append(say.gettext("{hours} hours apart").format(hours=round(reasons.get("hours", 0))))
    return "; ".join(parts)


def standing_in_words(article: Article, language: str) -> str:
    """Say what an article is in its story: an own piece, or a copy of which and how much of it."""
    say = translations(language)
    share = _percent(article.similarity or 0)
    if article.duplicate_of is not None:
        return say.gettext("copy of article {id} (text in common: {share} %)").format(
            id=article.duplicate_of, share=share
        )
    if article.seed is not None:
        return say.gettext("copy of {seed}, which was known from the start ({share} %)").format(
            seed=article.seed, share=share
        )
    if article.status == "off_topic":
        return say.gettext("own text, off topic")
    return say.gettext("own piece")


def membership_in_words(
    article: Article, changes: Sequence[StoryChange], language: str
) -> str | None:
    """Say why an article is in its story, None where it was there first; by the last change."""
    say = translations(language)
    mine = [each for each in changes if article.id in each.articles]
    if not mine:
        return None
    last = mine[-1]
    if last.kind == "joined":
        return say.gettext("joined by article {id}, confidence {confidence}: {reasons}").format(
            id=last.reasons.get("with"),
            confidence=f"{last.confidence or 0:.2f}",
            reasons=reasons_in_words(last.reasons, language),
        )
    return change_in_words(last, language)


def change_in_words(change: StoryChange, language: str) -> str:
    """Say who put stories together or apart, and why."""
    say = translations(language)
    frame = {
        "joined": say.gettext("{by}: article {articles} joined (before: story {other})"),
        "merged": say.gettext("{by}: story {other} merged into {story}"),
        "split": say.gettext("{by}: articles {articles} taken from story {other} into {story}"),
    }[change.kind]
    told = frame.format(
        by=change.made_by,
        story=change.story_id,
        other=change.other_id,
        articles=", ".join(map(str, change.articles)),
    )
    return f"{told}: {change.note}" if change.note else told


def _percent(share: float) -> int:
    return round(share * 100)
