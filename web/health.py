"""Whether the process lives, and whether it can do its work."""

from fastapi import Request
from fastapi.responses import JSONResponse

from storage.errors import StorageError
from web.site import Site


def healthz() -> JSONResponse:
    """Answer: the process and its event loop are alive."""
    return JSONResponse({"status": "ok"})


def readyz(request: Request) -> JSONResponse:
    """Answer whether the work can be done; if not, 503 and the reasons in words."""
    reasons = _reasons(request.app.state.site)
    if reasons:
        return JSONResponse({"status": "not ready", "reasons": reasons}, status_code=503)
    return JSONResponse({"status": "ok"})


def _reasons(site: Site) -> list[str]:
    reasons = list(site.inside.stuck())
    try:
        site.database.check()
    except StorageError as error:
        reasons.append(str(error))
    return reasons
