"""From articles to a digest: one entry a story, the most widely carried first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from alerts.overview import Overview, rising
from storage.revisions import Edit
from storage.tallies import Tally

MAX_ENTRIES = 200
"""Most stories told in one message; the rest is only counted."""


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic as a reader sees it: ``name`` in the reader's language, score 0–1, evidence."""

    slug: str
    name: str
    score: float
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class EntityView:
    """A named thing an article mentions; a mention is a span of one of its texts."""

    id: str
    name: str
    type: str
    mentions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as told to readers, without its text. Times are aware.

    ``source`` is the outlet's id and ``source_name`` its name; ``relevance`` is 0–1.
    """

    id: str
    url: str
    canonical_url: str
    source: str
    source_name: str
    title: str
    first_seen_at: datetime
    story: str
    lead: str = ""
    authors: tuple[str, ...] = ()
    image: str | None = None
    published_at: datetime | None = None
    revised_at: datetime | None = None
    language: str | None = None
    content_hash: str = ""
    relevance: float = 0.0
    status: str = "new"
    duplicate_of: str | None = None
    seed: str | None = None
    similarity: float | None = None
    topics: tuple[TopicView, ...] = ()
    entities: tuple[EntityView, ...] = ()

    @property
    def time(self) -> datetime:
        """When it was published; where that is not known, when it was first seen."""
        return self.published_at or self.first_seen_at

    def as_json(self, zone: tzinfo) -> dict[str, Any]:
        """Give the article object of the API and the webhooks, its times in this zone."""
        return {
            "id": self.id,
            "url": self.url,
            "canonical_url": self.canonical_url,
            "source": self.source,
            "title": self.title,
            "lead": self.lead,
            "authors": list(self.authors),
            "image": self.image,
            "published_at": rfc3339(self.published_at, zone),
            "first_seen_at": rfc3339(self.first_seen_at, zone),
            "revised_at": rfc3339(self.revised_at, zone),
            "language": self.language,
            "content_hash": self.content_hash,
            "relevance": self.relevance,
            "status": self.status,
            "duplicate_of": self.duplicate_of,
            "seed": self.seed,
            "similarity": self.similarity,
            "story": self.story,
            "topics": [_topic_json(topic) for topic in self.topics],
            "entities": [_entity_json(entity) for entity in self.entities],
        }


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One story of a digest: the article told, the other outlets that carry it, all articles.

    ``revised`` says that the reader may know the story from before and its text has changed,
    ``further`` that they were told of it before and this is another piece on it; ``edits`` say by
    article what changed.
    """

    story: str
    headline: ArticleView
    also_in: tuple[str, ...]
    articles: tuple[ArticleView, ...]
    revised: bool = False
    further: bool = False
    edits: Mapping[str, Edit] = field(default_factory=dict)

    @property
    def pieces(self) -> tuple[ArticleView, ...]:
        """Other own pieces on the event; all are named, as a story may be put together wrongly."""
        return tuple(each for each in self.articles[1:] if each.status == "new")


@dataclass(frozen=True, slots=True)
class Digest:
    """What one subscription is told of a period; ``omitted`` counts the stories left out."""

    subscription: str
    language: str
    timezone: str
    period_from: datetime
    period_to: datetime
    entries: tuple[StoryEntry, ...] = ()
    omitted: int = 0
    overview: Overview = field(default_factory=Overview)

    @property
    def zone(self) -> ZoneInfo:
        """The reader's time zone."""
        return ZoneInfo(self.timezone)

    def as_json(self) -> dict[str, Any]:
        """Give the ``data`` of a ``digest.published`` webhook."""
        zone = self.zone
        return {
            "subscription": self.subscription,
            "period": {
                "from": rfc3339(self.period_from, zone),
                "to": rfc3339(self.period_to, zone),
            },
            "stories": [
                {
                    "story": entry.story,
                    "further": entry.further,
                    "articles": [article.as_json(zone) for article in entry.articles],
                }
                for entry in self.entries
            ],
        }


@dataclass(frozen=True, slots=True)
class Past:
    """What came before a digest.

    Stories the reader was told of, by article what has changed since, the counts of the period
    before (None where they are not known).
    """

    told: Collection[str] = ()
    edits: Mapping[str, Edit] = field(default_factory=dict)
    tally: Tally | None = None


def compose(
    articles: Iterable[ArticleView],
    empty: Digest,
    limit: int = MAX_ENTRIES,
    past: Past = Past(),
) -> Digest:
    """Fill an empty digest: articles grouped by story, widest carried first, then newest.

    An article given twice is told once. Stories past ``limit`` are counted in ``omitted``.
    """
    stories: defaultdict[str, dict[str, ArticleView]] = defaultdict(dict)
    for article in articles:
        stories[article.story][article.id] = article
    entries = [_entry(tuple(group.values()), empty.period_from, past) for group in stories.values()]
    entries.sort(key=_prominence)
    shown = tuple(entries[:limit])
    return replace(
        empty,
        entries=shown,
        omitted=len(entries) - len(shown),
        overview=_overview(entries, past.tally),
    )


def _overview(entries: Collection[StoryEntry], before: Tally | None) -> Overview:
    articles = [article for entry in entries for article in entry.articles]
    news = [article for article in articles if article.status == "new"]
    return Overview(
        stories=len(entries),
        outlets=len({article.source for article in articles}),
        before=before.stories if before else None,
        topics=rising(
            ((each.story, topic.slug, topic.name) for each in news for topic in each.topics),
            before.topics if before else None,
        ),
        # The city itself has the most stories always: names are told by their rise only.
        names=rising(
            ((each.story, entity.id, entity.name) for each in news for entity in each.entities),
            before.entities,
        )
        if before
        else (),
    )


def _entry(group: tuple[ArticleView, ...], since: datetime, past: Past) -> StoryEntry:
    articles = tuple(sorted(group, key=_originality))
    headline = articles[0]
    outlets = dict.fromkeys(article.source_name for article in articles)
    revised_at = headline.revised_at
    revised = revised_at is not None and headline.first_seen_at <= since < revised_at
    return StoryEntry(
        story=headline.story,
        headline=headline,
        also_in=tuple(name for name in outlets if name != headline.source_name),
        articles=articles,
        revised=revised,
        # A text that changed is said to have changed, not to be another piece.
        further=headline.story in past.told and not revised,
        edits={each.id: past.edits[each.id] for each in articles if each.id in past.edits},
    )


def _originality(article: ArticleView) -> tuple[bool, datetime, str]:
    """Order the articles of a story: originals before copies, the earliest first."""
    return article.status != "new", article.time, article.id


def _prominence(entry: StoryEntry) -> tuple[int, float, str]:
    """Order entries: carried by most outlets first, then the newest."""
    return -len(entry.also_in), -entry.headline.time.timestamp(), entry.story


def rfc3339(moment: datetime | None, zone: tzinfo) -> str | None:
    """Write an aware time with the offset of a zone, to the second; None stays None."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def _topic_json(topic: TopicView) -> dict[str, Any]:
    return {
        "slug": topic.slug,
        "name": topic.name,
        "score": topic.score,
        "evidence": [dict(span) for span in topic.evidence],
    }


def _entity_json(entity: EntityView) -> dict[str, Any]:
    return {
        "id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "mentions": [dict(span) for span in entity.mentions],
    }
