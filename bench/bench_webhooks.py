"""Webhooks: a round to a thousand endpoints, some of them hanging, against bare loops.

    python bench/bench_webhooks.py [ENDPOINTS [HANGING [ROUNDS]]]

Ours is all of it: reading what is due, claiming, signing, posting, recording, on SQLite on the disk
that TMPDIR names. The bare loops post ready-made calls: some shapes of httpx, of which the fastest
counts, httpx over aiohttp's connections, as ours goes, and aiohttp alone. Both sides call the same
server in another process, one after the other, in one run.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from alerts.sending import Post
from alerts.transports.mail import FolderTransport
from alerts.transports.webhook import WebhookTransport, new_secret
from scheduler.clock import utc_now
from scheduler.deliveries import Outgoing
from storage.database import Database, open_database
from storage.tables import Delivery, Subscription

NOW = datetime.now(UTC)
BODY = '{"type":"article.published","timestamp":"2026-11-26T09:00:00+07:00","data":"%s"}' % (
    "x" * 1500
)
SHAPES = ((1, 4), (8, 4), (16, 2), (32, 1))
HEADERS = {"Content-Type": "application/json", "webhook-id": "dlv-1", "webhook-timestamp": "1",
           "webhook-signature": "v1," + "A" * 44}  # fmt: skip


@contextmanager
def receiving() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("receiver.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        port = int(server.stdout.readline()) if server.stdout else 0
        yield f"http://127.0.0.1:{port}"
        server.kill()


async def bare(
    url: str, calls: int, clients: int, wide: int, *, over_aiohttp: bool = False
) -> tuple[float, float]:
    """Post so many calls with some clients, each some wide; seconds and CPU seconds."""
    context = httpx.create_ssl_context()
    made = [httpx.AsyncClient(verify=context, trust_env=False) for _ in range(clients)]
    if over_aiohttp:
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        made = [httpx.AsyncClient(transport=AiohttpTransport(verify=context, client=session))]
    todo = iter(range(calls))

    async def work(client: httpx.AsyncClient) -> None:
        for number in todo:
            await client.post(f"{url}/{number}", content=BODY.encode(), headers=HEADERS)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work(client) for client in made for _ in range(wide)))
    took = time.perf_counter() - began, time.process_time() - cpu
    for client in made:
        await client.aclose()
    return took


async def bare_aiohttp(url: str, calls: int, wide: int) -> tuple[float, float]:
    """Post so many calls with one session, so many at once; seconds and CPU seconds."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
        todo = iter(range(calls))

        async def work() -> None:
            for number in todo:
                target = f"{url}/{number}"
                async with session.post(target, data=BODY.encode(), headers=HEADERS) as answer:
                    await answer.read()

        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(wide)))
        return time.perf_counter() - began, time.process_time() - cpu


def fill(database: Database, url: str, endpoints: int, hanging: int) -> None:
    """One subscription and one delivery an endpoint; those that hang stand among the others."""
    every = endpoints // hanging if hanging else endpoints + 1
    with database.writing() as session:
        for n in range(endpoints):
            where = "hang" if n % every == every - 1 else "good"
            session.add(Subscription(
                id=f"sub-{n}", kind="webhook", address=f"{url}/{where}/{n}", status="active",
                schedule="instant", timezone="UTC", language="vi", secrets=[new_secret()],
                period_from=NOW, created_at=NOW))  # fmt: skip
        session.flush()
        for n in range(endpoints):
            session.add(Delivery(
                id=f"dlv-{n:06}", subscription_id=f"sub-{n}", type="article.published",
                status="pending", payload={"body": BODY}, created_at=NOW, due_at=NOW))  # fmt: skip


async def ours(url: str, endpoints: int, hanging: int) -> tuple[float, float]:
    """Send to all that answer; seconds and CPU seconds until the last of these is recorded."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/diembao.db")
        fill(database, url, endpoints, hanging)
        post = Post(FolderTransport(Path(folder)), WebhookTransport(allow_private=True),
                    "x@example.org", "bench/1", utc_now, lambda: 0.0)  # fmt: skip
        outgoing = Outgoing(database, post, due_only=True)
        began, cpu = time.perf_counter(), time.process_time()
        await outgoing.look()
        while outgoing.outcomes["done"] < endpoints - hanging:  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.01)
        took = time.perf_counter() - began, time.process_time() - cpu
        ending = asyncio.create_task(outgoing.idle())
        await asyncio.sleep(0)
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)
        await post.aclose()
        database.close()
    return took


def main(endpoints: int, hanging: int, rounds: int) -> None:
    good = endpoints - hanging
    seen: dict[str, list[tuple[float, float]]] = {}
    with receiving() as url:
        for _ in range(rounds):
            for clients, wide in SHAPES:
                took = asyncio.run(bare(url, good, clients, wide))
                seen.setdefault(f"bare httpx, {clients} clients, each {wide} wide", []).append(took)
            took = asyncio.run(bare(url, good, 1, 32, over_aiohttp=True))
            seen.setdefault("httpx over aiohttp, 32 wide", []).append(took)
            took = asyncio.run(bare_aiohttp(url, good, 32))
            seen.setdefault("aiohttp, 32 wide", []).append(took)
            seen.setdefault("ours", []).append(asyncio.run(ours(url, good, 0)))
            seen.setdefault("hanging", []).append(asyncio.run(ours(url, endpoints, hanging)))
    for name, rounds_of in seen.items():
        wall, cpu = (statistics.median(side) for side in zip(*rounds_of, strict=True))
        print(f"{name}: {good / wall:.0f} a second, {1000 * cpu / good:.2f} ms of CPU each")

    def ratio(over: str, under: str) -> float:
        return statistics.median(a[0] / b[0] for a, b in zip(seen[over], seen[under], strict=True))

    best = min((name for name in seen if name.startswith("bare")),
               key=lambda name: statistics.median(wall for wall, _ in seen[name]))  # fmt: skip
    cpu = statistics.median(a[1] / b[1] for a, b in zip(seen[best], seen["ours"], strict=True))
    print(f"CPU of the best loop to that of ours: {cpu:.2f}")
    print(f"throughput of ours to that of the best loop ({best}): {ratio(best, 'ours'):.2f}")
    for name in ("httpx over aiohttp, 32 wide", "aiohttp, 32 wide"):
        print(f"to that of {name}: {ratio(name, 'ours'):.2f}")
    print(f"{good} answered with {hanging} hanging to without: {ratio('hanging', 'ours'):.2f} x")


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    main(*(given + [1_000, 100, 5][len(given) :]))
