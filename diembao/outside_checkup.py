"""What the doctor finds outside: the mail server, the outlets' hosts and their clocks."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from statistics import median

from alerts.envelopes import mail_sender
from alerts.errors import AlertError
from alerts.transports.mail import greet
from crawler.sources import Source
from diembao.failures import said
from diembao.findings import Finding
from diembao.outlets import load_sources
from diembao.settings import Settings
from messages.catalogue import _
from network.http import UnreachableError, date_of
from scheduler.clock import utc_now

MAIL_SECONDS = 10.0
HOST_SECONDS = 5.0
HOSTS = 3
# An answer's Date is of the second, and underway for some.
MOST_SECONDS_OFF = 30.0


def outside_findings(settings: Settings) -> Iterator[Finding]:
    """Ask the mail server and some outlets' hosts."""
    yield from _mail(settings)
    yield from asyncio.run(_hosts(settings))


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        folder = settings.data_dir / "outbox"
        says = _("no SMTP_URL: mails are written to {folder}").format(folder=folder)
        yield Finding("mail", "note", says)
        return
    try:
        asyncio.run(greet(settings.smtp_url, MAIL_SECONDS))
        yield Finding("mail", "ok", _("the server of SMTP_URL answers"))
    except AlertError as error:
        mend = _("deliveries wait meanwhile; see to the server, or to SMTP_URL")
        yield Finding("mail", "bad", said(error), mend)
    if _is_local(settings.mail_from):
        yield Finding(
            "mail", "note", _("MAIL_FROM is {sender}").format(sender=settings.mail_from),
            _("set an address of your own domain: other servers refuse this one"),
        )  # fmt: skip


def _is_local(sender: str) -> bool:
    try:
        return mail_sender(sender).domain in ("localhost", "localhost.localdomain")
    except AlertError:
        return False


async def _hosts(settings: Settings) -> Sequence[Finding]:
    sources, _faults = load_sources(settings)
    asked = [source for source in sources.values() if source.enabled][:HOSTS]
    if not asked:
        return []
    answers = await asyncio.gather(
        *(_offset(source, settings) for source in asked), return_exceptions=True
    )
    unreached = [answer for answer in answers if isinstance(answer, UnreachableError)]
    if len(unreached) == len(asked):
        mend = _("see to the network, the name server and the firewall")
        says = _("none of {n} outlets can be reached: {error}")
        return [Finding("outlets", "bad", says.format(n=len(asked), error=unreached[0]), mend)]
    found = [Finding("outlets", "ok", _("{n} of {all} outlets asked answer").format(
        n=len(asked) - len(unreached), all=len(asked)))]  # fmt: skip
    told = [answer for answer in answers if isinstance(answer, float)]
    if told and abs(median(told)) > MOST_SECONDS_OFF:
        says = _("this clock is {n:.0f} s off what outlets' hosts say")
        mend = _("have the clock set from the network (NTP)")
        found.append(Finding("clock", "bad", says.format(n=abs(median(told))), mend))
    return found


async def _offset(source: Source, settings: Settings) -> float | None:
    """Give by how many seconds a host's clock is ahead of ours; None where it does not say."""
    allow_private, user_agent = settings.allow_private_networks, settings.user_agent
    said = await date_of(source.homepage, HOST_SECONDS, allow_private, user_agent)
    try:
        moment = parsedate_to_datetime(said or "")
    except ValueError:
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - utc_now()).total_seconds()
