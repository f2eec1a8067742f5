"""Asking hosts: public addresses only, no redirect followed, time and size bounded."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode, urlsplit

import aiohttp

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
        self._keeping = _session(allow_private, user_agent, trusted, keeps=True)
        self._closing = _session(allow_private, user_agent, trusted, keeps=False)
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
        try:
            session = self._keeping if self._keeps(urlsplit(url).netloc) else self._closing
            async with session.request(
                method,
                url,
                data=body or None,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as response:
                beginning = await _beginning(response.content, most)
        except TimeoutError as error:
            raise UnreachableError(f"no answer within {seconds:.0f} seconds") from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, RefusedAddressError):
                raise error.os_error from error
            raise UnreachableError(_one_line(f"{error.host}: {error.os_error}")) from error
        except ValueError as error:  # aiohttp's InvalidURL among them
            raise GuardError(
                N_("{address} is not an address: {error}"), address=ascii(url[:80]), error=error
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(_one_line(str(error)) or type(error).__name__) from error
        return Answer(response.status, response.headers, beginning)

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
        await self._keeping.close()
        await self._closing.close()


def _session(
    allow_private: bool, user_agent: str, trusted: ssl.SSLContext, *, keeps: bool
) -> aiohttp.ClientSession:
    kept = {"keepalive_timeout": KEPT_SECONDS} if keeps else {"force_close": True}
    return aiohttp.ClientSession(
        # Who asks bounds how many are asked at once.
        connector=connector(allow_private=allow_private, ssl=trusted, limit=0, **kept),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "identity"},
        auto_decompress=False,  # a small answer may unpack to a large one
    )


async def _beginning(content: aiohttp.StreamReader, most: int) -> bytes:
    body = bytearray()
    # Where the rest breaks off, the head has said what came of the call.
    with suppress(aiohttp.ClientPayloadError):
        async for piece in content.iter_any():
            body += piece
            if len(body) >= most:
                break
    return bytes(body[:most])


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
