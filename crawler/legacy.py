"""Vietnamese written before Unicode: font encodings, and how they are told from other text.

A page set in .VnTime (TCVN3) or VNI-Times holds Western letters that the font shows as Vietnamese.
What declares itself Latin-1, nothing or even UTF-8 is therefore read here by what its words become:
ordinary text in any language does not turn into Vietnamese syllables throughout.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice

# Fewer accented words than this prove nothing.
LEAST_WORDS = 12
LEAST_DIFFERENT = 8
LEAST_SHARE = 0.9
MAX_WORDS, MAX_WORD = 4_000, 40
LEAST_SIGNS = 5
# Letters that Vietnamese has and Western Europe's code page has not: a text with more of them than
# strays is no font encoding.
MOST_STRAYS = 20

_OWN = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
# Letters, and signs that fonts show as letters; accented are the words that are not all ASCII.
_WORD = re.compile(r"[A-Za-z\xa1-\u024f\u1e00-\u1eff]++")
_PIECE = re.compile(r"(<[^<>]{0,2000}>)")
# Signs that a text in an old font may also hold for their own sake.
_LONE_SIGNS = frozenset("©®»·§¶×÷¡£¥¬")
_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")
_SYLLABLE = re.compile(
    r"(?:ngh?|gh?|gi|kh?|nh?|ph|qu|th?|tr|ch?|[bdđhlmrsvx])?"
    r"(?:(?:i?ê|iêu?|uyê|uâ|ươ|uô|oo|oă|oe|oa|uê|uy|yê|ưa?|â|ă|a|e|ê|i|o|ô|ơ|u|y)(?:ch|ng|nh|[cmnpt])"
    r"|a[iouy]?|â[uy]|eo?|êu?|i[au]?|iêu|o[ai]?|oa[ioy]|oeo?|ôi?|ơi?|u[aiơy]?|uây|uê|uôi|uy[au]"
    r"|ư[aiu]?|ươ[iu]?|y|yêu)"
)
_STOPPED = re.compile(r"(?:ch|[cpt])$")

_TCVN3_CODES = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TCVN3 = str.maketrans(_TCVN3_CODES, _TCVN3_LETTERS)
_NOT_TCVN3 = str.maketrans("", "", _TCVN3_CODES)

# VNI writes a letter, then its mark. Vowel marks with the tones they carry, then tones alone.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323", "ê": "\u0306", "é": "\u0306\u0301",
    "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ",
                "í": "í", "ì": "ì"}  # fmt: skip
_VNI_PAIR = re.compile(
    "([aeoyAEOYuUôÔöÖ])([ùøûõïÙØÛÕÏ])|([aeoAEO])([âáàåãäÂÁÀÅÃÄ])|([aA])([êéèúüëÊÉÈÚÜË])"
    "|([ñôöæóòîíìÑÔÖÆÓÒÎÍÌ])"
)

_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝ"
    "ỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW = {2: "Ẳ", 5: "Ẵ", 6: "Ẫ", 20: "Ỷ", 25: "Ỹ", 30: "Ỵ"}


def without_font_encoding(text: str) -> str:
    """The text in Unicode letters where it is TCVN3 or VNI, else the very same text.

    A page in Unicode may hold a text that was pasted from a document in an old font: then each
    piece between two tags is looked at by itself.
    """
    if text.isascii():
        return text
    if _is_ordinary(text):
        fonts = [font for font in _FONTS if _has_signs(text, font[2])]
        return next((found for font in fonts if (found := _mended(text, font))), text)
    words = accented_words(text)
    for font in _FONTS:
        if is_vietnamese(_as_shown(words, font)):
            return _WORD.sub(partial(_letters, read=font[0]), text)
    return text


def _has_signs(text: str, signs: str) -> bool:
    """Whether some of a font's signs are in a text: a tenth of the time of counting all of them."""
    return sum(text.count(sign) for sign in signs if sign in text) >= LEAST_SIGNS


def _as_shown(words: Sequence[str], font: "_Font") -> list[str]:
    """Words as a font shows them; one with a letter that the font does not have is none of it."""
    read, spare, _ = font
    return [read(word) if spare(word).isascii() else "" for word in words]


def _mended(text: str, font: "_Font") -> str:
    """A text whose pieces in a font are read, or nothing if none is in it beyond doubt."""
    pieces = _PIECE.split(text)
    if not any(is_vietnamese(_as_shown(accented_words(piece), font)) for piece in pieces):
        return ""
    read = partial(_letters, read=font[0])
    return "".join(_WORD.sub(read, piece) if _is_set_in(piece, font) else piece for piece in pieces)


def _is_set_in(piece: str, font: "_Font") -> bool:
    """Whether a piece of a text that is partly in a font is in it: only so are its words words."""
    words = accented_words(piece)
    shown = sum(map(is_syllable, _as_shown(words, font)))
    return shown >= LEAST_SHARE * len(words) and shown > sum(map(is_syllable, words))


def accented_words(text: str) -> list[str]:
    """The first words of a text that have accents, lone signs such as © left out."""
    words = (found[0][:MAX_WORD] for found in _WORD.finditer(text))
    accented = (word for word in words if not word.isascii() and word not in _LONE_SIGNS)
    return list(islice(accented, MAX_WORDS))


def is_vietnamese(words: Sequence[str]) -> bool:
    """Whether accented words are Vietnamese nearly without exception, and are enough to tell."""
    good = {word for word in set(words) if is_syllable(word)}
    count = sum(word in good for word in words)
    return count >= max(LEAST_WORDS, LEAST_SHARE * len(words)) and len(good) >= LEAST_DIFFERENT


def is_syllable(word: str) -> bool:
    """Whether a word has the shape of a Vietnamese syllable with at most one tone."""
    spread = unicodedata.normalize("NFD", word.lower())
    letters = spread.translate(_TONES)
    tones = len(spread) - len(letters)
    if tones > 1 or not _SYLLABLE.fullmatch(unicodedata.normalize("NFC", letters)):
        return False
    return not _STOPPED.search(letters) or "\u0301" in spread or "\u0323" in spread


def from_viscii(body: bytes) -> str:
    """The text of VISCII bytes."""
    return "".join(
        _VISCII[sign - 128] if sign > 127 else _VISCII_LOW.get(sign, chr(sign)) for sign in body
    )


def from_tcvn(body: bytes) -> str:
    """The text of bytes that are declared to be TCVN."""
    return body.decode("latin-1").translate(_TCVN3)


#: Character sets that outlets declared and no codec of Python reads.
READERS: Mapping[str, Callable[[bytes], str]] = {
    "viscii": from_viscii,
    "csviscii": from_viscii,
    "tcvn": from_tcvn,
    "tcvn3": from_tcvn,
    "tcvn-5712": from_tcvn,
    "tcvn5712-1": from_tcvn,
    "x-viet-tcvn": from_tcvn,
    "x-viet-tcvn5712": from_tcvn,
}


def _is_ordinary(text: str) -> bool:
    return sum(1 for _ in islice(_OWN.finditer(text), MOST_STRAYS)) == MOST_STRAYS


def _letters(found: re.Match[str], read: Callable[[str], str]) -> str:
    """A word's letters, or the word itself where it is a lone sign such as © or «."""
    word = found[0]
    return word if word.isascii() or word in _LONE_SIGNS else read(word)


def _from_tcvn3(word: str) -> str:
    found = word.translate(_TCVN3)
    # Headlines are set in a font of capitals that has no codes of its own: HéI NGHÞ is HỘI NGHỊ.
    plain = [sign for sign in word if sign.isascii()]
    capitals = len(plain) > 1 and all(sign.isupper() for sign in plain)
    return found.upper() if capitals else found


def _beside_tcvn3(word: str) -> str:
    return word.translate(_NOT_TCVN3)


def _from_vni(word: str) -> str:
    return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, word))


def _beside_vni(word: str) -> str:
    return _VNI_PAIR.sub("", word)


def _vni_letter(found: re.Match[str]) -> str:
    letter, mark = [part for part in found.groups() if part] + [""] * (found.lastindex == 7)
    plain = _VNI_LETTERS.get(letter.lower(), letter.lower())
    whole = plain + _VNI_MARKS.get(mark.lower(), "")
    return whole.upper() if letter.isupper() else whole


#: How a font's words are read, what is left of a word without the font's letters, and signs that
#: are frequent in the font and rare elsewhere.
_Font = tuple[Callable[[str], str], Callable[[str], str], str]
_FONTS: tuple[_Font, ...] = (
    (_from_tcvn3, _beside_tcvn3, "®¸"),
    (_from_vni, _beside_vni, "ñö"),
)
