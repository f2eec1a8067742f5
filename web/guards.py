"""What every answer carries, and who may send a form."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Styles and pictures of our own, and nothing else: no script, no frame, no form to elsewhere.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Links of mails are secrets. 'no-referrer' would take the Origin from our own forms as well.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers to each answer that does not say otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)


class BoundedBodies:
    """Ends what is sent to us where it is too much, once somebody reads it and not before.

    ``most`` gives the bytes that are taken by the beginning of the path, the first that fits.
    """

    def __init__(self, app: ASGIApp, most: Mapping[str, int]) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        left = next(most for start, most in self._most.items() if path.startswith(start))

        async def receive_bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_bounded, send)


def from_our_own_pages(request: Request) -> None:
    """Refuse a form that another site's page has sent; programs that are no browsers may send.

    Browsers say it in Sec-Fetch-Site, older ones by Origin alone.
    """
    where = request.headers.get("Sec-Fetch-Site")
    if where in ("same-origin", "none"):
        return
    origin = request.headers.get("Origin")
    if where is not None or (origin and _host(origin) not in _ours(request)):
        raise HTTPException(403)


def _ours(request: Request) -> set[Any]:
    return {
        request.headers.get("Host", "").lower(),
        _host(request.app.state.site.sender.public_url),
    }


def _host(address: str) -> str | None:
    """Give host and port of an address; None for none, as of the origin 'null'."""
    try:
        return urlsplit(address).netloc.lower() or None
    except ValueError:
        return None
