"""Mail by SMTP, or into a folder where no server is set."""

import asyncio
import os
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path

import aiosmtplib

from alerts.envelopes import Letter, OutgoingMail, write
from alerts.errors import AddressError, TransportError
from alerts.smtp import CLOSING, Line, failure, server

SEND_SECONDS = 90.0
"""Longest time one mail may take, connecting and waiting for its turn included."""
CONNECTIONS = 4
"""Most connections at once: more bring no more mails a second."""
REST_SECONDS = 60.0
"""How long a connection is not tried that the server refused while others were open."""

Seal = Callable[[bytes], bytes]
"""Signs the bytes of a mail: gives them with a signature in front."""


class SmtpTransport:
    """Sends mails over a few connections, each kept while it lasts; one where one is enough.

    Each mail has one recipient, so what becomes of it is never half of a success.
    """

    def __init__(
        self,
        url: str,
        context: ssl.SSLContext | None = None,
        seal: Seal | None = None,
        connections: int = CONNECTIONS,
    ) -> None:
        self._server = server(url)
        self._seal = seal
        trusted = context or ssl.create_default_context()
        self._lines = [Line(self._server, trusted) for _ in range(connections)]
        # The line given back last is taken first: the others are opened only if it is in use.
        self._free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
        for line in reversed(self._lines):
            self._free.put_nowait(line)

    async def send(self, message: OutgoingMail) -> str:
        """Give one mail to the server; raises TransportError."""
        letter = await _written(message, self._seal)
        try:
            # The time spent waiting for others counts: the sender's claim runs on meanwhile.
            async with asyncio.timeout(SEND_SECONDS) as limit:
                return await self._hand_over(letter, limit.when() or 0.0)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise failure(error, self._server.host) from error

    async def _hand_over(self, letter: Letter, until: float) -> str:
        while True:
            line = await self._free.get()
            rest = 0.0
            try:
                return await line.hand_over(letter, until)
            except aiosmtplib.SMTPConnectResponseError as error:
                # The server takes no further connection beside those it has.
                if error.code != CLOSING or not any(other.is_open for other in self._lines):
                    raise
                rest = REST_SECONDS
            finally:
                if rest:
                    asyncio.get_running_loop().call_later(rest, self._free.put_nowait, line)
                else:
                    self._free.put_nowait(line)

    async def aclose(self) -> None:
        """Say goodbye to the server."""
        for line in self._lines:
            await line.aclose()


async def greet(url: str, seconds: float, context: ssl.SSLContext | None = None) -> None:
    """Connect to a mail server and log in, and send nothing; raises TransportError."""
    asked = server(url)
    line = Line(asked, context or ssl.create_default_context())
    try:
        async with asyncio.timeout(seconds):
            await line.greet()
            await line.aclose()
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise failure(error, asked.host) from error


class FolderTransport:
    """Lays each mail into a folder as ``ID.eml``, whole or not at all; a second one replaces it."""

    def __init__(self, folder: Path, seal: Seal | None = None) -> None:
        self._folder = folder
        self._seal = seal

    async def send(self, message: OutgoingMail) -> str:
        """Write one mail; raises TransportError."""
        letter = await _written(message, self._seal)
        path = self._folder / f"{message.delivery_id}.eml"
        try:
            await asyncio.to_thread(_lay, path, letter.content)
        except OSError as error:
            raise TransportError(f"{path}: {error.strerror}") from error
        return f"written to {path}"

    async def aclose(self) -> None:
        """Do nothing: no file is kept open."""


def _lay(path: Path, content: bytes) -> None:
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


async def _written(message: OutgoingMail, seal: Seal | None) -> Letter:
    try:
        letter = write(message)
    except AddressError as error:
        raise TransportError(str(error), retry=False) from error
    if seal is None:
        return letter
    # A signature takes some milliseconds of arithmetic.
    signed = await asyncio.to_thread(seal, letter.content)
    return Letter(letter.sender, letter.recipient, signed)
