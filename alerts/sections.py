"""The order of a digest: what many outlets carry on top, then one heading a topic."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from alerts.digest import StoryEntry, TopicView

MOST_ON_TOP = 3
# Fewer stories need no front page of their own, and fewer than that no headings.
_ENOUGH_FOR_TOP = 8
_ENOUGH_FOR_HEADINGS = 3
_MANY_OUTLETS = 3


@dataclass(frozen=True, slots=True)
class Section:
    """Stories under one heading: ``top``, a ``topic``'s name, the ``rest``, or ``none`` at all."""

    kind: Literal["top", "topic", "rest", "none"]
    entries: tuple[StoryEntry, ...]
    name: str = ""


def sections(entries: Sequence[StoryEntry]) -> tuple[Section, ...]:
    """Group stories, given the most widely carried first, by their main topic.

    Topics follow in the order of their most widely carried story; what has none comes last.
    """
    if len(entries) < _ENOUGH_FOR_HEADINGS:
        return (Section("none", tuple(entries)),) if entries else ()
    top = _top(entries)
    groups: dict[str, list[StoryEntry]] = {}
    names: dict[str, str] = {}
    for entry in entries[len(top) :]:
        topic = main_topic(entry)
        slug = topic.slug if topic else ""
        groups.setdefault(slug, []).append(entry)
        names[slug] = topic.name if topic else ""
    rest = tuple(groups.pop("", ()))
    return (
        *([Section("top", top)] if top else []),
        *(Section("topic", tuple(found), names[slug]) for slug, found in groups.items()),
        *([Section("rest", rest)] if rest else []),
    )


def main_topic(entry: StoryEntry) -> TopicView | None:
    """Give the topic that a story's own pieces are on most, None where they have none."""
    scores: defaultdict[str, float] = defaultdict(float)
    found: dict[str, TopicView] = {}
    for article in (entry.headline, *entry.pieces):
        for topic in article.topics:
            scores[topic.slug] += topic.score
            found.setdefault(topic.slug, topic)
    return max(found.values(), key=lambda topic: (scores[topic.slug], topic.slug), default=None)


def _top(entries: Sequence[StoryEntry]) -> tuple[StoryEntry, ...]:
    if len(entries) < _ENOUGH_FOR_TOP:
        return ()
    return tuple(e for e in entries[:MOST_ON_TOP] if len(e.also_in) + 1 >= _MANY_OUTLETS)
