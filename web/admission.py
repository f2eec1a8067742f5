"""What only the admin may do: the token is looked at before anything else of a call."""

import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from web.failures import FAILURES, Refusal

# Only says so in the schema: a dependency would be asked after the body has been read.
_SAID = HTTPBearer(auto_error=False, scheme_name="ADMIN_TOKEN")


class _AdminRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def admitted(request: Request) -> Response:
            admit(request)
            return await handler(request)

        return admitted


def admit(request: Request) -> None:
    """Refuse whoever does not hold the admin's token."""
    token = request.app.state.site.admin_token.encode()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    fits = hmac.compare_digest(given.strip().encode(), token)
    if scheme.lower() != "bearer" or not token or not fits:
        raise Refusal(401, headers={"WWW-Authenticate": "Bearer"})


def admin_router() -> APIRouter:
    """Make a router for calls that need ``Authorization: Bearer ADMIN_TOKEN``."""
    return APIRouter(
        route_class=_AdminRoute,
        dependencies=[Security(_SAID)],
        responses={401: FAILURES[401]},
    )
