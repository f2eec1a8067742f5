"""Webhooks by the Standard Webhooks specification 1.0.0: signed calls, and their verification."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from alerts.errors import SecretError, SignatureError, TransportError
from alerts.lines import one_line
from network.guard import GuardError
from network.http import Client, UnreachableError

SEND_SECONDS = 20.0
"""Longest time one call may take, from the look-up of the name to the end of the answer."""
MAX_ANSWER = 64 * 1024
"""Most bytes of an answer that are read."""
MOST_SAID = 150
"""Most characters of it that are kept."""
TOLERANCE = timedelta(minutes=5)
"""How far a call's timestamp may be from the receiver's clock, either way."""
LONGEST_WAIT = timedelta(days=1)
"""The most a receiver can ask for with Retry-After."""

_PREFIX = "whsec_"
_DIGITS = re.compile(r"\d{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """A call ready to be signed: ``body`` is JSON, ``now`` the aware time of this try.

    ``delivery_id`` stays over all tries. Two secrets sign during a rotation.
    """

    url: str
    delivery_id: str
    body: bytes
    secrets: tuple[str, ...]
    now: datetime


def new_secret() -> str:
    """Make a secret for one endpoint: 32 random bytes."""
    return _PREFIX + base64.b64encode(randomness.token_bytes(32)).decode("ascii")


def sign(delivery_id: str, timestamp: int, body: bytes, secrets: Sequence[str]) -> str:
    """Give the value of ``webhook-signature``: one ``v1,…`` for each secret; raises SecretError."""
    if not secrets:
        raise SecretError("a webhook needs at least one secret")
    content = b"%s.%d.%s" % (delivery_id.encode(), timestamp, body)
    return " ".join(f"v1,{_mac(_key(secret), content)}" for secret in secrets)


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Check a received call; raises SignatureError, or SecretError for a secret that is none."""
    found = {name.lower(): value for name, value in headers.items()}
    delivery_id = found.get("webhook-id", "")
    stamp = found.get("webhook-timestamp", "")
    given = found.get("webhook-signature", "").split()
    if not (delivery_id and stamp and given):
        raise SignatureError("a webhook header is missing")
    if not _DIGITS.fullmatch(stamp):
        raise SignatureError("webhook-timestamp is no time")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise SignatureError("webhook-timestamp is more than five minutes off")
    expected = sign(delivery_id, int(stamp), body, secrets).split()
    fits = [
        hmac.compare_digest(theirs.encode(), ours.encode()) for theirs in given for ours in expected
    ]
    if not any(fits):
        raise SignatureError("no webhook signature fits")


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretError("a webhook secret is not whsec_ and base64") from error
    if not 24 <= len(key) <= 64:
        raise SecretError("a webhook secret is not of 24 to 64 bytes")
    return key


def _mac(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode("ascii")


class WebhookTransport:
    """Posts signed calls to public addresses; follows no redirect."""

    def __init__(self, allow_private: bool, user_agent: str = "diembao") -> None:
        self._allow_private = allow_private
        self._user_agent = user_agent
        self._client: Client | None = None

    async def send(self, message: OutgoingCall) -> str:
        """Post one call; raises TransportError."""
        if self._client is None:
            self._client = Client(self._allow_private, self._user_agent)
        try:
            answer = await self._client.ask(
                "POST",
                message.url,
                seconds=SEND_SECONDS,
                body=message.body,
                headers=_headers(message),
                most=MAX_ANSWER,
            )
        except (GuardError, SecretError) as error:
            raise TransportError(one_line(str(error), 300), retry=False) from error
        except UnreachableError as error:
            raise TransportError(str(error)) from error
        said = one_line(answer.body[:400].decode("utf-8", "replace"), MOST_SAID)
        if 200 <= answer.status < 300:
            return f"{answer.status} {said}".rstrip()
        raise TransportError(
            f"the receiver answers {_named(answer.status)}: {said}".removesuffix(": "),
            retry=answer.status != 410,
            gone=answer.status == 410,
            retry_after=retry_after(answer.headers.get("Retry-After", ""), message.now),
        )

    async def aclose(self) -> None:
        """Close the connections kept for further calls."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _named(status: int) -> str:
    try:
        return f"HTTP {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"HTTP {status}"


def _headers(message: OutgoingCall) -> dict[str, str]:
    timestamp = int(message.now.timestamp())
    return {
        "Content-Type": "application/json",
        "webhook-id": message.delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(message.delivery_id, timestamp, message.body, message.secrets),
    }


def retry_after(value: str, now: datetime) -> float | None:
    """Read Retry-After, seconds or a date, as 0 to a day's seconds from now; None for nonsense."""
    text = value.strip()
    if _DIGITS.fullmatch(text):
        seconds = float(text)
    else:
        try:
            moment = parsedate_to_datetime(text[:100])
        except (ValueError, OverflowError):
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (aware - now).total_seconds()
    return min(seconds, LONGEST_WAIT.total_seconds()) if seconds >= 0 else None
