"""Mails that came back, handed over by the mail server."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from alerts.bounces import read, take_in
from alerts.errors import BounceError
from messages.catalogue import translations
from web.failures import Refusal
from web.speaking import language_of

MAX_BODY = 1024 * 1024
KIND = "message/rfc822"
BODY = {
    "requestBody": {
        "required": True,
        "content": {KIND: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Bounced(BaseModel):
    """What a mail that came back led to."""

    bounces: int
    """Recipients that it tells of."""
    stopped: list[str]
    """Ids of the subscriptions that are sent nothing more."""


async def create(request: Request) -> Bounced:
    """Take a delivery status notification (RFC 3464) as it came by mail.

    Addresses whose mailbox is not there are sent nothing more.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != KIND:
        raise Refusal(415)
    return await run_in_threadpool(_taken, request, await request.body())


def _taken(request: Request, notification: bytes) -> Bounced:
    site = request.app.state.site
    try:
        bounces = read(notification)
    except BounceError as error:
        said = error.in_words(translations(language_of(request)).gettext)
        raise Refusal(422, said, code="not_a_bounce") from error
    with site.database.writing() as session:
        stopped = take_in(session, bounces, site.clock())
    return Bounced(bounces=len(bounces), stopped=stopped)
