"""Mail by SMTP, or into a folder where no server is set."""

import asyncio
import contextlib
import os
import re
import ssl
import tempfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from alerts.envelopes import OutgoingMail, build
from alerts.errors import AddressError, TransportError
from alerts.lines import one_line

STEP_SECONDS = 30.0
"""Longest wait for one answer of a mail server."""
SEND_SECONDS = 90.0
"""Longest time one mail may take, connecting and waiting for its turn included."""

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
            "SMTP_URL is not smtp://, smtps:// or smtp+starttls:// user:password@host:port"
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
        raise AddressError("SMTP_URL cannot be understood: its port or host is none") from None
    return parts, port


class SmtpTransport:
    """Sends mails one after the other over one connection that is kept while it lasts."""

    def __init__(self, url: str, context: ssl.SSLContext | None = None) -> None:
        self._server = server(url)
        self._context = context or ssl.create_default_context()
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0
        self._lock = asyncio.Lock()

    async def send(self, message: OutgoingMail) -> str:
        """Give one mail to the server; raises TransportError."""
        mail = _built(message)
        try:
            # The time spent waiting for others counts: the sender's claim runs on meanwhile.
            async with asyncio.timeout(SEND_SECONDS) as limit, self._lock:
                return await self._hand_over(mail, limit.when() or 0.0)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(error, self._server.host) from error

    async def _hand_over(self, mail: EmailMessage, until: float) -> str:
        sender, recipient = (mail[name].addresses[0].addr_spec for name in ("From", "To"))
        loop = asyncio.get_running_loop()
        # Before Python 3.12 wait_for may swallow the time limit's cancellation when an answer
        # comes at that very moment; a closed connection cannot be overheard.
        watch = loop.call_at(until + _GRACE_SECONDS, self._drop)
        try:
            client = await self._connected()
            _, answer = await client.sendmail(sender, [recipient], mail.as_bytes())
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            raise
        except BaseException:
            # Nobody knows how far it got, so the connection is not used again.
            self._drop()
            raise
        finally:
            watch.cancel()
        self._used_at = loop.time()
        return one_line(f"250 {answer}", 200)

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

    async def aclose(self) -> None:
        """Say goodbye to the server."""
        async with self._lock:
            if self._client is not None and self._client.is_connected:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await self._client.quit()
            self._drop()


class FolderTransport:
    """Lays each mail into a folder as ``ID.eml``, whole or not at all; a second one replaces it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: OutgoingMail) -> str:
        """Write one mail; raises TransportError."""
        mail = _built(message)
        path = self._folder / f"{message.delivery_id}.eml"
        try:
            await asyncio.to_thread(_write, path, mail.as_bytes())
        except OSError as error:
            raise TransportError(f"{path}: {error.strerror}") from error
        return f"written to {path}"

    async def aclose(self) -> None:
        """Do nothing: no file is kept open."""


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _built(message: OutgoingMail) -> EmailMessage:
    try:
        return build(message)
    except AddressError as error:
        raise TransportError(str(error), retry=False) from error


def failure(error: Exception, host: str) -> TransportError:
    """Say what a mail server's refusal or silence means for the delivery.

    A mailbox that is not there ends the subscription; a mail refused for what it is, the
    delivery. Trouble with the server, our password or our sender may be mended: try again.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        refused = error.recipients[0]
        text = one_line(f"{host}: {refused.code} {refused.message}", 300)
        permanent = refused.code >= 500
        gone = permanent and _no_mailbox(refused.code, refused.message)
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
