"""What went wrong, in one shape: JSON below ``/api/``, a page everywhere else."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException

from alerts.lines import one_line
from messages.catalogue import N_, translations
from web.guards import SECURITY_HEADERS
from web.speaking import language_of
from web.templating import page

log = logging.getLogger(__name__)

_WORDS = {
    400: ("bad_request", N_("This could not be read.")),
    401: ("unauthorized", N_("The admin's token is missing or wrong.")),
    403: ("forbidden", N_("This did not come from our own page. Open the page and try again.")),
    404: ("not_found", N_("There is nothing at this address.")),
    405: ("method_not_allowed", N_("This cannot be done here.")),
    413: ("too_large", N_("This is more than is taken.")),
    415: ("unsupported_media_type", N_("This kind of content is not taken here.")),
    422: ("invalid", N_("Something in it cannot be.")),
    429: ("too_many_requests", N_("Too many sign-ups at the moment. Please try again later.")),
    500: ("internal_error", N_("Something is broken on our side. Please try again later.")),
}  # fmt: skip


class Fault(BaseModel):
    """What went wrong: ``code`` for programs, ``message`` for people, ``fields`` where it is."""

    code: str
    message: str
    fields: dict[str, str] = Field(default_factory=dict)


class Failure(BaseModel):
    """The answer of the API when something went wrong."""

    error: Fault


class Refusal(HTTPException):
    """Something asked for is not done; ``fields`` says what is wrong with which."""

    def __init__(
        self,
        status: int,
        message: str | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, headers=headers)
        self.message, self.code, self.fields = message, code, dict(fields or {})


def answer(request: Request, refusal: Refusal) -> Response:
    """Give the answer that says what went wrong."""
    language = language_of(request)
    code, words = _WORDS.get(refusal.status_code) or _unusual(refusal.status_code)
    message = refusal.message or translations(language).gettext(words)
    if request.url.path.startswith("/api/"):
        fault = {"code": refusal.code or code, "message": message}
        body: dict[str, Any] = {
            "error": fault | ({"fields": refusal.fields} if refusal.fields else {})
        }
        return JSONResponse(body, refusal.status_code, refusal.headers)
    shown = page("failure", language, status=refusal.status_code, message=message)
    shown.headers.update(refusal.headers or {})
    return shown


def _unusual(status: int) -> tuple[str, str]:
    phrase = HTTPStatus(status).phrase
    return phrase.lower().replace(" ", "_"), phrase


async def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, Refusal):
        return answer(request, error)
    if isinstance(error, StarletteHTTPException):
        headers = dict(error.headers) if error.headers else None
        return answer(request, Refusal(error.status_code, headers=headers))
    fields: dict[str, str] = {}
    if isinstance(error, RequestValidationError):
        say = translations(language_of(request))
        for fault in error.errors()[:20]:
            # What was sent is not said again: it may be anything.
            named = [str(part) for part in fault["loc"] if isinstance(part, str) and part != "body"]
            kind = next((each for each in _FAULTS if each in fault["type"]), "")
            fields.setdefault(one_line((named or ["body"])[0], 60), say.gettext(_FAULTS[kind]))
    return answer(request, Refusal(422, fields=fields))


# By words in the names of pydantic's errors; the last one fits all.
_FAULTS = {
    "json": N_("This is no JSON."),
    "extra": N_("There is no such field."),
    "missing": N_("This is missing."),
    "too_long": N_("This is too long."),
    "float": N_("It should be a number."),
    "finite": N_("It should be a number."),
    "than_equal": N_("It is too small or too large."),
    "string": N_("It should be a text."),
    "list": N_("It should be a list."),
    "dict": N_("It should be an object."),
    "attributes": N_("It should be an object."),
    "": N_("This cannot be."),
}


async def _broken(request: Request, _error: Exception) -> Response:
    """Answer where we failed; the server logs the error itself."""
    response = answer(request, Refusal(500))
    # This answer is made outside all middleware.
    response.headers.update(SECURITY_HEADERS)
    return response


def add_handlers(app: FastAPI) -> None:
    """Let all that goes wrong end in one of these answers."""
    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_exception_handler(Exception, _broken)


FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": Failure, "description": HTTPStatus(status).phrase} for status in _WORDS
}
"""What the schema says of failures, by status."""
