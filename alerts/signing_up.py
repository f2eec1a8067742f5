"""Signing up from outside: the same is done, and the same is answered, whoever has a subscription.

A mail goes to the address each time: it asks to confirm, or says that there is a subscription
already. How many sign-ups are taken is limited for each client and in all; how many mails they
cause, for each mailbox. That limit is kept silently, as a refusal would tell of other sign-ups.
"""

import hashlib
import hmac
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts import schedules
from alerts.errors import TooManySignUps
from alerts.matching import Sender, ask_to_confirm, tell_subscribed
from alerts.wishes import Wishes
from storage import events, signups, subscriptions
from storage.filters import Filter, from_json
from storage.signups import SignUp
from storage.tables import Subscription
from storage.waiting import write_waiting

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_OF_A_CLIENT = 10
"""Sign-ups an hour of one network address (IPv6: of one /64)."""
MOST_IN_ALL = 500
"""Sign-ups an hour of everybody."""
MAIL_PAUSE = timedelta(minutes=10)
"""Between two mails to one mailbox."""
MOST_MAILS = 5
"""Mails a day to one mailbox."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sign-up: a checked mail address, checked wishes, and the network address it came from."""

    address: str
    wishes: Wishes
    client: str


def sign_up(session: Session, asked: Asked, sender: Sender, now: datetime) -> None:
    """Take a sign-up and write its mail; raises TooManySignUps, then nothing has changed."""
    client = _hidden(sender, _network(asked.client))
    mailbox = _hidden(sender, _mailbox(asked.address))
    signups.forget(session, now - DAY)
    for most, kept in ((MOST_OF_A_CLIENT, [signups.by_client(client)]), (MOST_IN_ALL, [])):
        filled = signups.filled_at(session, now - HOUR, most, *kept)
        if filled is not None:
            raise TooManySignUps(math.ceil((filled + HOUR - now).total_seconds()))
    mailed = not _mailed_enough(session, mailbox, now)
    # Done in any case and then taken back, so that time tells nothing.
    with session.begin_nested() as step:
        _write(session, asked, sender, now)
        write_waiting(session)
        if not mailed:
            step.rollback()
    session.add(SignUp(at=now, client=client, mailbox=mailbox, mailed=mailed))


def _mailed_enough(session: Session, mailbox: str, now: datetime) -> bool:
    mailed = signups.mailed_to(mailbox)
    return any(
        signups.filled_at(session, now - span, most, mailed) is not None
        for span, most in ((MAIL_PAUSE, 1), (DAY, MOST_MAILS))
    )


def _write(session: Session, asked: Asked, sender: Sender, now: datetime) -> None:
    known = subscriptions.at_address(session, asked.address)
    for subscription in known:
        if subscription.status in ("active", "paused"):
            tell_subscribed(session, subscription, sender, now)
            return
    fresh = new_subscription(session, asked.address, asked.wishes, now)
    for subscription in known:
        # Another wish of an address that waits is another row: a mail asks what it says it asks.
        if _wishes(subscription) == _wishes(fresh):
            ask_to_confirm(session, subscription, sender, now)
            return
    session.add(fresh)
    session.flush()
    ask_to_confirm(session, fresh, sender, now)


def new_subscription(session: Session, address: str, wishes: Wishes, now: datetime) -> Subscription:
    """Make a subscription that waits for its confirmation; it is not stored yet."""
    schedule = schedules.parse(wishes.schedule)
    return Subscription(
        id=subscriptions.new_id(),
        kind="mail",
        address=address,
        status="pending",
        schedule=str(schedule),
        timezone=wishes.timezone,
        language=wishes.language,
        filters=wishes.filter.as_json(),
        position=events.last_id(session),
        period_from=now,
        due_at=schedules.next_due(schedule, now, ZoneInfo(wishes.timezone)),
        created_at=now,
    )


def change(subscription: Subscription, wishes: Wishes, now: datetime) -> None:
    """Give a subscription other wishes from now on; what it was told of stays told."""
    subscription.schedule = str(schedules.parse(wishes.schedule))
    subscription.timezone = wishes.timezone
    subscription.language = wishes.language
    about, wanted = from_json(subscription.filters).about, wishes.filter
    if about:  # the form does not know of it
        wanted = Filter(sources=wanted.sources, kinds=wanted.kinds, about=about)
    subscription.filters = wanted.as_json()
    schedules.plan(subscription, now)


def _wishes(subscription: Subscription) -> tuple[object, ...]:
    # JSON, as stored, has lists where a filter has tuples.
    filters = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in subscription.filters.items()
    }
    return subscription.schedule, subscription.timezone, subscription.language, filters


def _network(client: str) -> str:
    """Give what one client can hardly change: an IPv4 address, the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client[:100]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _mailbox(address: str) -> str:
    """Give the mailbox behind an address: case and what follows a plus do not count."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _hidden(sender: Sender, text: str) -> str:
    """Hash with the service's key: who reads the table learns no address."""
    key = f"sign-up:{sender.secret_key}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
