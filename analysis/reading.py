"""An article as it is read: three fields, folded, trimmed and scanned for phrases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from analysis.automaton import Automaton, Hit, Use, by_use
from analysis.text import fold, normalise_mapped, paragraphs, syllables
from analysis.trimming import article_lines, only

FieldName = Literal["title", "lead", "text"]
FIELDS: tuple[FieldName, ...] = ("title", "lead", "text")
Zone = Literal["title", "lead", "body"]
ZONES: tuple[Zone, ...] = ("title", "lead", "body")

# More than any article; what follows is not read.
MAX_CHARACTERS = 200_000
# Where no lead is given, the text's first paragraphs up to this many syllables stand for it.
LEAD_SYLLABLES = 50
LONGEST_LEAD = 120
# The hour does not matter to any rule, the day in Vietnam does.
_VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its text in normal form with the parts outside the article blanked.

    ``hits`` are what was found in it, by use, in order.
    ``given`` is the text as it was given, ``origins`` maps offsets to those in it, None where they
    are the same; ``whole`` is folded, too, and nothing in it is blanked. ``words`` are the
    syllables of ``folded``.
    ``lead_end`` is where the zone ``lead`` ends in it, or the lead that it repeats.
    """

    name: FieldName
    given: str
    text: str
    folded: str
    whole: str
    words: list[str]
    hits: Mapping[Use, Sequence[Hit]]
    origins: list[int] | None = None
    lead_end: int = 0

    def zone(self, place: int) -> Zone:
        """Tell which zone an offset of this field lies in."""
        if self.name == "text":
            return "lead" if place < self.lead_end else "body"
        return self.name


@dataclass(frozen=True, slots=True)
class Reading:
    """The fields of an article that have text, and the day it was published, if known."""

    fields: tuple[Field, ...]
    published: date | None = None

    def folded(self) -> tuple[str, str, str]:
        """Give title, lead and text, folded; nothing in them is blanked."""
        folded = {field.name: field.whole for field in self.fields}
        return folded.get("title", ""), folded.get("lead", ""), folded.get("text", "")


def read_article(
    title: str, lead: str, text: str, published_at: datetime | None, automaton: Automaton
) -> Reading:
    """Read an article. ``published_at`` is aware or None."""
    given = zip(FIELDS, (title, lead, text), strict=True)
    fields: list[Field] = []
    for name, content in given:
        if content:
            above = fields[-1].whole if fields and fields[-1].name == "lead" else ""
            fields.append(_field(name, content, automaton, above.strip()))
    return Reading(tuple(fields), _day(published_at))


def _field(name: FieldName, content: str, automaton: Automaton, above: str) -> Field:
    """Read one field; ``above`` is the lead, folded, if one is given."""
    normal, origins = normalise_mapped(content[:MAX_CHARACTERS])
    folded = whole = fold(normal)
    kept = normal
    lines = article_lines(normal, whole) if name == "text" else None
    if lines is not None:
        kept, folded = only(lines, normal), only(lines, whole)
    hits: Mapping[Use, Sequence[Hit]] = by_use(automaton.scan(kept, folded))
    lead_end = 0
    if name == "text" and not above:
        lead_end = _lead_end(kept)
    elif name == "text" and whole.startswith(above):
        lead_end = len(above)
        hits = _beyond(lead_end, hits)
    return Field(name, content, kept, folded, whole, syllables(folded), hits, origins, lead_end)


def _beyond(end: int, hits: Mapping[Use, Sequence[Hit]]) -> Mapping[Use, Sequence[Hit]]:
    """Leave out what speaks of the theme before ``end``: said once more it is no more so.

    Names stay: what they are is told by others beside them.
    """
    return {
        use: [hit for hit in found if hit.start >= end or not _of_the_theme(hit)]
        for use, found in hits.items()
    }


def _of_the_theme(hit: Hit) -> bool:
    return hit.term.use in ("topic", "cue") or hit.term.owner.startswith("theme:")


def _lead_end(text: str) -> int:
    """Give the end of the first paragraphs that together are as long as a lead."""
    total = 0
    for start, end in paragraphs(text):
        total += len(syllables(text[start:end]))
        if total >= LEAD_SYLLABLES:
            return min(end, start + LONGEST_LEAD * 8)
    return len(text)


def _day(moment: datetime | None) -> date | None:
    # The calendar's ends cannot be moved to another zone, and are no day of publication.
    if moment is None or not 1900 <= moment.year < 9999:
        return None
    return moment.astimezone(_VIETNAM).date()
