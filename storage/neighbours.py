"""Finding the stored text that a new one is a copy of.

Each article has one in sixteen of its shingles in a table (FracMinHash: Irber et al. 2022); what
shares some of them is compared exactly. No index is held in memory.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from analysis.copies import Comparison, compare
from analysis.fingerprints import Fingerprint, fingerprint, sample
from storage.seeds import KnownSeed
from storage.tables import Article, Shingle

# A hash that more than 50 articles have is a stock phrase (1,311 of 1.2 million hashes, 7.6 % of
# the rows, over 60,000 articles): it says nothing and costs most of the time.
COMMON = 50
# Candidates that share at least this many sampled hashes; random pairs share 2 in 3 of 1,000.
LEAST_SHARED = 2
MOST_CANDIDATES = 20


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
    return max(found, key=lambda pair: pair[1].similarity, default=None)


def nearest(session: Session, fresh: Fingerprint) -> Neighbour | None:
    """Give the stored article whose text is most like this one's, if any is related to it."""
    found = []
    for article in _candidates(session, fresh):
        comparison = compare(fresh, fingerprint(article.text))
        if comparison.verdict != "different":
            found.append(Neighbour(article, comparison))
    copies_first = sorted(
        found, key=lambda n: (n.comparison.verdict != "copy", -n.comparison.similarity)
    )
    return copies_first[0] if copies_first else None


def _candidates(session: Session, fresh: Fingerprint) -> Sequence[Article]:
    hashes = sample(fresh)
    shared: Counter[int] = Counter()
    for value in hashes:
        ids = session.exec(
            select(Shingle.article_id).where(Shingle.hash == value).limit(COMMON + 1)
        ).all()
        if len(ids) <= COMMON:
            shared.update(ids)
    least = min(LEAST_SHARED, len(hashes))
    likely = [article for article, count in shared.most_common(MOST_CANDIDATES) if count >= least]
    if not likely:
        return []
    return session.exec(select(Article).where(col(Article.id).in_(likely))).all()


def index(session: Session, article_id: int, fresh: Fingerprint) -> None:
    """Put a new article's sampled shingles into the table."""
    session.add_all(Shingle(hash=value, article_id=article_id) for value in sample(fresh))
