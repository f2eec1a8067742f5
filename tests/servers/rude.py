"""A web server on loopback that sends any bytes at all: what well-kept ones would never say."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def http(body=b"", *headers, status="200 OK", length=None):
    """A whole answer; ``length`` is what Content-Length says, if not the truth."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, "Connection: close", *headers, "", ""]).encode() + body


def feed(*addresses, headers=()):
    """A JSON feed of addresses."""
    items = [{"id": url, "url": url, "title": "Bài"} for url in addresses]
    said = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    return http(json.dumps(said).encode(), "Content-Type: application/feed+json", *headers)


@dataclass
class RudeServer:
    """``answers`` are bytes, or what writes them, by path; everything else is 404."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    base: str = ""

    @property
    def paths(self):
        return [path for path, _ in self.asked]

    async def serve(self, reader, writer):
        # Until the other side, or the test, has had enough.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._answer(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        self.asked.append((path, dict(line.split(": ", 1) for line in head[1:] if line)))
        answer = self.answers.get(path, http(status="404 Not Found"))
        if callable(answer):
            await answer(writer)
        else:
            writer.write(answer)
            await writer.drain()


@asynccontextmanager
async def running(context=None, name="127.0.0.1"):
    """Run a rude server; what it still has in hand at the end is cut off."""
    made = RudeServer()
    tasks = set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        await made.serve(reader, writer)

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    scheme = "https" if context else "http"
    made.base = f"{scheme}://{name}:{listening.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
