"""Mails that came back: delivery status notifications (RFC 3464), and what follows from them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesParser

from sqlmodel import Session

from alerts.errors import BounceError
from alerts.lines import one_line
from messages.catalogue import N_
from storage import outbox, subscriptions
from storage.errors import UnknownThing

MAX_BYTES = 256 * 1024
"""Most bytes of a notification that are looked at: returned contents may be cut off."""
MAX_PARTS = 50
MAX_RECIPIENTS = 20

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<\s*(dlv-[0-9a-f]{24})@[^>\s]{1,255}>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What became of one recipient of one mail of ours.

    ``status`` is the enhanced code (RFC 3463), as in 5.1.1; ``reason`` is what the server said.
    """

    delivery: str
    recipient: str
    status: str
    reason: str

    @property
    def hard(self) -> bool:
        """Whether the mailbox or its domain is not there, as against our mail being refused."""
        kind, subject, detail = self.status.split(".")
        if kind != "5":
            return False
        return subject == "1" or (subject, detail) in {("2", "1"), ("0", "0"), ("4", "4")}


def read(notification: bytes) -> list[Bounce]:
    """Read a notification as it came by mail; raises BounceError where it is none of our mails'."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(notification[:MAX_BYTES])
    except RecursionError as error:
        raise BounceError(N_("not a delivery status notification: nested too deeply")) from error
    reports: list[Message] = []
    delivery = None
    for part in _parts(message):
        if part.get_content_type() == "message/delivery-status":
            reports += [block for block in part.get_payload() if isinstance(block, Message)]
        elif part is not message and (found := _own_delivery(part)):
            delivery = delivery or found
    if not reports:
        raise BounceError(N_("not a delivery status notification (RFC 3464)"))
    if delivery is None:
        raise BounceError(
            N_("the mail that came back is none of ours: no Message-ID of a delivery")
        )
    bounces = [_bounce(delivery, block) for block in reports[: MAX_RECIPIENTS + 1]]
    return [bounce for bounce in bounces if bounce]


def take_in(session: Session, bounces: list[Bounce], now: datetime) -> list[str]:
    """Stop sending to mailboxes that are not there; gives the subscriptions' ids.

    A notification is believed only where it names a delivery of ours, whose id nobody can guess,
    and the recipient that it went to.
    """
    stopped = []
    for bounce in bounces:
        try:
            delivery = outbox.get(session, bounce.delivery)
        except UnknownThing:
            continue
        found = subscriptions.get(session, delivery.subscription_id)
        if found.kind != "mail" or found.address.casefold() != bounce.recipient.casefold():
            continue
        outbox.came_back(session, delivery.id, now, f"{bounce.status} {bounce.reason}")
        if bounce.hard and found.status in ("active", "pending"):
            subscriptions.gone(found, f"{bounce.status} {bounce.reason}")
            stopped.append(found.id)
    return stopped


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= MAX_PARTS:
            return
        yield part


def _own_delivery(part: Message) -> str | None:
    """Give the delivery of the returned mail: a part with headers, or a part of bare headers."""
    texts = [str(part.get("Message-ID", ""))]
    if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
        texts.append(str(part.get_payload()))
    for text in texts:
        if found := _MESSAGE_ID.search(text):
            return found[1]
    return None


def _bounce(delivery: str, block: Message) -> Bounce | None:
    """Read one recipient's block; the first block of a report is about the mail as a whole."""
    recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
    status = _STATUS.search(str(block.get("Status", "")))
    if not recipient or status is None or status[1] == "2":
        return None
    return Bounce(
        delivery,
        one_line(recipient.rpartition(";")[2].strip().strip("<>"), 254),
        ".".join(str(int(number)) for number in status.groups()),
        one_line(str(block.get("Diagnostic-Code", "")).partition(";")[2].strip(), 200),
    )
