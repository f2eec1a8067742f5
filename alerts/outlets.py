"""What operators are told of outlets that fall silent, are misread, or are well again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from alerts import standings
from alerts.lines import one_line
from messages.catalogue import N_, translations
from storage.filters import Filter
from storage.tables import Event

MOST = 50
"""Outlets told of in one message; the others are counted."""

_HEADLINES = {
    "source.silent": N_("{outlet} brings no news"),
    "source.drift": N_("{outlet} is no longer read as it was"),
    "source.recovered": N_("{outlet} is well again"),
}


@dataclass(frozen=True, slots=True)
class OutletNote:
    """One thing to tell of an outlet, in the reader's language, and since when it is so."""

    source: str
    headline: str
    reason: str
    since: datetime
    mended: bool


@dataclass(frozen=True, slots=True)
class OutletReport:
    """What one message tells; ``omitted`` counts what it has no room for."""

    language: str
    zone: tzinfo
    notes: Sequence[OutletNote]
    omitted: int = 0

    @property
    def headline(self) -> str:
        """What is told, in a line."""
        if len(self.notes) == 1:
            return self.notes[0].headline
        count = len(self.notes) + self.omitted
        return (
            translations(self.language)
            .ngettext("{count} outlet to look at", "{count} outlets to look at", count)
            .format(count=count)
        )

    @property
    def subject(self) -> str:
        """The subject of a mail."""
        return f"Điểm Báo: {self.headline}"

    @property
    def text(self) -> str:
        """What is told, as plain lines."""
        lines = [self.subject, *(f"• {note.headline}: {note.reason}" for note in self.notes)]
        return "\n".join(lines)


def report(
    events: Sequence[Event],
    wanted: Filter,
    known: Mapping[str, tuple[str, str]],
    zone: tzinfo,
    language: str,
) -> OutletReport | None:
    """Tell of what concerns a subscription; None if nothing does.

    ``known`` gives name and kind of outlets by id.
    """
    kinds = {source: kind for source, (_name, kind) in known.items()}
    told = [
        event
        for event in events
        if event.type in standings.TOLD and standings.concerns(event, wanted, kinds)
    ]
    if not told:
        return None
    names = {source: name for source, (name, _kind) in known.items()}
    notes = [_note(event, names, zone, language) for event in told[-MOST:]]
    return OutletReport(language, zone, notes, len(told) - len(notes))


def _note(event: Event, names: Mapping[str, str], zone: tzinfo, language: str) -> OutletNote:
    source = event.source or ""
    outlet = one_line(names.get(source, source), 100)
    return OutletNote(
        source=source,
        headline=translations(language).gettext(_HEADLINES[event.type]).format(outlet=outlet),
        reason=standings.reason_in_words(event.data.get("reason", {}), zone, language),
        since=datetime.fromisoformat(event.data["since"]),
        mended=event.type == "source.recovered",
    )
