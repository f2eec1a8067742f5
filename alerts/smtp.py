"""One connection to a mail server: made when needed, kept while it lasts."""

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from alerts.envelopes import Letter
from alerts.errors import AddressError, TransportError
from alerts.lines import one_line
from messages.catalogue import N_

STEP_SECONDS = 30.0
"""Longest wait for one answer of a mail server."""
CLOSING = 421
"""A server's answer to anything when it closes the connection (RFC 5321, 3.8)."""

_GRACE_SECONDS = 1.0
_IDLE_SECONDS = 5.0  # a connection idle for longer is asked whether it is still there
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_ENHANCED = re.compile(r"\b[45]\.(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server; ``security`` is ``smtp`` (none), ``smtps`` or ``smtp+starttls``."""

    security: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None


def server(url: str) -> Server:
    """Understand an SMTP address; raises AddressError, which never shows the password."""
    parts, port = _split(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/"):
        raise AddressError(
            N_("SMTP_URL is not smtp://, smtps:// or smtp+starttls:// user:password@host:port")
        )
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    return Server(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # The cause would show the address with its password.
        raise AddressError(N_("SMTP_URL cannot be understood: its port or host is none")) from None
    return parts, port


class Line:
    """Hands letters to a server one after the other over a connection of its own."""

    def __init__(self, server: Server, context: ssl.SSLContext) -> None:
        self._server = server
        self._context = context
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0
        self._content_begun = False
        self._lock = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._client is not None and self._client.is_connected

    async def hand_over(self, letter: Letter, until: float) -> str:
        """Give a letter to the server by the loop's time ``until``; gives its answer.

        Raises aiosmtplib's errors and OSError.
        """
        loop = asyncio.get_running_loop()
        async with self._lock:
            # Before Python 3.12 wait_for may swallow the time limit's cancellation when an answer
            # comes at that very moment; a closed connection cannot be overheard.
            watch = loop.call_at(until + _GRACE_SECONDS, self._drop)
            try:
                return await self._handed_over(letter)
            finally:
                watch.cancel()
                self._used_at = loop.time()

    async def _handed_over(self, letter: Letter) -> str:
        used_before = self.is_open
        try:
            return await self._transaction(letter)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPResponseException) as error:
            # Servers close connections that have carried enough mails or were idle for long.
            if not used_before or not self._surely_not_taken(error):
                raise
        return await self._transaction(letter)

    def _surely_not_taken(self, error: aiosmtplib.SMTPException) -> bool:
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return error.code == CLOSING
        return not self._content_begun

    async def _transaction(self, letter: Letter) -> str:
        self._content_begun = False
        try:
            client = await self._connected()
            sizes = client.supports_extension("size")
            options = [f"SIZE={len(letter.content)}"] if sizes else []
            await client.mail(letter.sender, options=options)
            await client.rcpt(letter.recipient)
            self._content_begun = True
            answer = await client.data(letter.content)
        except aiosmtplib.SMTPResponseException as error:
            await self._reset(error.code)
            raise
        except BaseException:
            # Nobody knows how far it got, so the connection is not used again.
            self._drop()
            raise
        return one_line(f"{answer.code} {answer.message}", 200)

    async def _reset(self, code: int) -> None:
        """Make the connection fit for the next letter after a refusal."""
        if self._client is None:
            return
        try:
            if code == CLOSING:
                raise aiosmtplib.SMTPServerDisconnected("the server closes the connection")
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._drop()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and await self._alive(self._client):
            return self._client
        self._drop()
        client = self._client = self._new_client()
        try:
            await client.connect()
        except BaseException:
            # A connection that failed at the login must not be taken for a good one.
            self._drop()
            raise
        return client

    async def _alive(self, client: aiosmtplib.SMTP) -> bool:
        """Ask a connection that was left idle: a mail lost on a dead one might be sent twice."""
        if not client.is_connected:
            return False
        if asyncio.get_running_loop().time() - self._used_at < _IDLE_SECONDS:
            return True
        try:
            await client.noop()
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    def _new_client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            timeout=STEP_SECONDS,
            use_tls=self._server.security == "smtps",
            start_tls=self._server.security == "smtp+starttls",
            tls_context=self._context,
        )

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def greet(self) -> None:
        """Connect and log in, and send nothing; raises aiosmtplib's errors and OSError."""
        async with self._lock:
            await self._connected()

    async def aclose(self) -> None:
        """Say goodbye to the server once the letter in hand is over."""
        async with self._lock:
            if self._client is not None and self._client.is_connected:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await self._client.quit()
            self._drop()


def failure(error: Exception, host: str) -> TransportError:
    """Say what a mail server's refusal or silence means for the delivery.

    A mailbox that is not there ends the subscription; a mail refused for what it is, the
    delivery. Trouble with the server, our password or our sender may be mended: try again.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        text = one_line(f"{host}: {error.code} {error.message}", 300)
        permanent = error.code >= 500
        gone = permanent and _no_mailbox(error.code, error.message)
        return TransportError(text, retry=not permanent, gone=gone)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        permanent = isinstance(error, aiosmtplib.SMTPDataError) and error.code >= 500
        text = one_line(f"{host}: {error.code} {error.message}", 300)
        return TransportError(text, retry=not permanent)
    reason = one_line(str(error), 250) or "no answer in time"
    return TransportError(f"{host}: {reason}")


def _no_mailbox(code: int, message: str) -> bool:
    """Say whether a permanent refusal is about the mailbox itself (RFC 3463), not our mail."""
    enhanced = _ENHANCED.search(message)
    if enhanced is None:
        return code in {550, 551, 553}
    subject, detail = int(enhanced[1]), int(enhanced[2])
    return (subject == 1 and detail in {1, 2, 3, 6, 10}) or (subject, detail) == (2, 1)
