"""aiohttp's connections to public addresses only: of crawls, webhooks, hubs and the doctor."""

import socket
from typing import Any

import aiohttp
from aiohttp.abc import ResolveResult

from network.guard import check_connection, guarded_socket_factory


class GuardedResolver(aiohttp.ThreadedResolver):
    """Refuses a name one of whose addresses is not public: such names serve rebinding."""

    def __init__(self, *, allow_private: bool) -> None:
        super().__init__()
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a name up; raises RefusedAddressError beside the system's errors."""
        answers = await super().resolve(host, port, family)
        for answer in answers:
            check_connection(answer["host"], self._allow_private)
        return answers


def connector(*, allow_private: bool, **bounds: Any) -> aiohttp.TCPConnector:
    """Make a connector whose every connection is judged; ``bounds`` are aiohttp's own settings.

    The resolver sees all answers to a name, which are kept for ten seconds. Addresses written as
    numbers pass it by, so each is judged again right before the connection.
    """
    return aiohttp.TCPConnector(
        resolver=GuardedResolver(allow_private=allow_private),
        socket_factory=guarded_socket_factory(allow_private=allow_private),
        **bounds,
    )
