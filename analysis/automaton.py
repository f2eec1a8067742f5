"""Finding thousands of phrases in one pass (Aho and Corasick 1975)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, NamedTuple, Protocol, TypeVar

import ahocorasick_rs

from analysis.text import fold, normalise

Use = Literal["relevance", "topic", "entity", "cue", "head", "document"]
USES: tuple[Use, ...] = ("relevance", "topic", "entity", "cue", "head", "document")


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase to look for, as written, and what it says.

    ``use`` is the part of the analysis that asked for it, ``owner`` its group, topic or entity
    there, ``exact`` whether upper and lower case must be as written.
    """

    phrase: str
    use: Use
    owner: str
    weight: float = 1.0
    exact: bool = False


class Hit(NamedTuple):
    """A term found at ``start`` to ``end`` of the text scanned: a tuple, as there are hundreds."""

    term: Term
    start: int
    end: int


_START, _END = itemgetter(1), itemgetter(2)
_new = tuple.__new__  # what `Hit` does, in a third of the time
# 'đường sắt đô thị số 2' is the second, not a digital one; a year after it says nothing of that.
_NUMBERED = re.compile(r" \d{1,3}(?!\w)")


def needs_case(phrase: str) -> bool:
    """Tell whether a phrase is one word with a capital: AI is not 'ai', nor Bộ 'bộ'."""
    return " " not in phrase and phrase != phrase.lower()


class Automaton:
    """All terms in one matcher, built once."""

    def __init__(self, terms: Iterable[Term]) -> None:
        by_pattern: defaultdict[str, list[Term]] = defaultdict(list)
        listed = list(terms)
        # Folded in one go, a line each: a thousand calls take longer.
        folded = fold(normalise("\n".join(term.phrase for term in listed))).splitlines()
        for term, pattern in zip(listed, folded, strict=True):
            by_pattern[pattern].append(term)
        # With the terms, whether the pattern begins and ends in a letter or digit, and in 'số'.
        self._patterns = [
            (tuple(group), pattern[0].isalnum(), pattern[-1].isalnum(), pattern.endswith(" số"))
            for pattern, group in by_pattern.items()
        ]
        self._matcher = ahocorasick_rs.AhoCorasick(
            list(by_pattern), matchkind=ahocorasick_rs.MatchKind.Standard
        )

    def scan(self, text: str, folded: str) -> list[Hit]:
        """Find every term that stands between word boundaries, overlapping ones too, in order.

        ``folded`` is the folded form of ``text``. Matches are filtered only afterwards: a matcher
        that prefers the longest would lose the shorter one where the longer fails the boundary.
        """
        hits: list[Hit] = []
        shouted = text.isupper()
        last = len(folded)
        for number, start, end in self._matcher.find_matches_as_indexes(folded, overlapping=True):
            terms, begins, ends, digital = self._patterns[number]
            if begins and start and folded[start - 1].isalnum():
                continue
            if ends and end < last and folded[end].isalnum():
                continue
            if digital and _NUMBERED.match(folded, end):
                continue
            for term in terms:
                if not term.exact or (text[start:end] == term.phrase and not shouted):
                    hits.append(_new(Hit, (term, start, end)))  # noqa: PERF401 - mostly one
        hits.sort(key=_END, reverse=True)
        hits.sort(key=_START)
        return hits


def by_use(hits: Iterable[Hit]) -> dict[Use, list[Hit]]:
    """Part hits by who asked for them; the order stays."""
    parted: dict[Use, list[Hit]] = {use: [] for use in USES}
    for hit in hits:
        parted[hit.term.use].append(hit)
    return parted


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Resolve overlaps: the longer hit wins, of equal ones the first; order is by place."""
    hits = list(hits)
    end = 0
    for hit in hits:
        if hit.start < end:
            return without_overlaps(sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)))
        end = hit.end
    return hits


class _Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=_Placed)


def without_overlaps(ranked: Sequence[P]) -> list[P]:
    """Keep what overlaps nothing that stands before it in the ranking; order is by place."""
    taken = bytearray(max((item.end for item in ranked), default=0))
    kept = []
    for item in ranked:
        start, end = item.start, item.end
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)
