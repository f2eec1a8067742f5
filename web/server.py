"""Serving the application inside the caller's event loop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

App = FastAPI
"""What is served."""

STOP_SECONDS = 3
EXCHANGE_SECONDS = 20.0
"""Longest time from a connection, or the answer before, to the end of an answer."""
LOOPBACK = "127.0.0.1, ::1"


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the daemon decides when it ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon."""
        yield


class _Bounded(H11Protocol):
    """A connection that ends when an exchange takes too long.

    uvicorn waits for ever for a request that comes letter by letter or not at all, and such
    connections take the places of all others.
    """

    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._end()
        self._limit = self.loop.call_later(EXCHANGE_SECONDS, self.transport.abort)

    def _end(self) -> None:
        if self._limit is not None:
            self._limit.cancel()


def bound(host: str, port: int) -> socket.socket:
    """Take an address before anything else is started; raises OSError when it is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Bound but not yet listening, the port could be taken by a second daemon as well.
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def server(app: FastAPI, trusted_proxies: str = LOOPBACK) -> Server:
    """Make a server for an application; end it by setting ``should_exit``.

    X-Forwarded-For is believed of ``trusted_proxies`` (addresses and networks), of nobody else.
    """
    return Server(
        uvicorn.Config(
            app,
            http=_Bounded,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            forwarded_allow_ips=trusted_proxies,
            timeout_graceful_shutdown=STOP_SECONDS,
            limit_concurrency=200,
        )
    )
