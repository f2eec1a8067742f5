"""The decision on two bodies: copy, new version, related, or different."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from analysis.fingerprints import Fingerprint, shared
from analysis.issues import are_two_issues, figures
from analysis.text import search_fold, syllables

# Measured on 20,000 Vietnamese news articles: of 154 pairs at containment 0.8 or more all but a
# handful were copies; from 0.5 to 0.8 nearly all were follow-ups that reuse background; copies with
# a fifth of the sentences dropped and one syllable in twenty replaced lay at 0.79 (median).
COPY = 0.8
RELATED = 0.5
# Unrelated articles share at most 6 % with a seed, a copy reworded by a tenth still 56 %.
SEED_COPY = 0.5
MIN_SHARED = 40
# Briefs and galleries below this have too few shingles to tell chance from copying.
MIN_SHINGLES = 60
# From this share of shingles of its own on, a larger text says something new.
OWN_SHARE = 0.4
# Issues of one form are of one length; a shortened copy may have lost the days it named.
ONE_LENGTH = 0.75
# Equal hashes of texts shorter than this ('Mời quý vị xem video') prove nothing by themselves.
LEAST_SYLLABLES = 20
# What short texts are known by: a headline that is no column's name, within a day.
MIN_TITLE = 5
SAME_DAY = timedelta(days=1)

Verdict = Literal["copy", "version", "related", "different"]
# Why: by the words shared, by the headline of a short text, or apart by the numbers of its issue.
Reason = Literal["words", "title", "issue"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a new body stands to a known one.

    ``similarity`` is the containment 0–1, ``shared`` the number of common shingles, ``own_share``
    the part of the new body's shingles that the known one lacks, 0–1.
    """

    verdict: Verdict
    similarity: float
    shared: int
    own_share: float
    reason: Reason = "words"


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with what stands around it, as far as copies are told by it; ``moment`` is aware."""

    fingerprint: Fingerprint
    title: str = ""
    text: str = ""
    moment: datetime | None = None


def compare(new: Fingerprint, known: Fingerprint, *, known_is_seed: bool = False) -> Comparison:
    """Decide what a new body is to a known one; for seeds a copy may be reworded or extended."""
    common = shared(new, known)
    smaller = min(len(new.shingles), len(known.shingles))
    own = 1 - common / len(new.shingles) if new.shingles else 0.0
    if new.content_hash == known.content_hash and new.syllables:
        return Comparison("copy", 1.0, common, own)
    similarity = common / smaller if smaller else 0.0
    if smaller < MIN_SHINGLES or common < MIN_SHARED:
        return Comparison("different", similarity, common, own)
    if known_is_seed:
        verdict: Verdict = "copy" if similarity >= SEED_COPY else "different"
    else:
        verdict = _verdict(similarity, own, grown=len(new.shingles) > len(known.shingles))
    return Comparison(verdict, similarity, common, own)


def _verdict(similarity: float, own: float, *, grown: bool) -> Verdict:
    if similarity >= COPY:
        return "version" if grown and own >= OWN_SHARE else "copy"
    return "related" if similarity >= RELATED else "different"


def compare_pieces(new: Piece, known: Piece) -> Comparison:
    """Decide as ``compare``, and by headlines and numbers where words alone do not tell.

    Two issues of one form (price lists, draws, forecasts) are related; short texts of one day
    under one headline are copies unless their words say otherwise.
    """
    found = compare(new.fingerprint, known.fingerprint)
    equal = new.fingerprint.content_hash == known.fingerprint.content_hash
    says_nothing = equal and new.fingerprint.syllables < LEAST_SYLLABLES
    if says_nothing or found.verdict == "different":
        same = _same_brief(new, known, found.similarity)
        if same or says_nothing:
            return replace(found, verdict="copy" if same else "different", reason="title")
        return found
    if found.verdict == "copy" and not equal and _are_issues(new, known):
        return replace(found, verdict="related", reason="issue")
    return found


def _are_issues(new: Piece, known: Piece) -> bool:
    sizes = sorted(len(piece.fingerprint.shingles) for piece in (new, known))
    return are_two_issues(
        figures(new.title, new.text),
        figures(known.title, known.text),
        one_length=sizes[0] >= ONE_LENGTH * sizes[1],
    )


def title_key(title: str) -> str | None:
    """Give what a headline is compared by, or None if it is too short to be one piece's alone."""
    words = syllables(search_fold(title))
    return " ".join(words) if len(words) >= MIN_TITLE else None


def is_short(one: Fingerprint) -> bool:
    """Tell whether a body has too few shingles to be known by them."""
    return len(one.shingles) < MIN_SHINGLES


def _same_brief(new: Piece, known: Piece, similarity: float) -> bool:
    """Tell whether two short texts are one: same headline, same day, no words against it."""
    key = title_key(new.title)
    if not (is_short(new.fingerprint) and is_short(known.fingerprint)):
        return False
    if key is None or key != title_key(known.title) or not (new.moment and known.moment):
        return False
    wordless = not (new.fingerprint.shingles and known.fingerprint.shingles)
    return abs(new.moment - known.moment) <= SAME_DAY and (wordless or similarity >= RELATED)
