"""From an outlet's bytes to text: character sets, XML prologs, gzip."""

import codecs
import re
import zlib
from contextlib import suppress

from crawler.errors import FeedError

MAX_XML_BYTES = 32 * 1024 * 1024
# Parsers compare each attribute of an element with all others: 300,000 of them take minutes.
MAX_ATTRIBUTES = 200

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names such as "punycode" or "unicode_escape" are codecs, too, but no page's character set.
_CHARSETS = ("utf-8", "utf-16", "utf-32", "iso8859", "cp125", "ascii", "koi8", "gb", "big5", "euc")
# What stands for Vietnamese where nothing is declared and the bytes are not UTF-8.
_LEGACY = "cp1258"

_PROLOG = re.compile(r"\s*<\?xml[^>]{0,300}\?>")

_TAG = re.compile(r"""<[a-zA-Z](?:[^>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+""")
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page or feed, whatever its character set is and is said to be.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8, for other text hardly ever is by chance and
    outlets do mislabel it; else the header, the byte order mark, the declaration inside, in this
    order, and Vietnam's old Windows code page last.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    even, odd = body[:64:2].count(0), body[1:64:2].count(0)
    if max(even, odd) > len(body[:64]) // 4:
        return body.decode("utf-16-le" if odd >= even else "utf-16-be", errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as_declared(body, content_type)


def is_overloaded(text: str) -> bool:
    """Whether a tag of a document has so many attributes that parsing it would take too long."""
    long_tags = (tag[0] for tag in _TAG.finditer(text) if len(tag[0]) > 2 * MAX_ATTRIBUTES)
    return any(len(re.split(r"[\s/]+", _VALUE.sub(" ", tag))) > MAX_ATTRIBUTES for tag in long_tags)


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
        raise FeedError(f"an element with more than {MAX_ATTRIBUTES} attributes")
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


def _decode_as_declared(body: bytes, content_type: str) -> str:
    as_utf8 = body.decode("utf-8", errors="replace")
    beyond_ascii = len(as_utf8) - len(as_utf8.encode("ascii", errors="ignore"))
    if as_utf8.count("\ufffd") * 10 < beyond_ascii:
        return as_utf8
    header, inside = _CHARSET.search(content_type), _DECLARED.search(body[:4096])
    names = [header[1]] if header else []
    if inside:
        names.append((inside[1] or inside[2]).decode("ascii", errors="replace"))
    for name in names:
        with suppress(LookupError, ValueError):
            codec = codecs.lookup(name).name
            if codec.startswith(_CHARSETS):
                return body.decode("cp1252" if codec == "iso8859-1" else codec, errors="replace")
    return body.decode(_LEGACY, errors="replace")
