"""What an outlet changed in an article, and whether it matters to a reader.

No change at all: blanks, composed or decomposed letters, the tone mark's place, the shape of quotes
and dashes; captions, byline and reading lists; counters, 'cập nhật 5 phút trước', invitations to
follow (see `analysis.furniture`); a lead that is now the first paragraph.
A change in substance: other words in the title (not just an accent), other figures, other names,
or more than a few words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from analysis.furniture import without_furniture
from analysis.text import fold, normalise, search_fold, syllables
from analysis.trimming import trim
from analysis.worddiff import difference, hunks
from analysis.words import Words, figures, names, words

# 'A few words': so many, or in a short text this part of it, but always two.
FEW_WORDS = 8
FEW_PART = 0.03
LEAST_FEW = 2
FIELDS = ("title", "lead", "text")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an article at one time."""

    title: str
    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change worth keeping.

    ``reasons`` say what makes it one in substance: ``title``, ``figures``, ``names``, ``words``.
    ``operations`` hold `analysis.worddiff` operations by field, for the fields that changed.
    """

    reasons: tuple[str, ...]
    operations: dict[str, list[Any]]

    @property
    def substantial(self) -> bool:
        """Whether readers should hear of it."""
        return bool(self.reasons)

    def as_json(self) -> dict[str, Any]:
        """Give the change as it is kept: operations by field, and ``reasons``."""
        return {**self.operations, "reasons": list(self.reasons)}


def change(old: Wording, new: Wording) -> Change | None:
    """Say what changed between two wordings; None where nothing did that is worth keeping."""
    if old == new:
        return None
    reasons = _body_reasons(old, new)
    if reasons is None and _shape(old.title) == _shape(new.title):
        return None
    # Another word in the title matters; an accent that was forgotten there does not.
    title = ["title"] if spelt(old.title) != spelt(new.title) else []
    operations = {
        field: difference(one, other)
        for field in FIELDS
        if (one := getattr(old, field)) != (other := getattr(new, field))
    }
    return Change((*title, *(reasons or ())), operations)


def _shape(title: str) -> str:
    """A title with its capitals and signs, quotes, dashes and blanks made alike."""
    normal = normalise(title)
    folded = fold(normal)
    capital = (
        letter.upper() if given.isupper() else letter
        for given, letter in zip(normal, folded, strict=True)
    )
    return " ".join("".join(capital).replace("'", '"').split())


def spelt(title: str) -> list[str]:
    """Give a title's words as far as their change matters: an accent forgotten is none."""
    return syllables(search_fold(title))


def _body_reasons(old: Wording, new: Wording) -> list[str] | None:
    """Say why the change of lead and text is one in substance; None if no word changed."""
    old_lines, new_lines = _lines(old), _lines(new)
    ranges = hunks(old_lines, new_lines)
    # Lines that stayed need no closer look: it would take most of the time.
    before = _words(line for start, end, _, _ in ranges for line in old_lines[start:end])
    after = _words(line for _, _, start, end in ranges for line in new_lines[start:end])
    found = hunks(before.keys, after.keys)
    if not found:
        return None
    out = [number for start, end, _, _ in found for number in range(start, end)]
    into = [number for _, _, start, end in found for number in range(start, end)]
    whole = " ".join((*old_lines, *new_lines))
    few = _few(sum(len(line.split()) for line in old_lines))
    checks = (
        ("figures", figures(before, out) != figures(after, into)),
        ("names", names(before, out, whole) != names(after, into, whole)),
        ("words", sum(max(j - i, n - m) for i, j, m, n in found) > few),
    )
    return [reason for reason, matters in checks if matters]


def _lines(wording: Wording) -> list[str]:
    """The lines of lead and text as one run: outlets move the border between them."""
    return [line.strip() for line in f"{wording.lead}\n{trim(wording.text)}".splitlines()]


def _words(lines: Iterable[str]) -> Words:
    return words(without_furniture(normalise("\n".join(lines))))


def worded(text: Wording) -> Words:
    """Give the words of lead and text that count, page furniture left out."""
    return _words(_lines(text))


def _few(total: int) -> float:
    return min(FEW_WORDS, max(LEAST_FEW, total * FEW_PART))
