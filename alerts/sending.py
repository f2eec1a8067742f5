"""Sending one delivery: claim it, write the attempt, hand it over, record what came of it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from alerts.envelopes import OutgoingMail
from alerts.errors import AlertError, TransportError
from alerts.transports import Transport
from alerts.transports.chat import ChatTransport, OutgoingChat
from alerts.transports.webhook import OutgoingCall
from network.guard import GuardError
from storage import outbox, subscriptions
from storage.database import Database
from storage.tables import Delivery, Subscription

log = logging.getLogger(__name__)

# Longer than any transport's own limits, so that no living sender loses its claim.
LEASE = timedelta(minutes=3)
# About a day in all; jitter makes each pause up to a quarter longer.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Post:
    """What deliveries are sent with: the transports, the sender of mails, a clock, chance.

    ``owner`` names this process in claims; ``chance`` gives random numbers 0–1.
    """

    mail: Transport[OutgoingMail]
    webhook: Transport[OutgoingCall]
    mail_from: str
    owner: str
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    chat: Transport[OutgoingChat] = field(default_factory=partial(ChatTransport, False))

    async def aclose(self) -> None:
        """Close the transports' connections."""
        await self.mail.aclose()
        await self.webhook.aclose()
        await self.chat.aclose()


def retry_pause(attempts: int, chance: float) -> timedelta | None:
    """Give the pause after so many failed attempts, or None when the last one has failed.

    A delivery that is replayed goes on counting and gets another round of tries.
    """
    failed = attempts % (len(PAUSES) + 1)
    return PAUSES[failed - 1] * (1 + JITTER * chance) if failed else None


async def deliver(database: Database, delivery_id: str, post: Post) -> str | None:
    """Send a delivery; gives done, retrying or dead, or None if somebody else has it in hand."""
    claimed = await asyncio.to_thread(_claim, database, delivery_id, post)
    if claimed is None:
        return None
    delivery, subscription = claimed
    try:
        answer = await _hand_over(delivery, subscription, post)
    except TransportError as error:
        failure = error
    except (AlertError, GuardError) as error:
        # The message itself cannot be sent: trying again would change nothing.
        failure = TransportError(str(error), retry=False)
    except Exception as error:
        # A fault of ours: unrecorded, it would leave the delivery in hand and be met for ever.
        log.exception("delivery %s", delivery_id)
        failure = TransportError(f"{type(error).__name__}: {error}")
    else:
        await asyncio.shield(asyncio.to_thread(_done, database, delivery_id, post, answer))
        return "done"
    return await asyncio.shield(asyncio.to_thread(_failed, database, delivery, post, failure))


def _claim(
    database: Database, delivery_id: str, post: Post
) -> tuple[Delivery, Subscription] | None:
    with database.writing() as session:
        delivery = outbox.claim(session, delivery_id, post.owner, post.clock(), LEASE)
        if delivery is None:
            return None
        return delivery, subscriptions.get(session, delivery.subscription_id)


async def _hand_over(delivery: Delivery, subscription: Subscription, post: Post) -> str:
    payload = delivery.payload
    if subscription.status == "ended":
        raise TransportError("the subscription has ended", retry=False)
    if subscription.kind == "webhook":
        call = OutgoingCall(
            url=subscription.address,
            delivery_id=delivery.id,
            body=payload["body"].encode(),
            secrets=tuple(subscription.secrets),
            now=post.clock(),
        )
        return await post.webhook.send(call)
    if subscription.kind == "chat":
        return await post.chat.send(
            OutgoingChat(subscription.address, delivery.id, payload["text"])
        )
    mail = OutgoingMail(
        delivery_id=delivery.id,
        sender=post.mail_from,
        recipient=subscription.address,
        subject=payload["subject"],
        text=payload["text"],
        html=payload["html"],
        date=delivery.created_at,
        unsubscribe_url=payload.get("unsubscribe_url", ""),
    )
    return await post.mail.send(mail)


def _done(database: Database, delivery_id: str, post: Post, answer: str) -> None:
    with database.writing() as session:
        outbox.done(session, delivery_id, post.clock(), answer)


def _failed(database: Database, delivery: Delivery, post: Post, error: TransportError) -> str:
    now = post.clock()
    pause = retry_pause(delivery.attempts, post.chance()) if error.retry else None
    with database.writing() as session:
        if error.gone:
            subscriptions.gone(subscriptions.get(session, delivery.subscription_id), str(error))
        if pause is None:
            outbox.dead(session, delivery.id, now, str(error))
            return "dead"
        wait = max(pause, timedelta(seconds=error.retry_after or 0))
        outbox.retry(session, delivery.id, now, str(error), now + wait)
        return "retrying"
