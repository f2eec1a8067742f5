"""Finding thousands of phrases in one pass (Aho and Corasick 1975)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import ahocorasick_rs

from analysis.text import fold, normalise


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase to look for, as written, and what it says.

    ``use`` is the part of the analysis that asked for it, ``owner`` its group, topic or entity
    there, ``exact`` whether upper and lower case must be as written.
    """

    phrase: str
    use: Literal["relevance", "topic", "entity"]
    owner: str
    weight: float = 1.0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found at ``start`` to ``end`` of the text scanned."""

    term: Term
    start: int
    end: int


def needs_case(phrase: str) -> bool:
    """Tell whether a phrase is one word with a capital: AI is not 'ai', nor Bộ 'bộ'."""
    return " " not in phrase and phrase != phrase.lower()


class Automaton:
    """All terms in one matcher, built once."""

    def __init__(self, terms: Iterable[Term]) -> None:
        by_pattern: defaultdict[str, list[Term]] = defaultdict(list)
        for term in terms:
            by_pattern[fold(normalise(term.phrase))].append(term)
        self._terms = [tuple(group) for group in by_pattern.values()]
        self._matcher = ahocorasick_rs.AhoCorasick(
            list(by_pattern), matchkind=ahocorasick_rs.MatchKind.Standard
        )

    def scan(self, text: str, folded: str) -> list[Hit]:
        """Find every term that stands between word boundaries, overlapping ones too, in order.

        ``folded`` is the folded form of ``text``. Matches are filtered only afterwards: a matcher
        that prefers the longest would lose the shorter one where the longer fails the boundary.
        """
        shouted = text.isupper()
        hits: list[Hit] = []
        for number, start, end in self._matcher.find_matches_as_indexes(folded, overlapping=True):
            if not _stands_alone(folded, start, end):
                continue
            written = text[start:end]
            hits.extend(
                Hit(term, start, end)
                for term in self._terms[number]
                if not term.exact or (written == term.phrase and not shouted)
            )
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _stands_alone(folded: str, start: int, end: int) -> bool:
    before = start == 0 or not (folded[start - 1].isalnum() and folded[start].isalnum())
    after = end == len(folded) or not (folded[end].isalnum() and folded[end - 1].isalnum())
    return before and after


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Resolve overlaps: the longer hit wins, of equal ones the first; order is by place."""
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        places = range(hit.start, hit.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)
