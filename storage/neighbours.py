"""Finding the stored text that a new one is a copy of.

Each article has one in sixteen of its shingles in a table (FracMinHash: Irber et al. 2022); what
shares some of them is compared exactly. No index is held in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import TextClause, text
from sqlmodel import Session, col, select

from analysis.copies import Comparison, compare
from analysis.fingerprints import Fingerprint, fingerprint, sample
from storage.dialects import insert_plainly
from storage.seeds import KnownSeed
from storage.tables import Article, Shingle

# A hash that more than 50 articles have is a stock phrase (1,311 of 1.2 million hashes, 7.6 % of
# the rows, over 60,000 articles): it says nothing and costs most of the time.
COMMON = 50
# Candidates that share at least this many sampled hashes; random pairs share 2 in 3 of 1,000.
LEAST_SHARED = 2
MOST_CANDIDATES = 20
MOST_IN_ONE_QUERY = 100


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


def nearest(session: Session, fresh: Fingerprint) -> Neighbour | None:
    """Give the stored article whose text is most like this one's, if any is related to it."""
    found = []
    for article in _candidates(session, fresh):
        comparison = compare(fresh, fingerprint(article.text))
        if comparison.verdict != "different":
            found.append(Neighbour(article, comparison))
    return max(found, key=_closeness, default=None)


def _closeness(neighbour: Neighbour) -> tuple[bool, float, int]:
    """Order neighbours: copies above all, of two that hold the whole text the longer."""
    comparison = neighbour.comparison
    return comparison.verdict == "copy", comparison.similarity, comparison.shared


def _candidates(session: Session, fresh: Fingerprint) -> Sequence[Article]:
    hashes = sample(fresh)
    seen: defaultdict[int, list[int]] = defaultdict(list)
    for start in range(0, len(hashes), MOST_IN_ONE_QUERY):
        part = hashes[start : start + MOST_IN_ONE_QUERY]
        values = {f"h{place}": value for place, value in enumerate(part)}
        for value, article_id in session.connection().execute(_lookup(len(part)), values):
            seen[value].append(article_id)
    shared = Counter(id_ for ids in seen.values() if len(ids) <= COMMON for id_ in ids)
    least = min(LEAST_SHARED, len(hashes))
    likely = [article for article, count in shared.most_common(MOST_CANDIDATES) if count >= least]
    if not likely:
        return []
    return session.exec(select(Article).where(col(Article.id).in_(likely))).all()


@cache
def _lookup(count: int) -> TextClause:
    """Look up so many hashes at once, each cut where it proves to be a common one."""
    return text(
        " UNION ALL ".join(
            f"SELECT * FROM (SELECT hash, article_id FROM shingle WHERE hash = :h{place} "  # noqa: S608 - only numbers of ours
            f"LIMIT {COMMON + 1}) AS s{place}"
            for place in range(count)
        )
    )


def index(session: Session, article_id: int, fresh: Fingerprint) -> None:
    """Put a new article's sampled shingles into the table."""
    rows = [(value, article_id) for value in sample(fresh)]
    if rows:
        insert_plainly(session, Shingle, rows)
