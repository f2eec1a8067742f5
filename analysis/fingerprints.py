"""Fingerprints of a body: an exact hash and the hashes of its four-syllable shingles."""

import hashlib
from dataclasses import dataclass

import numpy as np
import xxhash

from analysis.text import fold, normalise, syllables
from analysis.trimming import article_lines, only

# Raised whenever folding, trimming or hashing changes: stored fingerprints must then be made anew.
FOLD_VERSION = 1
# Four syllables kept 95 % of a lightly edited copy (containment) while two articles on one event
# stayed at 0.71 (99th percentile); three to five differ little, eight breaks under edits.
SHINGLE_SYLLABLES = 4
# One hash in sixteen still found every edited copy among candidates with two shared hashes.
SAMPLING = 16
# Of a short text that would leave too few: one copy in a hundred of 110 shingles shared less than
# two. So it has one in four, among which are those one in sixteen that a long text has.
SHORT = 160
SAMPLING_SHORT = 4
# A page beyond this is no article; what follows is left out of the shingles, not of the exact hash.
MAX_SYLLABLES = 50_000

MOST_HASHES = 16_384

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What identifies a body.

    ``content_hash`` is the hex SHA-256 of the folded syllables of the whole body, ``shingles`` the
    sorted distinct 48-bit hashes of all shingles of the trimmed body, ``syllables`` their number
    before shingling.
    """

    content_hash: str
    shingles: tuple[int, ...]
    syllables: int


def fingerprint(text: str) -> Fingerprint:
    """Make the fingerprint of a body; composed or decomposed, case and spacing do not matter."""
    normal = normalise(text)
    whole = fold(normal)
    lines = article_lines(normal, whole)
    words = syllables(whole)
    return fingerprint_of(words, words if lines is None else syllables(only(lines, whole)))


def fingerprint_of(words: list[str], own: list[str]) -> Fingerprint:
    """Make the fingerprint of a body from its folded syllables, as a whole and trimmed."""
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()
    return Fingerprint(digest, _shingles(own[:MAX_SYLLABLES]), len(own))


def sample(known: Fingerprint) -> tuple[int, ...]:
    """Give the shingle hashes that are kept in the look-up table (FracMinHash), sorted.

    One in sixteen, of a text of fewer than 160 one in four.
    """
    rate = SAMPLING_SHORT if len(known.shingles) < SHORT else SAMPLING
    return tuple([h for h in known.shingles if not h % rate])


def shared(one: Fingerprint, other: Fingerprint) -> int:
    """Count the shingles that both have."""
    return len(set(one.shingles).intersection(other.shingles))


def containment(one: Fingerprint, other: Fingerprint) -> float:
    """Give the shared shingles' part of the smaller set, 0–1 (Broder 1997)."""
    smaller = min(len(one.shingles), len(other.shingles))
    return shared(one, other) / smaller if smaller else 0.0


def _shingles(words: list[str]) -> tuple[int, ...]:
    """Hash every run of four syllables to 48 bits, which fit a signed database integer."""
    count = len(words) - SHINGLE_SYLLABLES + 1
    if count < 1:
        return ()
    hashes = np.fromiter(map(_HASHES.__getitem__, words), np.uint64, len(words))
    mixed = np.zeros(count, np.uint64)
    for place in range(SHINGLE_SYLLABLES):
        mixed = _scatter(mixed * _MULTIPLIER + hashes[place : place + count])
    ordered = np.sort(mixed >> np.uint64(16))
    is_first = np.append(True, ordered[1:] != ordered[:-1])
    distinct: list[int] = ordered[is_first].tolist()
    return tuple(distinct)


class _Hashes(dict[str, int]):
    """The hashes of syllables; there are some seven thousand, so most are known already."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MOST_HASHES:
            self.clear()
        known = self[word] = xxhash.xxh3_64_intdigest(word.encode())
        return known


_HASHES = _Hashes()


def _scatter(
    values: "np.ndarray[tuple[int], np.dtype[np.uint64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Spread the bits of 64-bit values (the SplitMix64 finaliser)."""
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    return values ^ (values >> np.uint64(31))
