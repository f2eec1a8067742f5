"""The web application: made from values, it reads no settings."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from web import push
from web.admission import admin_router
from web.api import bounces
from web.api import subscriptions as subscription_calls
from web.failures import FAILURES, add_handlers
from web.guards import BoundedBodies, SecurityHeaders, from_our_own_pages
from web.health import healthz, readyz
from web.metrics import all_meters
from web.metrics import show as show_metrics
from web.pages import front, subscribe, subscription
from web.site import Site

# Most bytes of what is sent to us, by the beginning of the path.
MAX_BODIES = {"/push/": push.MAX_BODY, "/api/v1/bounces": bounces.MAX_BODY, "": 64 * 1024}
_STATIC = Path(__file__).parent / "static"
_LOOK: dict[str, Any] = {"methods": ["GET", "HEAD"]}


def make_app(site: Site) -> FastAPI:
    """Make the application: its routes are all here."""
    app = FastAPI(
        title="Điểm Báo",
        summary="News on Ho Chi Minh City's digital transformation",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.site = site
    app.state.meters = all_meters(site)
    app.add_middleware(BoundedBodies, most=MAX_BODIES)
    app.add_middleware(SecurityHeaders)
    add_handlers(app)
    app.include_router(_inside())
    app.include_router(_pages())
    app.include_router(_api(), prefix="/api/v1")
    app.mount("/static", _Static(directory=_STATIC))
    return app


def make_inside_app(site: Site) -> FastAPI:
    """Make the application of a process without pages: only how it fares."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.site = site
    app.state.meters = all_meters(site)
    app.include_router(_inside())
    return app


def _inside() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", show_metrics)):
        router.add_api_route(path, answer, **_LOOK)
    return router


def _pages() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    send: dict[str, Any] = {"methods": ["POST"], "dependencies": [Depends(from_our_own_pages)]}
    router.add_api_route("/", front.show, **_LOOK)
    # WebSub hubs: GET verifies, POST says that there is news.
    router.add_api_route("/push/{token}", push.verify, methods=["GET"])
    router.add_api_route("/push/{token}", push.notify, methods=["POST"])
    router.add_api_route("/subscribe", subscribe.show, **_LOOK)
    router.add_api_route("/subscribe", subscribe.send, **send)
    # Links of mails: GET shows, POST acts.
    router.add_api_route("/confirm/{token}", subscription.show_confirm, **_LOOK)
    router.add_api_route("/confirm/{token}", subscription.confirm, **send)
    router.add_api_route("/subscription/{token}", subscription.show, **_LOOK)
    router.add_api_route("/subscription/{token}", subscription.change, **send)
    router.add_api_route("/unsubscribe/{token}", subscription.show_leave, **_LOOK)
    # Mail programs send from anywhere, and whoever has the link may leave.
    router.add_api_route("/unsubscribe/{token}", subscription.leave, methods=["POST"])
    return router


def _api() -> APIRouter:
    router = APIRouter(responses={status: FAILURES[status] for status in (400, 413, 422, 500)})
    router.add_api_route(
        "/subscriptions",
        subscription_calls.create,
        methods=["POST"],
        status_code=202,
        dependencies=[Depends(from_our_own_pages)],
        responses={403: FAILURES[403], 429: FAILURES[429]},
    )
    admin = admin_router()
    admin.add_api_route(
        "/bounces",
        bounces.create,
        methods=["POST"],
        openapi_extra=bounces.BODY,
        responses={415: FAILURES[415]},
    )
    router.include_router(admin)
    return router


class _Static(StaticFiles):
    def file_response(self, *arguments: Any, **named: Any) -> Any:
        response = super().file_response(*arguments, **named)
        response.headers["Cache-Control"] = "no-cache"  # kept, but asked for again each time
        return response
