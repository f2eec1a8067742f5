# ruff: noqa: ARG002, N802 - the names and arguments are aiosmtpd's
"""A real SMTP server on loopback that keeps mails, and refuses what it is told to refuse."""

import asyncio
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass
class MailServer:
    """``recipient`` and ``data`` are its answers to RCPT and DATA; ``mails`` what it took,
    ``hold`` keeps it silent after DATA till set (``holding`` then). A
    session takes ``mails_a_session``; it says so
    with 421, or hangs up without a word where ``rude``. Beyond ``most_sessions`` at once it greets
    nobody."""

    recipient: str = ""
    data: str = ""
    hold: asyncio.Event | None = None
    holding: asyncio.Event = field(default_factory=asyncio.Event)
    mails_a_session: int = 1_000
    rude: bool = False
    most_sessions: int = 1_000
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    sessions: int = 0
    logins: list[LoginPassword] = field(default_factory=list)
    port: int = 0
    protocols: list[SMTP] = field(default_factory=list)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        session.mails = getattr(session, "mails", 0) + 1
        if session.mails > self.mails_a_session:
            if self.rude:
                server.transport.abort()
            return "421 4.7.0 enough of you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.hold is not None:
            self.holding.set()
            await self.hold.wait()
        if self.data:
            return self.data
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 2.0.0 kept"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append(data)
        return AuthResult(success=data.password == b"p@ss/word", handled=False)

    def is_full(self):
        open_ones = [each for each in self.protocols if each.transport is not None]
        return sum(not each.transport.is_closing() for each in open_ones) >= self.most_sessions

    def hang_up(self):
        for protocol in self.protocols:
            if protocol.transport is not None:
                protocol.transport.abort()


class Refusing(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b"421 4.7.0 too many of you\r\n")
        transport.close()


async def start(mailserver, context=None, starttls=None, login=False):
    def protocol():
        if mailserver.is_full():
            return Refusing()
        made = SMTP(
            mailserver,
            hostname="localhost",
            tls_context=starttls,
            authenticator=mailserver.authenticate if login else None,
            auth_required=login,
        )
        mailserver.protocols.append(made)
        return made

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context)
    mailserver.port = listening.sockets[0].getsockname()[1]
    return listening
