"""The web application: made from values, it reads no settings."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response

from alerts.matching import Sender
from storage.database import Database
from web import push
from web.health import healthz, readyz
from web.pages import front, subscription

# Nothing is loaded from anywhere, no script runs, nobody frames the pages.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages work with."""

    database: Database
    sender: Sender
    clock: Callable[[], datetime]
    zone: ZoneInfo
    language: str


def make_app(site: Site) -> FastAPI:
    """Make the application: its routes are all here."""
    app = FastAPI(title="Điểm Báo", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.middleware("http")(_with_security_headers)
    app.add_api_route("/", front.show)
    app.add_api_route("/healthz", healthz)
    app.add_api_route("/readyz", readyz)
    # WebSub hubs: GET verifies, POST says that there is news.
    app.add_api_route("/push/{token}", push.verify, methods=["GET"])
    app.add_api_route("/push/{token}", push.notify, methods=["POST"])
    # Links of mails: GET shows, POST acts.
    app.add_api_route("/confirm/{token}", subscription.show_confirm, methods=["GET"])
    app.add_api_route("/confirm/{token}", subscription.confirm, methods=["POST"])
    app.add_api_route("/subscription/{token}", subscription.show, methods=["GET"])
    app.add_api_route("/subscription/{token}", subscription.change, methods=["POST"])
    app.add_api_route("/unsubscribe/{token}", subscription.show_leave, methods=["GET"])
    app.add_api_route("/unsubscribe/{token}", subscription.leave, methods=["POST"])
    return app


async def _with_security_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
