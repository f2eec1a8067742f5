"""From an outlet's bytes to text: character sets, XML prologs, gzip."""

import codecs
import re
import unicodedata
import zlib
from contextlib import suppress

from crawler.errors import FeedError
from crawler.legacy import READERS, accented_words, is_vietnamese, without_font_encoding

MAX_XML_BYTES = 32 * 1024 * 1024
# Parsers compare each attribute of an element with all others: 300,000 of them take minutes, so
# many comparisons in a page or feed a tenth of a second. Shorter tags are not counted.
MAX_COMPARED = 25_000_000
MIN_LONG_TAG = 400

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
# Browsers look through the first 1024 bytes; outlets put scripts before the declaration.
DECLARED_WITHIN = 8_192
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names such as "punycode" or "unicode_escape" are codecs, too, but no page's character set.
_CHARSETS = ("utf-8", "utf-16", "utf-32", "iso8859", "cp125", "koi8", "gb", "big5", "euc", "shift")
# What servers say of everything, and so of Vietnamese, too.
_WESTERN = frozenset({"iso8859-1", "cp1252", "cp1258", "iso8859-15"})
# Vietnamese's: five tones, circumflex, breve, horn.
_MARKS = "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b"
_BROKEN = re.compile(r"[\ufffd\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")

_PROLOG = re.compile(r"\s*<\?xml[^>]{0,300}\?>")

_TAG = re.compile(r"""<[a-zA-Z](?:[^>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+""")
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page or feed, whatever its character set is and is said to be, marks composed.

    Believed are, in this order, the header, the byte order mark, the declaration inside and the
    content; what the bytes contradict gives way to the next. UTF-8 beyond ASCII contradicts every
    other name, for other text hardly ever has that form by chance.
    """
    text = _text(body, content_type)
    # Normalising what is composed already takes longer than all else here: look for a mark first.
    return unicodedata.normalize("NFC", text) if any(map(text.__contains__, _MARKS)) else text


def _text(body: bytes, content_type: str) -> str:
    mark, marked = next((pair for pair in _BOMS if body.startswith(pair[0])), (b"", ""))
    body = body[len(mark) :]
    wide = _wide(body)
    if not wide:
        with suppress(UnicodeDecodeError):
            return without_font_encoding(body.decode("utf-8"))
    header, inside = _CHARSET.search(content_type), _DECLARED.search(body[:DECLARED_WITHIN])
    said = (inside[1] or inside[2]).decode("ascii", errors="replace") if inside else ""
    for name in (header[1] if header else "", marked, said, wide, "utf-8"):
        text = _as_named(body, name) if name else None
        if text is not None:
            return text
    return _western(body)


def _wide(body: bytes) -> str:
    """The name of UTF-16 where every other byte is nought."""
    even, odd = body[:64:2].count(0), body[1:64:2].count(0)
    if max(even, odd) <= len(body[:64]) // 4:
        return ""
    return "utf-16-le" if odd >= even else "utf-16-be"


def _as_named(body: bytes, name: str) -> str | None:
    """The text of bytes that are said to be in a character set, or None if they are not."""
    reader = READERS.get(name.lower())
    if reader:
        return reader(body)
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec in _WESTERN:
        return _western(body, codec)
    if not codec.startswith(_CHARSETS):
        return None
    text = body.decode(codec, errors="replace")
    beyond_ascii = len(text) - len(text.encode("ascii", errors="ignore"))
    # A few broken letters do not speak against a name: pages are cut in the middle of one.
    return None if len(_BROKEN.findall(text)) * 10 > beyond_ascii else text


def _western(body: bytes, codec: str = "") -> str:
    """Text of a Western code page, or what arrives under its name: fonts', and Windows-1258."""
    western = body.decode("cp1252", errors="replace")
    text = without_font_encoding(western)
    if text is not western:
        return text
    vietnamese = unicodedata.normalize("NFC", body.decode("cp1258", errors="replace"))
    said = codec == "cp1258" or is_vietnamese(accented_words(vietnamese))
    return vietnamese if said else western


def is_overloaded(text: str) -> bool:
    """Whether a document's tags have so many attributes that parsing them would take too long.

    Scripts count, too: what looks like a tag in them is one for some parsers, and a few hundred
    words after a "<" are usual there.
    """
    compared = 0
    for tag in _TAG.finditer(text):
        if len(tag[0]) > MIN_LONG_TAG:
            compared += len(re.split(r"[\s/]+", _VALUE.sub(" ", tag[0]))) ** 2
            if compared > MAX_COMPARED:
                return True
    return False


def without_prolog(text: str) -> str:
    """The text without the XML declaration at its start."""
    found = _PROLOG.match(text)
    return text[found.end() :] if found else text


def xml_text(body: bytes, content_type: str = "") -> str:
    """The text of a feed or sitemap without its prolog, safe to give to an XML parser.

    Raises FeedError for nothing, too much, HTML in its place, and documents that define entities.
    """
    if len(body) > MAX_XML_BYTES:
        raise FeedError(f"more than {MAX_XML_BYTES // 2**20} MiB")
    text = UNPRINTABLE.sub("", decode(body, content_type)).lstrip("\ufeff \t\r\n")
    text = without_prolog(text).lstrip()
    if not text:
        raise FeedError("an empty answer")
    start = re.sub(r"<!--.*?-->", "", text[:20_000], flags=re.DOTALL).lstrip().lower()
    if re.match(r"<(?:!doctype\s+html|html|head|body|script|div|p)\b", start):
        raise FeedError("an HTML page instead of XML")
    if "<!DOCTYPE" in text and "<!ENTITY" in text:
        raise FeedError("defines entities, which is not allowed")
    if is_overloaded(text):
        raise FeedError("elements with too many attributes")
    return text


def inflated(body: bytes) -> bytes:
    """The bytes, unpacked if they are gzip; raises FeedError if broken or too much."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, MAX_XML_BYTES + 1)
    except zlib.error as error:
        raise FeedError("broken gzip") from error
    if len(found) > MAX_XML_BYTES:
        raise FeedError(f"more than {MAX_XML_BYTES // 2**20} MiB when unpacked")
    return found
