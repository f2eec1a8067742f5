"""Chat rooms through Apprise, the optional extra ``chat``."""

import asyncio
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote

from alerts.chat import check_chat_address, masked, service_of
from alerts.errors import AddressError, TransportError
from alerts.lines import one_line
from messages.catalogue import N_

SEND_SECONDS = 60.0
"""Longest time one message may take, waiting for its turn included."""
AT_ONCE = 4

MISSING = N_("chat needs the extra 'chat': pip install 'diembao[chat]'")
_STATUS = re.compile(r"\berror=(\d{3})\b")


@dataclass(frozen=True, slots=True)
class OutgoingChat:
    """A message for a chat room: ``address`` as Apprise writes them, ``text`` ready made."""

    address: str
    delivery_id: str
    text: str


def understood(address: str, allow_private: bool) -> Any:
    """Give what Apprise makes of a room's address; raises AddressError, TransportError without it.

    Apprise connects by itself, so only services are let through whose calls go to themselves.
    """
    check_chat_address(address, allow_private)
    try:
        import apprise  # noqa: PLC0415 - an optional extra, and slow
    except ImportError as error:
        raise AddressError(MISSING) from error
    # Their records name the addresses that are called, and these are secrets.
    logging.getLogger("apprise").propagate = False
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    asset = apprise.AppriseAsset(
        app_id="Diem Bao", app_desc="", app_url="", image_url_mask="", image_url_logo="",
        http_redirects=False, allow_templates=False, secure_logging=True,
    )  # fmt: skip
    with _Words() as words:
        room = apprise.Apprise.instantiate(address, asset=asset)
    if room is None:
        why = _without_secrets(words.text, address)
        raise AddressError(
            N_("{address} is not understood: {why}"),
            address=masked(address),
            why=why or "no such form",
        )
    own = service_of(address).own_hosts
    if own and not str(room.host).lower().rstrip(".").endswith(own):
        raise AddressError(
            N_("{address} does not lead to {hosts}"),
            address=masked(address),
            hosts=" or ".join(own),
        )
    return room


class ChatTransport:
    """Posts messages to chat rooms, a few at once, each in a thread: Apprise knows no other way."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._threads: ThreadPoolExecutor | None = None

    async def send(self, message: OutgoingChat) -> str:
        """Post one message; raises TransportError."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE, "chat")
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._post, message)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await work
        except TimeoutError as error:
            raise TransportError(f"no answer within {SEND_SECONDS:.0f} seconds") from error

    def _post(self, message: OutgoingChat) -> str:
        try:
            room = understood(message.address, self._allow_private)
        except AddressError as error:
            # The extra may be installed, or private networks be allowed, before the next try.
            raise TransportError(str(error)) from None
        with _Words() as words:
            try:
                done = room.notify(
                    body=message.text, title="",
                    body_format="markdown" if service_of(message.address).markdown else "text",
                )  # fmt: skip
            except Exception as error:
                # Whatever a service's module raises may name the address.
                why = _without_secrets(f"{type(error).__name__}: {error}", message.address)
                raise TransportError(f"{masked(message.address)}: {why}") from None
        if done:
            return f"{masked(message.address)}: taken"
        why = _without_secrets(words.text, message.address) or "not taken"
        status = _STATUS.search(words.text)
        gone = status is not None and status[1] == "410"
        raise TransportError(f"{masked(message.address)}: {why}", retry=not gone, gone=gone)

    async def aclose(self) -> None:
        """Give the threads back; what is in their hands ends by itself."""
        if self._threads is not None:
            self._threads.shutdown(wait=False)
            self._threads = None


class _Words(logging.Handler):
    """Keeps what Apprise says of this thread's work: its only way to tell why something failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self._said: list[str] = []

    def __enter__(self) -> Self:
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line of this thread."""
        if record.thread == self._thread and len(self._said) < 5:
            self._said.append(record.getMessage())

    @property
    def text(self) -> str:
        """All that was said, as one line."""
        return one_line("; ".join(self._said), 600)


def _without_secrets(text: str, address: str) -> str:
    """Take every longer piece of an address out of a text."""
    rest = address.partition("://")[2]
    pieces = {*re.split(r"[/:@?&=#,]+", rest), *re.split(r"[/:@?&=#,]+", unquote(rest))}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= 4:
            text = text.replace(piece, "…")
    return one_line(text, 250)
