"""Finding the story of a news article as it comes in: pieces that share rare words near its day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert
from sqlmodel import Session, col, select

from analysis.judgement import StoryFacts
from analysis.stories import JOINS_FROM, WITHIN, Likeness, likeness, standing
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


_FACTS = tuple(field.name for field in fields(StoryFacts))
# Statements made once, as they are on the path of every news article.
_NEW_FACT, _NEW_WORD = insert(StoryFact), insert(StoryWord)
_SHARING = (
    select(StoryWord.word, StoryWord.article_id)
    .where(
        col(StoryWord.word).in_(bindparam("words", expanding=True)),
        col(StoryWord.day).between(bindparam("since"), bindparam("until")),
    )
    .limit(COMMON * 2 * LOOKED_UP)
)
_PIECES = (
    select(StoryFact.article_id, Article.story_id, StoryFact.facts, StoryFact.told_at)
    .join(Article, col(Article.id) == StoryFact.article_id)
    .where(
        col(Article.story_id).in_(
            select(Article.story_id).where(
                col(Article.id).in_(bindparam("candidates", expanding=True))
            )
        ),
        col(Article.status) == "new",
    )
    .order_by(col(StoryFact.article_id).desc())
    .limit(MOST_PIECES)
)


@dataclass(frozen=True, slots=True)
class Match:
    """The story that an article belongs to, how surely, 0–1, and its piece that is most alike."""

    story_id: int
    confidence: float
    article_id: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Piece:
    """A stored article, its story, and when it was published, else first seen."""

    article_id: int
    story_id: int
    told_at: datetime


def settle(session: Session, piece: Piece, facts: StoryFacts | None, maker: Maker) -> Match | None:
    """Let an article that has become news join the story of its event, if there is one.

    It must be stored with a story of its own, which is merged into the one that is found.
    """
    if facts is None:
        return None
    match = _match(session, facts, piece)
    _keep(session, piece, facts)
    if match is None:
        return None
    moved = move(session, piece.story_id, match.story_id)
    why = {"with": match.article_id, **match.likeness.as_json()}
    row = {"kind": "joined", "confidence": match.confidence, "reasons": why}
    record(session, row, (match.story_id, piece.story_id), moved, maker)
    return match


def renew(
    session: Session, article: Article, facts: StoryFacts | None, maker: Maker, *, is_new: bool
) -> None:
    """Keep what an article is known by now; one that has just become news may join a story."""
    if facts is None:
        return
    for table in (StoryWord, StoryFact):
        session.exec(delete(table).where(col(table.article_id) == article.id))
    piece = Piece(article.id or 0, article.story_id, article.published_at or article.first_seen_at)
    if is_new:
        session.flush()
        settle(session, piece, facts, maker)
    elif article.status == "new":
        _keep(session, piece, facts)


def _keep(session: Session, piece: Piece, facts: StoryFacts) -> None:
    connection, key = session.connection(), piece.article_id
    plain = {name: getattr(facts, name) for name in _FACTS}
    row = {"article_id": key, "told_at": piece.told_at, "facts": plain}
    connection.execute(_NEW_FACT, row)
    day = piece.told_at.toordinal()
    if rows := [{"word": w, "day": day, "article_id": key} for w in _looked_up(facts)]:
        connection.execute(_NEW_WORD, rows)


def _looked_up(facts: StoryFacts) -> list[str]:
    """Give the weightiest words, and the names, which lead across languages."""
    words = sorted(facts.words, key=lambda word: (-facts.words[word], word))[:LOOKED_UP]
    names = sorted(facts.names, key=lambda name: (-facts.names[name], name))[: LOOKED_UP // 2]
    return [*words, *(f"@{name}" for name in names)]


def _match(session: Session, facts: StoryFacts, piece: Piece) -> Match | None:
    """Give the story whose pieces are most like this one."""
    stories: defaultdict[int, list[tuple[Likeness, int]]] = defaultdict(list)
    candidates = _candidates(session, facts, piece.told_at.toordinal())
    for article_id, story_id, known, told_at in _pieces(session, candidates):
        apart = piece.told_at - told_at
        if story_id != piece.story_id and abs(apart) <= WITHIN:
            stories[story_id].append((likeness(facts, StoryFacts(**known), apart), article_id))
    matches = [_of(story_id, pieces) for story_id, pieces in stories.items()]
    best = max(matches, key=lambda match: (match.confidence, -match.story_id), default=None)
    return best if best and best.confidence >= JOINS_FROM else None


def _of(story_id: int, pieces: Sequence[tuple[Likeness, int]]) -> Match:
    likest, article_id = max(pieces, key=lambda piece: (piece[0].confidence, -piece[1]))
    sure = standing([piece.confidence for piece, _ in pieces])
    return Match(story_id, sure, article_id, likest)


def _candidates(session: Session, facts: StoryFacts, day: int) -> list[int]:
    words = _looked_up(facts)
    if not words:
        return []
    found: defaultdict[str, list[int]] = defaultdict(list)
    given = {"words": words, "since": day - WITHIN.days, "until": day + WITHIN.days}
    for word, article_id in session.connection().execute(_SHARING, given):
        found[word].append(article_id)
    shared: defaultdict[int, int] = defaultdict(int)
    for ids in found.values():
        for article_id in ids if len(ids) <= COMMON else ():
            shared[article_id] += 1
    likely = sorted((-count, -key) for key, count in shared.items() if count >= LEAST_SHARED)
    return [-key for _, key in likely[:MOST_CANDIDATES]]


def _pieces(session: Session, candidates: Sequence[int]) -> Iterable[Any]:
    """Give all news of the candidates' stories: article, story, facts and time."""
    if not candidates:
        return ()
    return session.connection().execute(_PIECES, {"candidates": candidates})
