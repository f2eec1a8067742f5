"""What mails and webhooks are sent with, made from the settings."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from alerts.dkim_seal import Seal, open_seal
from alerts.envelopes import OutgoingMail, mail_sender
from alerts.errors import AlertError
from alerts.matching import Sender
from alerts.sending import Post
from alerts.transports import Transport
from alerts.transports.chat import ChatTransport
from alerts.transports.mail import FolderTransport, SmtpTransport
from alerts.transports.webhook import WebhookTransport
from alerts.waking import Pace
from diembao.failures import kept
from diembao.output import note
from diembao.settings import Settings, SettingsError, kept_secret
from diembao.workplace import open_archive
from scheduler.clock import utc_now
from scheduler.deliveries import send
from scheduler.leases import take_over_from_the_dead, this_owner
from scheduler.poll import Desk
from scheduler.work import Workshop
from storage import outbox
from storage.database import Database


@contextmanager
def open_books(settings: Settings) -> Iterator[Database]:
    """Open the archive for alerts; what dead senders held is back in line."""
    database = open_archive(settings)
    try:
        take_over_from_the_dead(database, utc_now())
        yield database
    finally:
        database.close()


def sender(settings: Settings) -> Sender:
    """Give who alerts come from; the signing key is made on first use."""
    return Sender(settings.public_url, kept_secret(settings, "secret_key")[0])


def pace(settings: Settings) -> Pace:
    """Give how soon and how often 'instant' tells people."""
    return Pace(timedelta(seconds=settings.instant_wait), settings.instant_most_an_hour)


def mail_seal(settings: Settings) -> Seal | None:
    """Give what signs mails, None where no key is set; raises SettingsError."""
    if settings.dkim_key_file is None:
        return None
    try:
        domain = settings.dkim_domain or mail_sender(settings.mail_from).domain
        return open_seal(settings.dkim_key_file, settings.dkim_selector, domain)
    except AlertError as error:
        raise SettingsError("{error}", error=error) from error


def open_post(settings: Settings) -> Post:
    """Open the transports: SMTP, or a folder of .eml files when none is set; and webhooks."""
    mail: Transport[OutgoingMail]
    seal = mail_seal(settings)
    if settings.smtp_url:
        mail = SmtpTransport(settings.smtp_url, seal=seal)
    else:
        mail = FolderTransport(settings.data_dir / "outbox", seal)
    return Post(
        mail=mail,
        webhook=WebhookTransport(settings.allow_private_networks, settings.user_agent),
        chat=ChatTransport(settings.allow_private_networks),
        mail_from=settings.mail_from,
        owner=this_owner(),
        clock=utc_now,
        chance=random.random,
        manage_url=partial(sender(settings).link, "manage"),
    )


def open_shop(settings: Settings, desk: Desk) -> Workshop:
    """Give what the work of a daemon or worker is done with."""
    return Workshop(desk, sender(settings), open_post(settings), pace(settings))


def send_now(database: Database, settings: Settings, wanted: Sequence[str]) -> Counter[str]:
    """Send these deliveries, name those that failed, and count what became of them."""

    async def go() -> Counter[str]:
        post = open_post(settings)
        try:
            return await send(database, post, wanted)
        finally:
            await post.aclose()

    outcomes = asyncio.run(go())
    with database.reading() as session:
        for delivery in (outbox.get(session, delivery_id) for delivery_id in wanted):
            if delivery.status in ("retrying", "dead"):
                note(f"diembao: {delivery.id}: {kept(delivery.last_error or '')}")
    return outcomes


def went_wrong(outcomes: Counter[str]) -> bool:
    """Tell whether any delivery failed; one that the daemon has in hand did not."""
    return any(outcomes[name] for name in ("retrying", "dead", "failed"))
