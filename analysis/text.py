"""Vietnamese text: its normal form, folding for comparison, syllables and paragraphs."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Halves of characters, as broken JSON brings them, cannot be encoded and so not be hashed.
_PLAIN = {**dict.fromkeys(map(ord, _SPACES), " "), **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
_MARK_RUN = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MOST_MARKS = 30
_FOLDING = {
    **_PLAIN,
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4\uff07"), "'"),
    # The only capital whose lower case is longer than itself; it would shift every offset after it.
    ord("\u0130"): "i",
    ord("\t"): " ",
    **dict.fromkeys(map(ord, "\u00d0\u00f0\u0189\u0256\u0110"), "đ"),
}
# Few characters of a text need any of this: to find them is faster than to look each one up.
_NOT_PLAIN = re.compile(f"[{_SPACES}\ud800-\udfff]")
_FOLDED = re.compile("[" + "".join(map(re.escape, map(chr, _FOLDING))) + "]")
_MARKS = {"o": "òóỏõọ", "u": "ùúủũụ", "a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
_LATE_TONE = re.compile(
    rf"o[{_MARKS['a']}{_MARKS['e']}](?![^\W\d_])|(?<!q)u[{_MARKS['y']}](?![^\W\d_])|(?<=q)[{_MARKS['u']}]y"
)
_SWAPS = {
    **{"o" + late: early + "a" for early, late in zip(_MARKS["o"], _MARKS["a"], strict=True)},
    **{"o" + late: early + "e" for early, late in zip(_MARKS["o"], _MARKS["e"], strict=True)},
    **{"u" + late: early + "y" for early, late in zip(_MARKS["u"], _MARKS["y"], strict=True)},
    **{early + "y": "u" + late for early, late in zip(_MARKS["u"], _MARKS["y"], strict=True)},
}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_SYLLABLE = re.compile(r"[^\W_]+")
_LINE = re.compile(r"[^\n]+")


def normalise(text: str) -> str:
    """Give the form used everywhere inside: NFC, no invisible characters, plain spaces."""
    return normalise_mapped(text)[0] if _needs_care(text) else _plain(_composed(text))


def normalise_mapped(text: str) -> tuple[str, list[int] | None]:
    """Give the normal form and, for each of its offsets, the offset in the text given.

    The list has one more item than the normal form has characters; it is None where nothing moved.
    """
    if not _needs_care(text) and unicodedata.is_normalized("NFC", text):
        return _plain(text), None
    pieces: list[str] = []
    origins: list[int] = []
    for start, group in _composing_groups(text):
        piece = _composed(group)
        pieces.append(piece)
        origins.extend([start] * len(piece))
    origins.append(len(text))
    return _plain("".join(pieces)), origins


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub(lambda found: _PLAIN[ord(found[0])], text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _needs_care(text: str) -> bool:
    """Tell whether there is something to leave out before composing."""
    return bool(_INVISIBLE.search(text) or _excess(text))


def _excess(text: str) -> set[int]:
    """Find the marks beyond the thirtieth in a row (UAX 15, stream-safe text).

    No language needs them, and composing takes time that grows with the square of the run.
    """
    places: set[int] = set()
    for run in _MARK_RUN.finditer(text):
        marks = [p for p in range(*run.span()) if unicodedata.combining(text[p])]
        places.update(marks[_MOST_MARKS:])
    return places


def _composing_groups(text: str) -> list[tuple[int, str]]:
    """Cut a text, without what is left out, into runs that composition cannot join."""
    excess = _excess(text)
    groups: list[tuple[int, list[str]]] = []
    for place, character in enumerate(text):
        if place in excess or _INVISIBLE.match(character):
            continue
        if groups and _joins(groups[-1][1], character):
            groups[-1][1].append(character)
        else:
            groups.append((place, [character]))
    return [(start, "".join(characters)) for start, characters in groups]


def _joins(before: list[str], character: str) -> bool:
    """Tell whether a character may compose with, or be reordered among, what stands before."""
    if character < "\u0300":
        return False
    if unicodedata.combining(character):
        return True
    group = "".join(before)
    return _composed(group + character) != _composed(group) + _composed(character)


def fold(text: str) -> str:
    """Fold NFC text for comparison, character by character: the length stays the same.

    Lower case, one place for the tone mark (hoà and hòa, uỷ and ủy, qúy and quý), plain quotes,
    dashes and spaces, one letter đ.
    """
    plain = _FOLDED.sub(lambda found: _FOLDING[ord(found[0])], text).lower()
    return _LATE_TONE.sub(lambda late: _SWAPS[late.group()], plain)


def search_fold(text: str) -> str:
    """Fold further, for search boxes and identifiers: no accents, đ as d."""
    bare = unicodedata.normalize("NFD", fold(normalise(text)))
    return _BEYOND_ASCII.sub(_without_mark, _LATIN_MARKS.sub("", bare)).replace("đ", "d")


def _without_mark(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def slug(text: str) -> str:
    """Give the ASCII form used in identifiers: search-folded syllables joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", search_fold(text)))


def syllables(folded: str) -> list[str]:
    """List the runs of letters and digits of a folded text."""
    return _SYLLABLE.findall(folded)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Give start and end of each line that is not blank, without the spaces around it."""
    found = []
    for line in _LINE.finditer(text):
        content = line.group()
        start = line.start() + len(content) - len(content.lstrip())
        end = line.start() + len(content.rstrip())
        if start < end:
            found.append((start, end))
    return found
