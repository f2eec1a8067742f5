"""What analysis says of a text: plain values, given on to storage and alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.fingerprints import Fingerprint


class Span(NamedTuple):
    """A piece of evidence: ``text[start:end]`` of a field, offsets in code points.

    A tuple, as a judgement holds a hundred of them and is passed on from process to process.
    ``field`` is ``title``, ``lead`` or ``text``. ``says`` tells, of evidence of relevance, what it
    speaks for: ``city`` or ``theme``, or against: ``against:`` and the group of rules,
    ``elsewhere`` for another place, ``language`` for one that is not judged.
    """

    text: str
    start: int
    end: int
    field: str = "text"
    says: str = ""


@dataclass(frozen=True, slots=True)
class Relevance:
    """Whether a text is on topic: score 0–1, the verdict at the threshold used, the phrases.

    ``city`` and ``theme`` tell why: how surely, 0–1, the city acts or is acted upon and the theme
    is digital transformation, before what speaks against the article is taken into account.
    """

    score: float
    relevant: bool
    evidence: tuple[Span, ...] = ()
    city: float = 0.0
    theme: float = 0.0


class TopicTag(NamedTuple):
    """One of the topics, with a score 0–1 and the phrases that made it; a tuple like these."""

    slug: str
    name: str
    score: float
    evidence: tuple[Span, ...] = ()


class EntityTag(NamedTuple):
    """A named thing the text mentions; ``type`` is one of ``analysis.entities.TYPES``. A tuple."""

    id: str
    name: str
    type: str
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What an article is known by: weighted words of its title and of all of it, names, figures.

    Weights grow with use and rarity. Names are keyed by pairs of syllables without accents, listed
    things by ``#id``; ``spelled`` says how they are written, ``headline`` which are in the title.
    """

    language: str | None = None
    title: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[str, float] = field(default_factory=dict)
    headline: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    spelled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that analysis says of one article.

    ``rules`` is the version of the rules that said it, ``search`` title, lead and text as a search
    sees them, see `analysis.searching`. ``story`` is made only of what is on topic.
    """

    rules: str
    language: str | None
    fingerprint: Fingerprint
    relevance: Relevance
    topics: tuple[TopicTag, ...] = ()
    entities: tuple[EntityTag, ...] = ()
    search: str = ""
    story: StoryFacts | None = None
