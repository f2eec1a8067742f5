"""How a page is answered: whole, as unchanged, or with a fault."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from aiohttp import web

from diembao.demo.newsroom.rendering import Reply

HANG = "hang"
FAULTS = frozenset({"not_found", "gone", "error", "html", "empty", HANG})

_STATUSES = {"not_found": 404, "gone": 410, "error": 500, "empty": 200, HANG: 503}
_MAINTENANCE = "<!doctype html><title>Bảo trì</title><p>Trang đang bảo trì, mời quay lại sau.</p>"


def faulty(kind: str) -> web.Response:
    """The answer of a page that is out of order in this way (one of ``FAULTS``)."""
    if kind == "html":
        return web.Response(text=_MAINTENANCE, content_type="text/html")
    return web.Response(status=_STATUSES[kind])


def redirection(target: str) -> web.Response:
    """The answer of a page that has moved."""
    return web.Response(status=301, headers={"Location": target})


def conditional(request: web.Request, found: Reply) -> web.Response:
    """The page, or 304 where the visitor has it already (RFC 9110, section 13)."""
    etag = f'"{sha256(found.body).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Last-Modified": format_datetime(found.modified, usegmt=True)}
    if _known(request, etag, found.modified):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = found.content_type
    return web.Response(body=found.body, headers=headers)


def _known(request: web.Request, etag: str, modified: datetime) -> bool:
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    since = request.headers.get("If-Modified-Since")
    try:
        return since is not None and parsedate_to_datetime(since) >= modified
    except (TypeError, ValueError):
        return False
