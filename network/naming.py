"""Looking names up in threads of their own.

A name server that is gone keeps each look-up for half a minute. In the threads that the loop uses
for everything else, a few of them would hold up the database and with it the whole program.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

MOST_AT_ONCE = 32


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose name look-ups keep no other work waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._names = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="names")

    async def getaddrinfo(self, host: Any, port: Any, **kinds: Any) -> Any:
        """Look a name up, as the loop's own method does."""
        return await self.run_in_executor(
            self._names,
            socket.getaddrinfo,
            host,
            port,
            kinds.get("family", 0),
            kinds.get("type", 0),
            kinds.get("proto", 0),
            kinds.get("flags", 0),
        )

    def close(self) -> None:
        """Close the loop; look-ups under way are not waited for."""
        self._names.shutdown(wait=False, cancel_futures=True)
        super().close()
