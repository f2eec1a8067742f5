"""The one canonical form of an article's address.

Outlets hand out one article under many addresses: mobile and AMP twins, old domains, tracking
parameters, fragments. Two addresses are the same article if their canonical forms are equal.
"""

import re
import unicodedata
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from crawler.errors import AddressError
from crawler.patterns import search
from crawler.source_values import MAX_ADDRESS, host_and_port
from crawler.sources import Source, belongs

_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PATH_SIGNS = "~:@!$&'()*+,;="
_QUERY_SIGNS = "~:@!$'()*,;/?"

_TRACKING = re.compile(
    r"(?:utm|vn|mc|fb|hsa|pk|mtm|at|__cft|__tn|__cf_chl)_.*"
    r"|(?:fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ttclid|twclid|zclid|li_fat_id)"
    r"|(?:igshid|igsh|zarsrc|zalosrc|gidzl|_ga|_gl|_hsenc|_hsmi|_openstat|ocid|cmpid|xtor|spm)"
    r"|(?:mibextid|srsltid|mkt_tok|wt_mc|s_cid|ncid|ref_src|ref_url|usqp|_x_tr_\w+|amp_\w+)",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w*|session_?id|cftoken|zenid|sid)=[\w.!-]{16,}",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|sid)=[^/;]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index\.(?:html?|php|aspx?|jsp)|default\.(?:html?|aspx?))$", re.IGNORECASE)
_TWIN_FLAGS = frozenset({"amp", "print", "isprint", "outputtype"})
_AMP_ENDING = re.compile(r"(?:\.amp|[./]amp\.html?)$")
_ARTICLE_ENDINGS = (".html", ".htm", ".vnp", ".tpo", ".vov", ".ldo", ".chn")
_TWIN_STEP = re.compile(r"^/(?:amp|print)(?=/)|/(?:amp|print)/?$", re.IGNORECASE)


def canonical(url: str, source: Source | None = None) -> str:
    """The canonical form of an absolute http(s) address; applying it twice changes nothing.

    With a source, its other hosts are mapped to the homepage's scheme and host, and AMP and print
    twins to the article they mirror where the outlet's pattern then fits. Raises AddressError.
    """
    shown = repr(url[:120])
    if len(url) > MAX_ADDRESS:
        raise AddressError(f"{shown}…: longer than {MAX_ADDRESS} characters")
    try:
        plain = _plain(url.strip())
    except ValueError as error:
        raise AddressError(f"{shown}: {error}") from error
    found = plain
    while source and (own := _as_the_source_has_it(found, source)) != found:
        found = own
    if len(found) > MAX_ADDRESS:
        raise AddressError(f"{shown}…: longer than {MAX_ADDRESS} characters when encoded")
    return found


def article_key(url: str, source: Source | None) -> str | None:
    """What stays when an article's address gets other words: source and the outlet's own number.

    None where the canonical address shows no such number: the address itself is the key then.
    """
    found = search(source.article_id, url) if source and source.article_id else None
    return f"{source.id}:{found[1]}" if source and found and found[1] else None


def resolve(base: str, href: str) -> str:
    """An absolute http(s) address for a link found at ``base``; raises AddressError."""
    link = re.sub(r"[\t\r\n]", "", href[: MAX_ADDRESS + 1].strip()).replace(" ", "%20")
    if _UNPRINTABLE.search(link):
        # No database keeps half a character, and PostgreSQL no nought: JSON may hold either.
        raise AddressError(f"{link[:120]!r}: not an http(s) address")
    try:
        found = urljoin(base, link)
        parts = urlsplit(found)
    except ValueError as error:
        raise AddressError(f"{link[:120]!r}: no address: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(found) > MAX_ADDRESS:
        raise AddressError(f"{link[:120]!r}: not an http(s) address")
    return found


def _plain(url: str) -> str:
    """The address in its normal form, whatever the outlet; raises ValueError."""
    if _UNSAFE.search(url):
        raise ValueError("blanks, control characters and backslashes are not allowed")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("not an http or https address")
    if "@" in parts.netloc:
        raise ValueError("a user name is not allowed")
    host = host_and_port(url).lower()
    if not re.fullmatch(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?", host):
        raise ValueError("no valid host")
    return urlunsplit((parts.scheme, host, _path(parts.path), _query(parts.query), ""))


def _path(path: str) -> str:
    steps: list[str] = []
    path = _INDEX.sub("/", _PATH_SESSION.sub("", path))
    pieces = [_encoded(piece, _PATH_SIGNS) for piece in path.split("/")]
    for piece in pieces:
        if piece == "..":
            steps = steps[:-1]
        elif piece not in {"", "."}:
            steps.append(piece)
    closing = "/" if steps and pieces[-1] in {"", ".", ".."} else ""
    return "/" + "/".join(steps) + closing


def _query(query: str) -> str:
    pairs = []
    for piece in query.split("&"):
        raw_name, equals, value = piece.replace("+", "%20").partition("=")
        name = _encoded(raw_name, _QUERY_SIGNS)
        if name and name.lower() not in _TWIN_FLAGS and not _TRACKING.fullmatch(name):
            pairs.append(name + equals + _encoded(value, _QUERY_SIGNS))
    pairs = [pair for pair in pairs if not _SESSION.fullmatch(pair)]
    return "&".join(sorted(pairs))


def _encoded(piece: str, signs: str) -> str:
    """Percent-encoding where it is needed and nowhere else, text in NFC, other bytes kept."""
    data = unquote_to_bytes(piece)
    with suppress(UnicodeDecodeError):
        data = unicodedata.normalize("NFC", data.decode()).encode()
    return quote(data, safe=signs)


def _as_the_source_has_it(plain: str, source: Source) -> str:
    parts = urlsplit(plain)
    if host_and_port(plain) not in source.hosts:
        return plain
    home = urlsplit(source.homepage)
    home_host = host_and_port(source.homepage)
    moved = parts._replace(scheme=home.scheme, netloc=home_host)
    own = urlunsplit(moved)
    choices = [*_without_twin_marks(own)]
    if parts.netloc != home_host and home.path.strip("/"):
        # The outlet now lives under a path of another host: nld.com.vn/x → tuoitre.vn/nld/x.
        under = urlunsplit(moved._replace(path=home.path.rstrip("/") + parts.path))
        choices += [*_without_twin_marks(under), under]
    # Where the outlet's articles have no query, one that is unknown here is somebody's mark.
    bare = (choice.partition("?")[0] for choice in (own, *choices) if "?" in choice)
    choices += [own, *bare]
    return next((choice for choice in choices if belongs(source, choice)), own)


def _without_twin_marks(url: str) -> list[str]:
    """The addresses of which this one may be the AMP or print twin."""
    parts = urlsplit(url)
    paths = [re.sub(r"^$", "/", _TWIN_STEP.sub("", parts.path))]
    stem = _AMP_ENDING.sub("", parts.path)
    if stem != parts.path:
        paths += [stem, *(stem + ending for ending in _ARTICLE_ENDINGS)]
    return [urlunsplit(parts._replace(path=path)) for path in paths if path != parts.path]
