"""What an outlet changed in words, in the reader's language."""

from alerts.lines import one_line
from messages.catalogue import translations
from storage.revisions import Edit

_TITLE = 160
_PART = 80


def edit_in_words(edit: Edit, language: str) -> list[str]:
    """Say what changed in an article, a short sentence each; its words are cleaned."""
    say = translations(language)
    told = []
    if edit.title:
        told.append(
            say.gettext("Title before: “{title}”").format(title=one_line(edit.title, _TITLE))
        )
    if edit.figures:
        pairs = [f"{one_line(old, _PART)} → {one_line(new, _PART)}" for old, new in edit.figures]
        told.append(say.gettext("Figures: {pairs}").format(pairs="; ".join(pairs)))
    for frame, names in (
        (say.gettext("Now named: {names}"), edit.named),
        (say.gettext("No longer named: {names}"), edit.unnamed),
    ):
        if names:
            told.append(frame.format(names=", ".join(one_line(name, _PART) for name in names)))
    if not told and (edit.added or edit.removed):
        told.append(
            say.gettext("Text: about {added} words more, {removed} less").format(
                added=edit.added, removed=edit.removed
            )
        )
    return told
