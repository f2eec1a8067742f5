"""Where WebSub hubs call: to verify that we asked, and to say that a feed has something new.

Nothing of what a hub sends is believed but that it is the hub: the feed is fetched by ourselves.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from sqlmodel import Session

from alerts.lines import one_line
from storage import polling, push
from storage.tables import Push

MAX_BODY = 1024 * 1024
MAX_CHALLENGE = 2_000
VERIFY_WITHIN = timedelta(hours=1)
"""How long after our asking a hub may verify it."""
LEASES = (timedelta(minutes=10), timedelta(days=30))
"""The shortest and the longest lease that is believed."""
UNSAID_LEASE = timedelta(days=1)

_TOKEN = re.compile(r"[\w-]{1,64}", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}", re.ASCII)
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
_UNKNOWN = PlainTextResponse("unknown\n", status_code=404)


def verify(request: Request, token: str) -> Response:
    """Confirm a subscription that we asked for, by echoing the challenge; nothing else."""
    site = request.app.state.site
    said = {name.removeprefix("hub."): value for name, value in request.query_params.items()}
    with site.database.reading() as session:
        known = _known(session, token)
    if known is None or said.get("topic") != known.topic:
        return _UNKNOWN
    now, challenge = site.clock(), said.get("challenge", "")
    if said.get("mode") == "denied":
        with site.database.writing() as session:
            push.refused(
                session, known.endpoint, one_line(f"denied: {said.get('reason', '')}", 200)
            )
        return PlainTextResponse("")
    asked = known.status != "refused" and now - known.asked_at < VERIFY_WITHIN
    if said.get("mode") != "subscribe" or not asked or not 0 < len(challenge) <= MAX_CHALLENGE:
        return _UNKNOWN
    with site.database.writing() as session:
        push.granted(session, known.endpoint, now + _lease(said.get("lease_seconds", "")))
    return PlainTextResponse(challenge)


def _known(session: Session, token: str) -> Push | None:
    """Give the subscription of a token, which is of plain letters: PostgreSQL takes no others."""
    return push.by_token(session, token) if _TOKEN.fullmatch(token) else None


def _lease(seconds: str) -> timedelta:
    shortest, longest = LEASES
    if not _SECONDS.fullmatch(seconds):
        return UNSAID_LEASE
    return min(max(timedelta(seconds=int(seconds)), shortest), longest)


async def notify(request: Request, token: str) -> Response:
    """Make a source due, if the call is signed with the secret of its subscription."""
    body = await _read(request)
    if body is None:
        return PlainTextResponse("too large\n", status_code=413)
    signature = request.headers.get("X-Hub-Signature", "")
    return await run_in_threadpool(_heard, request, token, body, signature)


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _heard(request: Request, token: str, body: bytes, signature: str) -> Response:
    site = request.app.state.site
    now = site.clock()
    with site.database.reading() as session:
        known = _known(session, token)
    if known is None or not _runs(known, now):
        return _UNKNOWN
    if not is_signed(signature, known.secret, body):
        return PlainTextResponse("not signed with our secret\n", status_code=403)
    with site.database.writing() as session:
        polling.wake(session, known.source, now, push.CALL_PAUSE)
        push.heard(session, known.endpoint, now)
    return Response(status_code=204)


def _runs(known: Push, now: datetime) -> bool:
    """A renewal that is under way ends no lease."""
    return known.lease_until is not None and now < known.lease_until


def is_signed(signature: str, secret: str, body: bytes) -> bool:
    """Whether an X-Hub-Signature header is that of a body under a secret."""
    method, _, given = signature.partition("=")
    if method not in _METHODS:
        return False
    ours = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(ours.encode(), given.lower().encode())
