"""Errors that can be told in each language."""

from collections.abc import Callable

from messages.catalogue import N_

Translate = Callable[[str], str]

# What the system and the databases say most often.
_SYSTEM = frozenset({
    N_("No such file or directory"), N_("Permission denied"), N_("Is a directory"),
    N_("Not a directory"), N_("File exists"), N_("File name too long"),
    N_("No space left on device"), N_("Read-only file system"), N_("Address already in use"),
    N_("Cannot assign requested address"), N_("Name or service not known"),
    N_("file is not a database"), N_("unable to open database file"),
    N_("database or disk is full"), N_("attempt to write a readonly database"),
    N_("database is locked"), N_("database disk image is malformed"),
})  # fmt: skip


class Told(Exception):  # noqa: N818 - the base of the rooms' errors, and none by itself
    """An error told by an English sentence with named places, and what stands in these.

    The sentence is marked with ``N_`` where it is raised. A value may be an error, of ours or of
    others. As a text it is English: so logs are.
    """

    def __init__(self, sentence: str = "", /, **values: object) -> None:
        self.sentence = sentence
        self.values = {name: bare(value) for name, value in values.items()}
        super().__init__(sentence.format(**self.values) if values else sentence)

    def in_words(self, translate: Translate) -> str:
        """Tell it in the language that ``translate`` gives sentences in."""
        told = translate(self.sentence) if self.sentence else ""
        if not self.values:
            return told
        values = {name: in_words(value, translate) for name, value in self.values.items()}
        return told.format(**values)


def in_words(value: object, translate: Translate) -> object:
    """Tell an error, or what the system says, in a language; all else stays as it is."""
    if isinstance(value, Told):
        return value.in_words(translate)
    words = bare(value)
    return translate(words) if isinstance(words, str) and words in _SYSTEM else words


def bare(value: object) -> object:
    """Give what another's error says, without its number and the file that is named anyway."""
    if isinstance(value, OSError):
        return value.strerror or str(value)
    return str(value) if isinstance(value, Exception) and not isinstance(value, Told) else value
