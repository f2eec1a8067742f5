"""Asking hosts: public addresses only, no redirect followed, time and size bounded."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode, urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from messages.catalogue import N_
from network.connecting import connector
from network.guard import GuardError, RefusedAddressError, check_address

FORM_SECONDS = 20.0
MAX_ANSWER = 1_000
KEPT_HOSTS = 64
"""Hosts whose connections are kept for further calls: open files are few, hosts may be many."""
KEPT_SECONDS = 10.0


class UnreachableError(Exception):
    """There is no answer; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered: ``headers`` by name in any case, the beginning of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Asks hosts one by one or side by side, over connections that are kept for a while.

    It follows no redirect and asks no proxy. It is made, used and closed within one loop.
    """

    def __init__(self, allow_private: bool, user_agent: str = "diembao") -> None:
        self._allow_private = allow_private
        trusted = ssl.create_default_context()
        self._keeping = _client(allow_private, user_agent, trusted, keeps=True)
        self._closing = _client(allow_private, user_agent, trusted, keeps=False)
        self._kept: dict[str, float] = {}  # hosts by the time they were last asked, oldest first

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        most: int = MAX_ANSWER,
    ) -> Answer:
        """Ask once, within so many seconds in all; of the answer ``most`` bytes are read.

        Raises GuardError for what may not be asked, RefusedAddressError among them, and
        UnreachableError.
        """
        check_address(url, self._allow_private)
        client = self._keeping if self._keeps(urlsplit(url).netloc) else self._closing
        try:
            async with (
                asyncio.timeout(seconds),
                client.stream(method, url, content=body or None, headers=headers) as response,
            ):
                beginning = await _beginning(response, most)
        except TimeoutError as error:
            raise UnreachableError(f"no answer within {seconds:.0f} seconds") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise GuardError(
                N_("{address} is not an address: {error}"), address=ascii(url[:80]), error=error
            ) from error
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            raise _why(error) from error
        return Answer(response.status_code, response.headers, beginning)

    def _keeps(self, host: str) -> bool:
        """Say whether a host's connection is kept: one of those asked lately, if they are few."""
        now = asyncio.get_running_loop().time()
        self._kept.pop(host, None)
        while self._kept and (oldest := next(iter(self._kept))):
            if self._kept[oldest] > now - KEPT_SECONDS:
                break
            del self._kept[oldest]
        if len(self._kept) >= KEPT_HOSTS:
            return False
        self._kept[host] = now
        return True

    async def aclose(self) -> None:
        """Close all connections."""
        await self._keeping.aclose()
        await self._closing.aclose()


def _client(
    allow_private: bool, user_agent: str, trusted: ssl.SSLContext, *, keeps: bool
) -> httpx.AsyncClient:
    kept = {"keepalive_timeout": KEPT_SECONDS} if keeps else {"force_close": True}
    session = aiohttp.ClientSession(
        # Who asks bounds how many are asked at once.
        connector=connector(allow_private=allow_private, ssl=trusted, limit=0, **kept),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    client = httpx.AsyncClient(
        # httpcore, httpx's own, takes five times the CPU and has no place for the guard.
        transport=AiohttpTransport(verify=trusted, client=session),
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(None),  # who asks bounds all of it together
        trust_env=False,
    )
    del client.headers["Connection"]  # aiohttp knows better which it keeps
    return client


async def _beginning(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    # Where the rest breaks off, the head has said what came of the call. As it came: a small
    # answer may unpack to a large one.
    with suppress(httpx.ReadError):
        async for piece in response.aiter_raw():
            body += piece
            if len(body) >= most:
                break
    return bytes(body[:most])


def _why(error: Exception) -> Exception:
    """Give the guard's refusal where it is the cause, or an UnreachableError with the reason."""
    cause = error.__cause__ or error
    if isinstance(cause, aiohttp.ClientConnectorError):
        if isinstance(cause.os_error, RefusedAddressError):
            return cause.os_error
        return UnreachableError(_one_line(f"{cause.host}: {cause.os_error}"))
    return UnreachableError(_one_line(str(error)) or type(cause).__name__)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


async def date_of(url: str, seconds: float, allow_private: bool, user_agent: str) -> str | None:
    """Ask for a page's head once; give what the host says is the time. Raises UnreachableError."""
    try:
        async with Client(allow_private, user_agent) as client:
            answer = await client.ask("HEAD", url, seconds=seconds)
    except (GuardError, UnreachableError) as error:
        raise UnreachableError(f"{url}: {error}") from error
    return answer.headers.get("date")


async def post_form(
    url: str, form: Mapping[str, str], *, allow_private: bool, user_agent: str
) -> tuple[int, str]:
    """Post a form once, follow nothing; give the status and the beginning of the answer, one line.

    Raises UnreachableError.
    """
    try:
        async with Client(allow_private, user_agent) as client:
            answer = await client.ask(
                "POST",
                url,
                seconds=FORM_SECONDS,
                body=urlencode(form).encode(),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
    except GuardError as error:
        raise UnreachableError(str(error)) from error
    text = answer.body.decode("utf-8", "replace")
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return answer.status, " ".join(plain.split())[:200]
