"""What Scrapy's requests, responses and failures say, in plain values."""

from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawler.newsroom import Validators

MAX_VALIDATOR = 1_000


def by_host(request: Request) -> Request:
    """Let a request's pauses be those of its host and port, as they are kept in the archive."""
    request.meta["download_slot"] = urlparse_cached(request).netloc
    return request


def conditions(known: Validators) -> dict[str, str]:
    """The headers that ask only for what has changed."""
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def validators(response: Response, parts: tuple[str, ...] = ()) -> Validators:
    """What a response says of its version."""
    return Validators(_kept(response, "ETag"), _kept(response, "Last-Modified"), parts)


def _kept(response: Response, name: str) -> str | None:
    """A validator; one too long to be sent back is none."""
    value = header(response, name)
    return value if 0 < len(value) <= MAX_VALIDATOR else None


def header(response: Response, name: str) -> str:
    """A response's header, empty where it has none."""
    value: bytes | None = response.headers.get(name)
    return value.decode("latin-1") if value else ""


def arguments(failure: Failure) -> dict[str, Any]:
    """What a failed request was given for its callback."""
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
    return request.cb_kwargs


def asked_for(response: Response) -> str:
    """The address a request had before redirects."""
    asked: list[str] = response.meta.get("redirect_urls", [])
    return asked[0] if asked else response.url
