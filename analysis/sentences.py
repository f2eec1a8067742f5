"""Where sentences end: not after TP., TS. or a number, not inside TP.HCM, Q.1 and 1.600."""

import re
from collections.abc import Iterator

# A full stop after these belongs to the word before it, and the sentence goes on.
_SHORT = frozenset(
    ("tp", "t.p", "tx", "tt", "q", "p", "h", "x", "ts", "ths", "gs", "pgs", "bs", "ks", "kts", "ds",
     "cn", "ls", "nxb", "đt", "tel", "tr", "vd", "mr", "mrs", "ms", "dr", "prof", "st", "no", "vs",
     "bscki", "bsckii", "bsck1", "bsck2", "gdđt", "th.s", "t.s", "lm", "hlv")
)  # fmt: skip
_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n")
_WORD_BEFORE = re.compile(r"[^\W_]+(?:\.[^\W_]+)*$")
_NEXT = re.compile(r"\s*[\"'“‘(\[-]*\s*(\S?)")
_LONGEST_WORD = 30


def ends(text: str, start: int = 0, stop: int | None = None) -> Iterator[int]:
    """Give where sentences end between two places of a text, behind their last sign.

    A line's end is one; so is a full stop, unless it belongs to an abbreviation, an initial or the
    number of a list, or what follows is written small.
    """
    for found in _STOP.finditer(text, start, len(text) if stop is None else stop):
        if found[0] == "\n" or not _goes_on(text, found):
            yield found.end()


def sentence_around(text: str, start: int, end: int, most: int) -> tuple[int, int]:
    """Give start and end of the sentence that holds a place, at most so many characters away."""
    before = list(ends(text, max(0, start - most), start))
    after = next(ends(text, end, min(len(text), end + most)), min(len(text), end + most))
    begin = before[-1] if before else max(0, start - most)
    return begin, after


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    following = _NEXT.match(text, stop.end())
    if following and following[1].islower():
        return True
    if stop[0] != ".":
        return False
    word = _WORD_BEFORE.search(text, max(0, stop.start() - _LONGEST_WORD), stop.start())
    if word is None:
        return False
    parts = word[0].lower().split(".")
    if word[0].isdigit():
        return _begins_line(text, word.start())
    is_initial = len(parts[-1]) == 1 and word[0][-1].isupper()
    return word[0].lower() in _SHORT or parts[-1] in _SHORT or is_initial


def _begins_line(text: str, place: int) -> bool:
    return not text[text.rfind("\n", 0, place) + 1 : place].strip()
