"""Serving the application inside the caller's event loop."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

App = FastAPI
"""What is served."""

STOP_SECONDS = 3
LOOPBACK = "127.0.0.1, ::1"


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: the daemon decides when it ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon."""
        yield


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
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            forwarded_allow_ips=trusted_proxies,
            timeout_graceful_shutdown=STOP_SECONDS,
            limit_concurrency=200,
        )
    )
