"""An HTTP client that connects to public addresses only, judged on the resolved IP."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import httpcore
import httpx

from network.guard import GuardError, RefusedAddressError, check_address, resolve

FORM_SECONDS = 20.0
MAX_ANSWER = 1_000
MAX_CONNECTIONS = 512
"""Connections of one client: more than are ever in use, so that nobody waits for another's."""
KEPT_CONNECTIONS = 8
"""Idle connections one client keeps: its pool looks at each of them at every request."""


class UnreachableError(Exception):
    """There is no answer; the text says why in one line."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a host itself, checks every answer and connects to what was checked.

    TLS still asks for the host's name, since only the TCP connection is made by IP.
    """

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of a host's addresses that answers."""
        options = tuple(socket_options or ())
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._addresses(host, port, timeout):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int, seconds: float | None) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(seconds):
                return await resolve(host, port, self._allow_private)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from error
        except RefusedAddressError:
            # Left as it is: the pool would cut off the reason of an error of its own.
            raise
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over connections that the guard has looked at."""

    def __init__(self, allow_private: bool, context: ssl.SSLContext) -> None:
        super().__init__(verify=context)
        # httpx hands no backend on to its pool, so the pool is made here.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=KEPT_CONNECTIONS,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(allow_private),
        )


def client(
    allow_private: bool,
    user_agent: str = "diembao",
    seconds: float = 20.0,
    context: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """Make a client that follows no redirect, keeps no proxy, and waits ``seconds`` for each step.

    Its requests raise RefusedAddressError beside httpx's own errors.
    """
    transport = GuardedTransport(allow_private, context or httpx.create_ssl_context())
    headers = {"User-Agent": user_agent, "Accept-Encoding": "identity"}
    return httpx.AsyncClient(
        transport=transport,
        headers=headers,
        timeout=seconds,
        follow_redirects=False,
        trust_env=False,
    )


class Clients:
    """Several clients that share the work: the one that has least in hand is asked.

    A pool's bookkeeping grows with all that it holds: one client with 32 requests in flight needs
    four times the processor time for each that 16 clients with 2 need.
    """

    def __init__(self, allow_private: bool, user_agent: str, seconds: float, count: int) -> None:
        context = httpx.create_ssl_context()
        self._clients = [client(allow_private, user_agent, seconds, context) for _ in range(count)]
        self._in_hand = [0] * count

    @asynccontextmanager
    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """Post once; gives the answer, of which nothing but the head is read yet."""
        which = self._in_hand.index(min(self._in_hand))
        self._in_hand[which] += 1
        try:
            request = self._clients[which].stream("POST", url, content=body, headers=headers)
            async with request as response:
                yield response
        finally:
            self._in_hand[which] -= 1

    async def aclose(self) -> None:
        """Close all connections."""
        for each in self._clients:
            await each.aclose()


async def read_bounded(response: httpx.Response, limit: int) -> bytes:
    """Read at most ``limit`` bytes of a streamed answer, as they came, and leave the rest."""
    body = bytearray()
    chunks: AsyncIterator[bytes] = response.aiter_raw()
    async for chunk in chunks:
        body += chunk[: limit - len(body)]
        if len(body) >= limit:
            break
    return bytes(body)


async def date_of(url: str, seconds: float, allow_private: bool, user_agent: str) -> str | None:
    """Ask for a page's head once; give what the host says is the time. Raises UnreachableError."""
    try:
        check_address(url, allow_private)
        async with asyncio.timeout(seconds), client(allow_private, user_agent, seconds) as http:
            response = await http.head(url)
    except TimeoutError as error:
        raise UnreachableError(f"{url}: no answer within {seconds:.0f} seconds") from error
    except (GuardError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        text = " ".join(str(error).split())[:300]
        raise UnreachableError(f"{url}: {text or 'no answer'}") from error
    said: str | None = response.headers.get("date")
    return said


async def post_form(
    url: str, form: Mapping[str, str], *, allow_private: bool, user_agent: str
) -> tuple[int, str]:
    """Post a form once, follow nothing; give the status and the beginning of the answer, one line.

    Raises UnreachableError.
    """
    try:
        check_address(url, allow_private)
        async with (
            asyncio.timeout(FORM_SECONDS),
            client(allow_private, user_agent, FORM_SECONDS) as http,
            http.stream("POST", url, data=dict(form)) as response,
        ):
            body = await read_bounded(response, MAX_ANSWER)
    except TimeoutError as error:
        raise UnreachableError(f"no answer within {FORM_SECONDS:.0f} seconds") from error
    except (GuardError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        text = " ".join(str(error).split())[:300]
        raise UnreachableError(text or "no answer") from error
    text = body.decode("utf-8", "replace")
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return response.status_code, " ".join(plain.split())[:200]
