"""Trying claimed deliveries, and what comes of a try: done, another time, or never."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from alerts import endpoints
from alerts.envelopes import OutgoingMail
from alerts.errors import AlertError, TransportError
from alerts.transports import Transport
from alerts.transports.chat import ChatTransport, OutgoingChat
from alerts.transports.webhook import OutgoingCall
from network.guard import GuardError
from storage import claims, subscriptions
from storage.claims import Claimed, Tried

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
    manage_url: Callable[[str], str] | None = None  # a subscription's own page

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


@dataclass(frozen=True, slots=True)
class Sent:
    """A try that has ended: with the receiver's answer, or with a failure."""

    claimed: Claimed
    started_at: datetime
    finished_at: datetime
    answer: str
    failure: TransportError | None = None


def claim(
    session: Session, wanted: Sequence[str], post: Post, *, due_only: bool = False
) -> list[Claimed]:
    """Take what nobody else has of these deliveries; their attempts are written."""
    return claims.claim(session, wanted, post.owner, post.clock(), LEASE, due_only=due_only)


async def try_once(claimed: Claimed, post: Post) -> Sent:
    """Hand a delivery over; whatever goes wrong is part of the answer."""
    started_at = post.clock()
    failure: TransportError | None = None
    answer = ""
    try:
        answer = await _hand_over(claimed, post)
    except TransportError as error:
        failure = error
    except (AlertError, GuardError) as error:
        # The message itself cannot be sent: trying again would change nothing.
        failure = TransportError(str(error), retry=False)
    except Exception as error:
        # A fault of ours: unrecorded, it would leave the delivery in hand and be met for ever.
        log.exception("delivery %s", claimed.id)
        failure = TransportError(f"{type(error).__name__}: {error}")
    return Sent(claimed, started_at, post.clock(), answer or str(failure or ""), failure)


async def _hand_over(claimed: Claimed, post: Post) -> str:
    payload = claimed.payload
    if claimed.subscription_status == "ended":
        raise TransportError("the subscription has ended", retry=False)
    if claimed.way == "webhook":
        now = post.clock()
        call = OutgoingCall(
            url=claimed.address,
            delivery_id=claimed.id,
            body=payload["body"].encode(),
            secrets=endpoints.signing(claimed.secrets, claimed.old_secret_until, now),
            now=now,
        )
        return await post.webhook.send(call)
    if claimed.way == "chat":
        return await post.chat.send(OutgoingChat(claimed.address, claimed.id, payload["text"]))
    mail = OutgoingMail(
        delivery_id=claimed.id,
        sender=post.mail_from,
        recipient=claimed.address,
        subject=payload["subject"],
        text=payload["text"],
        html=payload["html"],
        date=claimed.created_at,
        unsubscribe_url=payload.get("unsubscribe_url", ""),
    )
    return await post.mail.send(mail)


def settle(session: Session, sent: Sequence[Sent], post: Post) -> list[str]:
    """Record what came of tries; gives done, retrying or dead for each."""
    tried = [_tried(each, post) for each in sent]
    claims.finish(session, tried, post.owner)
    for each, outcome in zip(sent, tried, strict=True):
        if each.failure is not None and each.claimed.type != claims.NOTICE:
            _failed(session, each, outcome, each.failure, post)
    took = (each.claimed for each in sent if each.failure is None)
    # Of mailboxes it is not kept since when they fail.
    endpoints.arrived(session, {each.subscription_id for each in took if each.way != "mail"})
    return ["retrying" if each.outcome == "retry" else each.outcome for each in tried]


def _tried(sent: Sent, post: Post) -> Tried:
    claimed, failure, outcome, due_at = sent.claimed, sent.failure, "done", None
    if failure is not None:
        outcome = "dead"
        pause = retry_pause(claimed.number, post.chance()) if failure.retry else None
        if pause is not None:
            wait = max(pause, timedelta(seconds=failure.retry_after or 0))
            outcome, due_at = "retry", sent.finished_at + wait
    return Tried(
        claimed.id, claimed.number, sent.started_at, sent.finished_at, outcome, sent.answer, due_at
    )


def _failed(
    session: Session, sent: Sent, tried: Tried, failure: TransportError, post: Post
) -> None:
    """Take note of what a failure says of the receiver."""
    found = subscriptions.get(session, sent.claimed.subscription_id)
    if failure.gone:
        subscriptions.gone(found, str(failure))
    elif found.kind != "mail":
        if failure.retry_after:
            # Who asks for a pause means all that would come, not this one call.
            wait = timedelta(seconds=failure.retry_after)
            claims.put_off(session, found.id, sent.finished_at + wait)
        endpoints.failed(session, found, tried, post.manage_url)
