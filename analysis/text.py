"""Vietnamese text: its normal form, folding for comparison, syllables and paragraphs."""

import re
import unicodedata
from codecs import charmap_build, charmap_decode, charmap_encode

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_SPACES = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Halves of characters, as broken JSON brings them, cannot be encoded and so not be hashed.
_PLAIN = {
    **dict.fromkeys(map(ord, _SPACES), " "),
    **dict.fromkeys(map(ord, "\u2028\u2029"), "\n"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_MARK_RUN = re.compile(r"[^\x00-\x7fÀ-ÖØ-öø-ɏḀ-ỿ\w\s]{31,}")
# Characters that stay as they are and compose with nothing before them: nearly all of any text.
_INERT = "\\x00-\\x7f\u00a1-\u00ac\u00ae-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u203b\u20ac\u2122"
_CARE = re.compile(f"[^{_INERT}]")
_CARE_RUN = re.compile(
    f"(?P<marked>[{_INERT}][\u0300-\u034e\u0350-\u036f]{{1,30}}(?=[{_INERT}]|$))|[{_INERT}]?[^{_INERT}]+"
)
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
_NOT_PLAIN = re.compile(f"[{_SPACES}\u2028\u2029\ud800-\udfff]")
_FOLDED = re.compile("[" + "".join(map(re.escape, map(chr, _FOLDING))) + "]")
# What Vietnamese writes beyond a to z, in small letters.
LETTERS = "ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
_MARKS = {"o": "òóỏõọ", "u": "ùúủũụ", "a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
# A pattern that begins with a letter is tried only where that letter is.
_LATE_TONE = re.compile(
    rf"[ou{_MARKS['u']}](?:(?<=o)[{_MARKS['a']}{_MARKS['e']}](?![^\W\d_])"
    rf"|(?<=u)(?<!qu)[{_MARKS['y']}](?![^\W\d_])|(?<=q[{_MARKS['u']}])y)"
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
    if not _CARE.search(text):
        return text
    return normalise_mapped(text)[0] if _holds_too_much(text) else _plain(_composed(text))


def normalise_mapped(text: str) -> tuple[str, list[int] | None]:
    """Give the normal form and, for each of its offsets, the offset in the text given.

    The list has one more item than the normal form has characters; it is None where nothing moved.
    """
    if not _CARE.search(text):
        return text, None
    if not _holds_too_much(text) and unicodedata.is_normalized("NFC", text):
        return _plain(text), None
    excess = _excess(text)
    pieces: list[str] = []
    origins: list[int] = []
    place = 0
    for run in _CARE_RUN.finditer(text):
        pieces.append(text[place : run.start()])
        origins.extend(range(place, run.start()))
        for start, group in _composing_groups(run, excess):
            piece = _composed(group)
            pieces.append(piece)
            origins.extend([start] * len(piece))
        place = run.end()
    pieces.append(text[place:])
    origins.extend(range(place, len(text) + 1))
    return _plain("".join(pieces)), origins


def _plain(text: str) -> str:
    return _NOT_PLAIN.sub(lambda found: _PLAIN[ord(found[0])], text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _holds_too_much(text: str) -> bool:
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


def _composing_groups(run: re.Match[str], excess: set[int]) -> list[tuple[int, str]]:
    """Cut a run, without what is left out, into groups that composition cannot join."""
    if run["marked"] and not excess:
        return [(run.start(), run[0])]
    groups: list[tuple[int, list[str]]] = []
    for place, character in enumerate(run[0], run.start()):
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
    return bare(fold(normalise(text)))


def bare(folded: str) -> str:
    """Take the accents off a folded text, and write đ as d."""
    octets = _octets(folded)
    return _bare(folded) if octets is None else charmap_decode(octets, "strict", _PAGE_BARE)[0]


def _bare(folded: str) -> str:
    decomposed = unicodedata.normalize("NFD", folded)
    unmarked = _LATIN_MARKS.sub("", decomposed)
    return _BEYOND_ASCII.sub(_without_mark, unmarked).replace("đ", "d")


def _without_mark(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def slug(text: str) -> str:
    """Give the ASCII form used in identifiers: search-folded syllables joined by hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", search_fold(text)))


def syllables(folded: str) -> list[str]:
    """List the runs of letters and digits of a folded text."""
    octets = _octets(folded)
    if octets is None:
        return _SYLLABLE.findall(folded)
    return charmap_decode(octets, "strict", _PAGE_WORDS)[0].split()


def bare_syllables(folded: str) -> list[str]:
    """List the same without accents, and đ as d."""
    octets = _octets(folded)
    if octets is None:
        return _SYLLABLE.findall(_bare(folded))
    return charmap_decode(octets, "strict", _PAGE_BARE_WORDS)[0].split()


def letters(folded: str) -> tuple[int, int]:
    """Count the letters of a folded text, and those of them that Vietnamese has beyond a to z."""
    octets = _octets(folded)
    if octets is None:
        return sum(map(str.isalpha, folded)), sum(map(LETTERS.__contains__, folded))
    signs, own = octets.translate(None, _LETTER_OCTETS), octets.translate(None, _OWN_OCTETS)
    return len(octets) - len(signs), len(octets) - len(own)


def _octets(folded: str) -> bytes | None:
    """Write a folded text with one byte a character, None if it holds others than news do."""
    try:
        return charmap_encode(folded, "strict", _PAGE_MAP)[0]
    except UnicodeEncodeError:
        return None


# Folded text needs few characters: ASCII, Vietnamese, what else Latin-1 has, some signs. Written in
# bytes, what is asked of each character is answered for all of them at once, outside Python.
_LATIN_1 = fold("".join(map(chr, range(0xA1, 0x100))).replace("\u00ad", ""))
_PAGE = "".join(sorted({*map(chr, range(0x80)), *LETTERS, *_LATIN_1, *"…•™€●"}))
_PAGE_MAP = charmap_build(_PAGE)
_PAGE_BARE = "".join(map(_bare, _PAGE))
_PAGE_WORDS = "".join(c if _SYLLABLE.match(c) else " " for c in _PAGE)
_PAGE_BARE_WORDS = "".join(c if _SYLLABLE.match(c) else " " for c in _PAGE_BARE)
_LETTER_OCTETS = bytes(n for n, c in enumerate(_PAGE) if c.isalpha())
_OWN_OCTETS = bytes(n for n, c in enumerate(_PAGE) if c in LETTERS)


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
