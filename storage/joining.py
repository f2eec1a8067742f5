"""Finding the story of a news article as it comes in: pieces that share rare words near its day."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import delete, text
from sqlmodel import Session, col

from analysis.judgement import StoryFacts
from analysis.stories import (
    JOINS_FROM,
    WITHIN,
    Likeness,
    Weighed,
    confidence,
    likeness,
    standing,
    weighed,
)
from storage.dialects import articles_with_words
from storage.plain import insert_plainly, insert_together, plain_moment, read_moment
from storage.stories import Maker, move, record
from storage.story_tables import StoryFact, StoryWord
from storage.tables import Article

# Of 351 pairs on one event 98 % share two of their 16 weightiest words, 4 in 100 others do.
LOOKED_UP = 16
LEAST_SHARED = 2
MOST_CANDIDATES = 8
MOST_PIECES = 24
# A word that so many articles of these days have says nothing.
COMMON = 60

# Facts of stored articles that are held ready, some 15 kB each: news of a day is compared again.
HELD_READY = 256

# How a name is written is asked of the newer article only.
_FACTS = tuple(field.name for field in fields(StoryFacts) if field.name != "spelled")
# Made once, and of plain text, as it is on the path of every news article. The status is no bare
# column: SQLite would go through the index of all news there is.
_CANDIDATES = [f"candidate_{n}" for n in range(MOST_CANDIDATES)]
_PIECES = text(
    "SELECT story_fact.article_id, article.story_id, CAST(story_fact.facts AS TEXT), "
    "story_fact.told_at FROM article JOIN story_fact ON story_fact.article_id = article.id "
    "WHERE article.story_id IN (SELECT story_id FROM article "
    "WHERE id IN (:candidate_0, :candidate_1, :candidate_2, :candidate_3, "
    ":candidate_4, :candidate_5, :candidate_6, :candidate_7)) "
    "AND article.status || '' = 'new' ORDER BY article.id DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Match:
    """The story that an article belongs to, how surely, 0–1, and its piece that is most alike."""

    story_id: int
    confidence: float
    article_id: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class _Other:
    """A stored article beside a fresh one, and how surely both tell of one event."""

    confidence: float
    article_id: int
    known: Weighed
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A stored article, the story it began with, and when it was published, else first seen."""

    article_id: int
    story_id: int
    told_at: datetime


def find(
    session: Session, facts: StoryFacts | None, told_at: datetime, *, but: int | None = None
) -> Match | None:
    """Find the story that news told at a time belongs to, if there is one that is not ``but``."""
    if facts is None:
        return None
    fresh = weighed(facts)
    stories: defaultdict[int, list[_Other]] = defaultdict(list)
    for article_id, story_id, packed, moment in _pieces(session, facts, told_at.toordinal()):
        known, then = _unpacked(packed, moment)
        apart = told_at - then
        if story_id != but and abs(apart) <= WITHIN:
            other = _Other(confidence(fresh, known, apart), article_id, known, then)
            stories[story_id].append(other)
    matches = [
        (standing([other.confidence for other in others]), -story_id)
        for story_id, others in stories.items()
    ]
    sure, story = max(matches, default=(0.0, 0))
    if sure < JOINS_FROM:
        return None
    likest = max(stories[-story], key=lambda other: (other.confidence, -other.article_id))
    why = likeness(fresh, likest.known, told_at - likest.told_at)
    return Match(-story, sure, likest.article_id, why)


def keep(
    session: Session, piece: Piece, facts: StoryFacts | None, match: Match | None, maker: Maker
) -> None:
    """Keep what news is known by, and, of a piece stored with another story than its own, why."""
    if facts is not None:
        _keep(session, piece, facts)
    if match is not None:
        _record(session, piece, match, [piece.article_id], maker)


def renew(
    session: Session, article: Article, facts: StoryFacts | None, maker: Maker, *, is_new: bool
) -> None:
    """Keep what an article is known by now; one that has just become news may join a story."""
    if facts is None:
        return
    for table in (StoryWord, StoryFact):
        session.exec(delete(table).where(col(table.article_id) == article.id))
    piece = Piece(article.id or 0, article.story_id, article.published_at or article.first_seen_at)
    if article.status == "new":
        session.flush()
        match = find(session, facts, piece.told_at, but=piece.story_id) if is_new else None
        _keep(session, piece, facts)
        if match is not None:
            moved = move(session, piece.story_id, match.story_id)
            _record(session, piece, match, moved, maker)


def _record(
    session: Session, piece: Piece, match: Match, moved: Sequence[int], maker: Maker
) -> None:
    why = {"with": match.article_id, **match.likeness.as_json()}
    row = {"kind": "joined", "confidence": match.confidence, "reasons": why}
    record(session, row, (match.story_id, piece.story_id), moved, maker)


def _keep(session: Session, piece: Piece, facts: StoryFacts) -> None:
    packed = json.dumps({name: getattr(facts, name) for name in _FACTS}, ensure_ascii=False)
    row = (piece.article_id, plain_moment(session, piece.told_at), packed)
    insert_plainly(session, StoryFact, [row])
    day = piece.told_at.toordinal()
    words = [(word, day, piece.article_id) for word in _looked_up(facts)]
    insert_together(session, StoryWord, words)


def _looked_up(facts: StoryFacts) -> list[str]:
    """Give the weightiest words, and the names, which lead across languages."""
    words = sorted(sorted(facts.words), key=facts.words.__getitem__, reverse=True)
    names = sorted(sorted(facts.names), key=facts.names.__getitem__, reverse=True)
    return [*words[:LOOKED_UP], *(f"@{name}" for name in names[: LOOKED_UP // 2])]


def _pieces(session: Session, facts: StoryFacts, day: int) -> Iterable[Any]:
    """Give all news of the stories that may be this one: article, story, packed facts, time."""
    found = articles_with_words(
        session, _looked_up(facts), (day - WITHIN.days, day + WITHIN.days), common=COMMON
    )
    likely = sorted((-count, -key) for key, count in found if count >= LEAST_SHARED)
    if not likely:
        return ()
    keys = [-key for _, key in likely[:MOST_CANDIDATES]]
    given = {**dict(zip_longest(_CANDIDATES, keys)), "most": MOST_PIECES}
    return session.connection().execute(_PIECES, given)


@lru_cache(maxsize=HELD_READY)
def _unpacked(facts: str, told_at: str | datetime) -> tuple[Weighed, datetime]:
    return weighed(StoryFacts(**json.loads(facts))), read_moment(told_at)
