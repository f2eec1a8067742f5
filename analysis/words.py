"""The words of a text as revisions are judged by them: which are figures, which are names."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.text import fold

# 1.600 and 20/11 and Covid-19 are one word each.
_WORD = re.compile(r"[^\W_]+(?:[.,:/-](?=\d)[^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…:\n\"“•-]\s*$")
# 'năm' is also 'year', and five is seldom written out.
_NUMERALS = frozenset(
    ("một", "hai", "ba", "bốn", "tư", "lăm", "sáu", "bảy", "tám", "chín", "mười", "mươi",
     "trăm", "nghìn", "ngàn", "triệu", "tỷ", "tỉ")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in normal form: where they stand, and folded for comparison."""

    text: str
    spans: list[tuple[int, int]]
    keys: list[str]

    def raw(self, place: int) -> str:
        """Give a word as it stands."""
        return self.text[slice(*self.spans[place])]

    def begins(self, place: int) -> bool:
        """Tell whether a sentence begins with a word."""
        end = self.spans[place - 1][1] if place else 0
        return not place or bool(_SENTENCE_END.search(self.text[end : self.spans[place][0]]))

    def is_capital(self, place: int) -> bool:
        """Tell whether there is a word at that place and it has a capital."""
        return place < len(self.spans) and self.text[self.spans[place][0]].isupper()


def words(text: str) -> Words:
    """List the words of a text in normal form."""
    folded = fold(text)
    spans = [match.span() for match in _WORD.finditer(folded)]
    keys = [folded[start:end] for start, end in spans]
    return Words(text, spans, [k.replace(",", ".") if "," in k else k for k in keys])


def figures(text: Words, places: Iterable[int]) -> Counter[str]:
    """Count the numbers at some places, in figures or in words."""
    keys = (text.keys[place] for place in places)
    return Counter(key for key in keys if key in _NUMERALS or any(sign.isdigit() for sign in key))


def names(text: Words, places: Iterable[int], whole: str) -> Counter[str]:
    """Count the words at some places that belong to names.

    A capital that begins a sentence is no sign, unless another follows and the word is nowhere in
    the ``whole`` text written small.
    """
    return Counter(
        text.keys[place]
        for place in places
        if text.is_capital(place)
        and (not text.begins(place) or _begins_with_name(text, place, whole))
    )


def _begins_with_name(text: Words, place: int, whole: str) -> bool:
    follows = text.is_capital(place + 1) and not text.begins(place + 1)
    return follows and f" {text.raw(place).lower()} " not in whole
