"""What went wrong with a request, as one line that a person can act on."""

import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
from aiohttp.http_exceptions import ContentLengthError, LineTooLong
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, UnsupportedURLSchemeError
from scrapy.http import Response

from network.guard import RefusedAddressError

MAX_WORDS = 300
_CHALLENGE = re.compile(rb"<title>Just a moment\.\.\.</title>")
_LOOKED_AT = 4 * 1024
_RECEIVED = re.compile(r"received (\d+) of (\d+)")
_PYTHON = re.compile(r"<[A-Z]\w+(?:Error|Exception): (.*)>$|ssl:(?:<[^>]*>|\w+) ?")

# The first that fits.
_TELLING: tuple[tuple[type[BaseException], Callable[[Any], str]], ...] = (
    (RefusedAddressError, str),
    (ssl.SSLCertVerificationError,
     lambda error: f"its certificate is not to be trusted: {error.verify_message}"),
    (ssl.SSLError, lambda error: f"no secure connection: {_tls_reason(error)}"),
    (CannotResolveHostError, lambda error: f"its name cannot be resolved: {error}"),
    (aiohttp.InvalidURL, lambda _: "its address is not a valid one"),
    (UnsupportedURLSchemeError, lambda _: "neither http nor https"),
    (aiohttp.ServerDisconnectedError, lambda _: "the connection was closed without an answer"),
    (LineTooLong, lambda _: "a line of its headers is longer than 8190 bytes"),
    (ContentLengthError, lambda error: f"the answer broke off{_how_far(error)}"),
    (aiohttp.ClientPayloadError, lambda _: "the answer broke off"),
    (aiohttp.ClientResponseError, lambda error: f"its HTTP is broken: {_gist(error)}"),
    (ConnectionRefusedError, lambda _: "nobody listens there: connection refused"),
    (ConnectionResetError, lambda _: "the connection was cut off"),
)  # fmt: skip


class WordedError(IgnoreRequest):
    """An error whose text says already all that is to be said, whatever its cause."""


class UnusableError(WordedError):
    """An answer came, but nothing can be made of it; it is not asked for again at once."""


def words(error: BaseException | None) -> str:
    """Say why there is no answer, from the innermost cause that is understood."""
    if isinstance(error, WordedError):
        return _one_line(str(error))
    causes = list(_causes(error))
    for cause in reversed(causes):
        told = _told(cause)
        if told:
            return _one_line(told)
    texts = (_one_line(str(cause)) for cause in causes)
    return next((text for text in texts if text), "no answer")


def refusal(response: Response) -> str | None:
    """Say why an answer is not what was asked for, or None for a page (200)."""
    if _is_challenge(response):
        return f"HTTP {response.status}: a check for browsers instead of an answer (Cloudflare)"
    if response.status == 304:
        return "HTTP 304: not modified, said to who knew nothing"
    return None if response.status == 200 else f"HTTP {response.status}"


def _is_challenge(response: Response) -> bool:
    if response.headers.get("cf-mitigated") == b"challenge":
        return True
    return _CHALLENGE.search(response.body, 0, _LOOKED_AT) is not None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or _inside(error)


def _inside(error: BaseException) -> BaseException | None:
    """aiohttp keeps the operating system's error beside its own."""
    return error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None


def _told(error: BaseException) -> str:
    return next((tell(error) for kind, tell in _TELLING if isinstance(error, kind)), "")


def _how_far(error: ContentLengthError) -> str:
    found = _RECEIVED.search(error.message)
    return f" after {found[1]} of {found[2]} bytes" if found else ""


def _gist(error: Any) -> str:
    """What aiohttp says, without the bytes it shows."""
    message: str = error.message.partition(": b'")[0].partition("\n")[0].strip()
    return f"{message[:1].lower()}{message[1:]}".rstrip(".:")


def _tls_reason(error: ssl.SSLError) -> str:
    return (error.reason or "TLS failed").replace("_", " ").lower()


def _one_line(text: str) -> str:
    plain = _PYTHON.sub(lambda found: found[1] or "", " ".join(text.split()))
    return plain[:MAX_WORDS].strip()
