"""Webhooks and chats over time: their secrets, and what happens when one fails for days."""

import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlmodel import Session, col, update

from alerts.chat import shown_address
from alerts.rendering import Disabled, render_disabled
from messages.catalogue import translations
from messages.recorded import retold
from storage import claims, subscriptions
from storage.claims import Tried
from storage.tables import Delivery, Subscription

log = logging.getLogger(__name__)

DISABLED_AFTER = timedelta(days=3)
"""How long nothing must have arrived before an endpoint is disabled."""
DISABLED_DEAD = 3
"""How many deliveries must have been given up in that time: a single unlucky one is not enough."""
OLD_SECRET_SIGNS = timedelta(hours=24)
"""How long a replaced secret signs beside the new one, unless told otherwise."""


def rotated(found: Subscription, secret: str, now: datetime, keep: timedelta) -> None:
    """Give a webhook a new secret; the one before it signs too for a while, older ones no more."""
    found.secrets = [secret, *found.secrets[:1]] if keep else [secret]
    found.old_secret_until = now + keep if keep else None


def signing(known: Sequence[str], old_until: datetime | None, now: datetime) -> tuple[str, ...]:
    """Give the secrets that sign now, the newest first."""
    return tuple(known[:2] if old_until is not None and now < old_until else known[:1])


def arrived(session: Session, receivers: Collection[str]) -> None:
    """Take note that these receivers took something: whatever failed before is forgotten."""
    if receivers:
        session.exec(
            update(Subscription)
            .where(
                col(Subscription.id).in_(receivers), col(Subscription.failing_since).is_not(None)
            )
            .values(failing_since=None)
        )


def failed(
    session: Session,
    found: Subscription,
    tried: Tried,
    manage_url: Callable[[str], str] | None,
) -> None:
    """Take note of a failed try; who has failed for days is disabled, and the owner told."""
    if found.failing_since is None:
        found.failing_since = tried.started_at
    since, now = found.failing_since, tried.finished_at
    if tried.outcome != "dead" or now - since < DISABLED_AFTER:
        return
    session.flush()
    if claims.died_since(session, found.id, since) < DISABLED_DEAD:
        return
    reason = f"nothing has arrived since {since:%Y-%m-%d %H:%M} UTC; last answer: {tried.answer}"
    if subscriptions.pause(found, reason):
        log.warning("subscription %s disabled: %s", found.id, reason)
        if found.owner:
            session.add(_notice(found, tried, manage_url(found.id) if manage_url else ""))


def _notice(found: Subscription, tried: Tried, manage_url: str) -> Delivery:
    """Make the mail that tells the owner."""
    rendered = render_disabled(
        Disabled(
            language=found.language,
            timezone=found.timezone,
            subscription=found.id,
            address=shown_address(found),
            since=found.failing_since or tried.started_at,
            answer=retold(tried.answer, translations(found.language).gettext),
            manage_url=manage_url,
        )
    )
    return Delivery(
        id=f"dlv-{secrets.token_hex(12)}",
        subscription_id=found.id,
        type=claims.NOTICE,
        status="pending",
        subject=rendered.subject,
        payload=asdict(rendered),
        created_at=tried.finished_at,
        due_at=tried.finished_at,
    )
