"""A WebSub hub on loopback: it verifies who subscribes, and passes on what publishers say."""

import asyncio
import hashlib
import hmac
import io
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web


@dataclass
class Hub:
    """``status`` and ``headers`` are its answer to a subscriber; it verifies if that is 202."""

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    lease: int = 3600
    base: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    verified: list[tuple[int, str]] = field(default_factory=list)
    tasks: set = field(default_factory=set)

    async def subscribe(self, request):
        form = dict(await request.post())
        self.asked.append(form)
        if self.status == 202:
            task = asyncio.create_task(self.verify(form))
            self.tasks.add(task)
        return web.Response(status=self.status, headers=self.headers, text="noted")

    async def verify(self, form, **said):
        """Ask a subscriber whether it meant it; gives the status and the echo."""
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "thu-thach",
            "hub.lease_seconds": str(self.lease),
        } | {f"hub.{name}": value for name, value in said.items()}
        async with (
            aiohttp.ClientSession() as session,
            session.get(form["hub.callback"], params=query) as answer,
        ):
            self.verified.append((answer.status, await answer.text()))
        return self.verified[-1]

    async def publish(self, form, body=b"<feed/>", secret=None, method="sha256", callback=None):
        """Tell a subscriber that there is news; gives the status of its answer."""
        key = (form["hub.secret"] if secret is None else secret).encode()
        signature = hmac.new(key, body, getattr(hashlib, method)).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={signature}"}
        address = callback or form["hub.callback"]
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, data=io.BytesIO(body), headers=headers) as answer,
        ):
            return answer.status


@asynccontextmanager
async def running():
    made = Hub()
    application = web.Application()
    application.router.add_post("/hub", made.subscribe)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await asyncio.gather(*made.tasks, return_exceptions=True)
    await runner.cleanup()
