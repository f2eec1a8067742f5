"""Finding the stored text that a new one is a copy of.

Each article has one in sixteen of its shingles in a table (FracMinHash: Irber et al. 2022); what
shares some of them is compared exactly. No index is held in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import xxhash
from sqlalchemy import delete
from sqlmodel import Session, col

from analysis.copies import (
    RELATED,
    Comparison,
    Piece,
    compare,
    compare_pieces,
    is_short,
    title_key,
)
from analysis.fingerprints import (
    SAMPLING,
    SAMPLING_SHORT,
    SHORT,
    Fingerprint,
    fingerprint,
    sample,
)
from storage.dialects import articles_sharing
from storage.plain import insert_together
from storage.seeds import KnownSeed
from storage.tables import Article, Shingle
from storage.waiting import later, waiting

# A hash that more than 50 articles have is a stock phrase (1,311 of 1.2 million hashes, 7.6 % of
# the rows, over 60,000 articles): it says nothing and costs most of the time.
COMMON = 50
MOST_CANDIDATES = 20
# A long text needs no more of its hashes than this to be found.
MOST_LOOKED_UP = 100
# So many standard deviations a sample may fall short of what it stands for; a copy, which shares
# more than half, falls so short once in some thousand times.
_UNLUCKY = 2


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A stored article beside a new text, and how the two compare."""

    article: Article
    comparison: Comparison


def known_seed(
    fresh: Fingerprint, seeds: Iterable[KnownSeed]
) -> tuple[KnownSeed, Comparison] | None:
    """Give the seed that a text is a copy of, if any."""
    found = [
        (seed, comparison)
        for seed in seeds
        if (comparison := compare(fresh, seed.fingerprint, known_is_seed=True)).verdict == "copy"
    ]
    return max(found, key=lambda pair: (pair[1].similarity, pair[1].shared), default=None)


def alike(session: Session, fresh: Piece) -> list[Neighbour]:
    """Give the stored articles that a text is a copy or version of or related to, closest first."""
    found: list[Neighbour] = []
    enough = 0
    for article, count in _candidates(session, fresh):
        if count < enough:
            break  # those that share less are copies of the same, or of less of it
        comparison = compare_pieces(fresh, piece(article))
        if comparison.verdict != "different":
            found.append(Neighbour(article, comparison))
        if comparison.verdict == "copy":
            enough = count
    return sorted(found, key=_closeness, reverse=True)


def piece(article: Article) -> Piece:
    """Give a stored article as copies are told by it."""
    moment = article.published_at or article.first_seen_at
    return Piece(fingerprint(article.text), article.title, article.text, moment)


def _closeness(neighbour: Neighbour) -> tuple[bool, float, int]:
    """Order neighbours: copies above all, of two that hold the whole text the longer."""
    comparison = neighbour.comparison
    return comparison.verdict == "copy", comparison.similarity, comparison.shared


def _candidates(session: Session, fresh: Piece) -> Iterator[tuple[Article, int]]:
    """Give the articles worth an exact comparison and their shared hashes, most first."""
    size, sampled = len(fresh.fingerprint.shingles), sample(fresh.fingerprint)
    looked_up = min(1, MOST_LOOKED_UP / max(1, len(sampled)))
    for key, count, length in _sharing(session, fresh, sampled):
        if _may_be_related(count / looked_up, size, length):
            yield session.get_one(Article, key), count


def _may_be_related(count: float, one: int, other: int) -> bool:
    """Tell whether sharing so many sampled hashes allows half of the smaller text to be shared."""
    rate = SAMPLING_SHORT if max(one, other) < SHORT else SAMPLING
    expected = min(one, other) * RELATED / rate
    return count >= expected - _UNLUCKY * sqrt(expected)


def likely(session: Session, fresh: Piece) -> list[tuple[int, int, int]]:
    """Give (article, shared hashes, syllables) of those that share sampled hashes, most first."""
    return _sharing(session, fresh, sample(fresh.fingerprint))


def _sharing(
    session: Session, fresh: Piece, sampled: tuple[int, ...]
) -> list[tuple[int, int, int]]:
    hashes = (*sampled[:MOST_LOOKED_UP], *_brief_key(fresh))
    wanted = set(hashes)
    unwritten = [row for row in waiting(session, _write) if row[0] in wanted]
    return articles_sharing(session, hashes, unwritten, common=COMMON, most=MOST_CANDIDATES)


def _brief_key(fresh: Piece) -> tuple[int, ...]:
    """Give the hash by which a short text is known: its headline's, apart from those of shingles.

    Sampled hashes are multiples of the sampling rate; this one never is.
    """
    title = title_key(fresh.title) if is_short(fresh.fingerprint) else None
    if title is None:
        return ()
    return ((xxhash.xxh3_64_intdigest(title.encode()) >> 16) // SAMPLING * SAMPLING + 1,)


def index(session: Session, article_id: int, fresh: Piece) -> None:
    """Put a new article's sampled shingles into the table, with those of others that arrive now."""
    values = (*sample(fresh.fingerprint), *_brief_key(fresh))
    later(session, _write, *((value, article_id) for value in values))


def _write(session: Session, rows: Sequence[tuple[int, int]]) -> None:
    insert_together(session, Shingle, sorted(rows))


def forget(session: Session, article_id: int, known: Piece) -> None:
    """Take an article's rows out of the table, by what it said before: there is no other way in."""
    values = (*sample(known.fingerprint), *_brief_key(known))
    for start in range(0, len(values), MOST_LOOKED_UP):
        part = values[start : start + MOST_LOOKED_UP]
        session.exec(
            delete(Shingle).where(
                col(Shingle.hash).in_(part), col(Shingle.article_id) == article_id
            )
        )
