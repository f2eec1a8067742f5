"""Signed links of mails: whoever holds one may act on this one subscription, in this one way."""

from datetime import timedelta
from typing import Literal

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from alerts.errors import LinkError

Purpose = Literal["confirm", "manage", "unsubscribe"]

CONFIRM_WITHIN = timedelta(days=7)
"""How long a confirmation link is good for; the other links of a mail do not age."""

MAX_TOKEN = 512
"""Longest token that is looked at, in characters."""

_PATHS: dict[Purpose, str] = {
    "confirm": "confirm",
    "manage": "subscription",
    "unsubscribe": "unsubscribe",
}


def make(secret_key: str, purpose: Purpose, subscription_id: str) -> str:
    """Sign a subscription's id for one purpose; the token is safe in an address."""
    return _serializer(secret_key, purpose).dumps(subscription_id)


def read(secret_key: str, purpose: Purpose, token: str, max_age: timedelta | None = None) -> str:
    """Give the subscription's id of a token made for this purpose; raises LinkError."""
    if len(token) > MAX_TOKEN:
        raise LinkError("the link is damaged")
    seconds = None if max_age is None else int(max_age.total_seconds())
    try:
        subscription_id = _serializer(secret_key, purpose).loads(token, max_age=seconds)
    except SignatureExpired as error:
        raise LinkError("the link is too old") from error
    except BadSignature as error:
        raise LinkError("the link is damaged or not one of ours") from error
    return str(subscription_id)


def address(public_url: str, purpose: Purpose, token: str) -> str:
    """Give the full address of a token under the service's public address."""
    return f"{public_url.rstrip('/')}/{_PATHS[purpose]}/{token}"


def _serializer(secret_key: str, purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt=f"diembao.link.{purpose}")
