"""What changed between two texts, word by word, as a short list of operations.

``["=", n, words]`` keeps n code points of the old text (``words`` shows them, shortened),
``["-", words]`` takes words out, ``["+", words]`` puts words in. The list is ready for JSON.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

Operation = list[Any]
Hunk = tuple[int, int, int, int]

# A word goes with the blanks behind it, so that the pieces of a text add up to it; the end of a
# paragraph is a piece of its own, so that another one behind it leaves its last word alone.
_PIECE = re.compile(r"\S+[^\S\n]*|\s+")
# More than any article; what follows is one piece.
MOST_PIECES = 20_000
# Where no word tells the way, ranges are compared each with each, in all so many pairs of words.
MOST_PAIRS = 200_000
CONTEXT_WORDS = 6


def difference(old: str, new: str) -> list[Operation]:
    """Give the operations that make the new text of the old one."""
    before, after = _pieces(old), _pieces(new)
    operations: list[Operation] = []
    place = 0
    for start, end, into, until in hunks(before, after):
        _add(operations, _kept("".join(before[place:start])))
        _add(operations, ["-", "".join(before[start:end])])
        _add(operations, ["+", "".join(after[into:until])])
        place = end
    _add(operations, _kept("".join(before[place:])))
    return operations


def applied(old: str, operations: Iterable[Sequence[Any]]) -> str:
    """Give the text that operations make of the old one."""
    pieces = []
    place = 0
    for sign, value, *_ in operations:
        if sign == "+":
            pieces.append(value)
            continue
        length = value if sign == "=" else len(value)
        if sign == "=":
            pieces.append(old[place : place + length])
        place += length
    return "".join(pieces)


def hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """List the ranges (i, j, k, m) where old[i:j] became new[k:m]; all else is equal, in order.

    Words that either side has just once tell the way (the 'patience' method): the time grows with
    the length, not with its square.
    """
    found: list[Hunk] = []
    ranges: list[Hunk] = [(0, len(old), 0, len(new))]
    pairs_left = MOST_PAIRS
    while ranges:
        start, end, into, until = _narrowed(old, new, ranges.pop())
        if start == end or into == until:
            found += [(start, end, into, until)] if (start, into) != (end, until) else []
            continue
        if set(old[start:end]).isdisjoint(new[into:until]):
            found.append((start, end, into, until))
            continue
        anchors = _anchors(old[start:end], new[into:until])
        if anchors:
            ranges += _between(anchors, (start, end, into, until))
            continue
        pairs_left -= (end - start) * (until - into)
        if pairs_left < 0:
            found.append((start, end, into, until))
        else:
            found += _compared(old, new, (start, end, into, until))
    return sorted(found)


def _pieces(text: str) -> list[str]:
    pieces = _PIECE.findall(text)
    if len(pieces) > MOST_PIECES:
        pieces[MOST_PIECES:] = ["".join(pieces[MOST_PIECES:])]
    return pieces


def _add(operations: list[Operation], operation: Operation) -> None:
    if operation[1]:
        operations.append(operation)


def _kept(run: str) -> Operation:
    words = run.split()
    if len(words) > 2 * CONTEXT_WORDS:
        words = [*words[:CONTEXT_WORDS], "…", *words[-CONTEXT_WORDS:]]
    return ["=", len(run), " ".join(words)]


def _narrowed(old: Sequence[str], new: Sequence[str], hunk: Hunk) -> Hunk:
    """Leave out what both have at the beginning and at the end."""
    start, end, into, until = hunk
    while start < end and into < until and old[start] == new[into]:
        start, into = start + 1, into + 1
    while start < end and into < until and old[end - 1] == new[until - 1]:
        end, until = end - 1, until - 1
    return start, end, into, until


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Find the words that both have once and in the same order."""
    in_old, in_new = Counter(old), Counter(new)
    places = {word: place for place, word in enumerate(new) if in_new[word] == 1}
    pairs = [
        (place, places[word])
        for place, word in enumerate(old)
        if word in places and in_old[word] == 1
    ]
    return _longest_rise(pairs)


def _longest_rise(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the longest part of pairs, in order, whose second numbers rise."""
    tops: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, value) in enumerate(pairs):
        pile = bisect_left(tops, value)
        before.append(tails[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            tails.append(number)
        else:
            tops[pile], tails[pile] = value, number
    chain = []
    number = tails[-1] if tails else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _between(anchors: Iterable[tuple[int, int]], hunk: Hunk) -> list[Hunk]:
    start, end, into, until = hunk
    gaps = []
    place, target = start, into
    for one, other in anchors:
        gaps.append((place, start + one, target, into + other))
        place, target = start + one + 1, into + other + 1
    return [*gaps, (place, end, target, until)]


def _compared(old: Sequence[str], new: Sequence[str], hunk: Hunk) -> list[Hunk]:
    start, end, into, until = hunk
    matcher = SequenceMatcher(None, old[start:end], new[into:until], autojunk=False)
    return [
        (start + i, start + j, into + k, into + m)
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]
