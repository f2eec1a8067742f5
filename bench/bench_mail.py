"""Mails: thousands of subscriptions on fifty filters, one digest each, to an SMTP server beside.

`bench_mail.py [10000]`. All of it is timed: choosing, setting, writing the deliveries, sending,
writing what came of it. Held against the same messages, ready made, in a bare aiosmtplib loop over
as many connections: five hundred each way in turn, so that both have the machine's same moods. The
server is aiosmtpd in a process of its own.
"""

import asyncio
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations
from multiprocessing.connection import Connection
from pathlib import Path

import aiosmtplib
from aiosmtpd.smtp import SMTP
from press import wording
from sqlmodel import select

from alerts.envelopes import Letter, OutgoingMail, write
from alerts.matching import Sender
from alerts.sending import Post
from alerts.transports.mail import CONNECTIONS, SmtpTransport
from alerts.transports.webhook import WebhookTransport
from analysis.fingerprints import fingerprint
from analysis.judgement import Judgement, Relevance, Span, TopicTag
from analysis.searching import searchable
from scheduler.deliveries import send_due
from scheduler.digests import make_due
from storage import events, polling
from storage.arrivals import Arrival
from storage.articles import ingest
from storage.database import Database, open_database
from storage.tables import Delivery, Subscription

OUTLETS = [f"bao{number}" for number in range(11)]
FILTERS = list(combinations(OUTLETS, 2))[:50]
STORIES = 10  # of each outlet, so twenty a digest
NOW = datetime(2025, 11, 28, 0, tzinfo=UTC)
TOPICS = tuple(
    TopicTag(slug, name, 0.8, (Span("số", 0, 2),))
    for slug, name in (("du-lieu", "Dữ liệu"), ("ai", "Trí tuệ nhân tạo"))
)
MAIL_FROM = "Điểm Báo <diembao@example.org>"


class Taken:
    """Takes every mail and forgets it."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 2.0.0 taken"


def _serve(pipe: Connection) -> None:
    async def listen() -> None:
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(
            lambda: SMTP(Taken(), hostname="localhost", loop=loop), "127.0.0.1", 0
        )
        pipe.send(listening.sockets[0].getsockname()[1])
        await listening.serve_forever()

    asyncio.run(listen())


@contextmanager
def server() -> Iterator[int]:
    """Give the port of an SMTP server in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def fill(database: Database, number: int) -> None:
    chance = random.Random(1)  # noqa: S311 - makes news, protects nothing
    with database.writing() as session:
        polling.register(session, {each: (f"Báo {each}", "press") for each in OUTLETS}, NOW)
        first = events.last_id(session)
        for place, outlet in enumerate(OUTLETS * STORIES):
            title, lead, paragraphs = wording(chance)
            text = "\n\n".join(paragraphs)
            url = f"https://{outlet}.example/bai-post{place}.html"
            arrival = Arrival(
                source=outlet, url=url, canonical_url=url, title=title, lead=lead, text=text,
                first_seen_at=NOW - timedelta(hours=1), published_at=NOW - timedelta(hours=1),
            )  # fmt: skip
            judgement = Judgement(
                rules="bench", language="vi", fingerprint=fingerprint(text),
                relevance=Relevance(0.9, True, (Span("số", 0, 2),)), topics=TOPICS, entities=(),
                search=searchable(title, lead, text),
            )  # fmt: skip
            ingest(session, arrival, judgement, ())
        for place in range(number):
            session.add(
                Subscription(
                    id=f"sub-{place}",
                    kind="mail",
                    address=f"nguoi-doc-{place}@example.org",
                    status="active",
                    schedule="daily@07:00",
                    timezone="Asia/Ho_Chi_Minh",
                    language="vi",
                    filters={"sources": list(FILTERS[place % len(FILTERS)])},
                    position=first,
                    period_from=NOW - timedelta(days=1),
                    due_at=NOW,
                    created_at=NOW - timedelta(days=2),
                )
            )


def clock() -> datetime:
    return NOW + timedelta(seconds=time.monotonic() - STARTED)


STARTED = time.monotonic()


class Side:
    """The time that one part takes, over all rounds."""

    def __init__(self, name: str) -> None:
        self.name, self.wall, self.cpu, self.number = name, 0.0, 0.0, 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu

    def __str__(self) -> str:
        each = self.cpu / self.number * 1000
        rate = self.number / self.wall
        return f"  {self.name}: {self.wall:.1f} s, {rate:.0f}/s, {each:.2f} ms of CPU each"


async def send(database: Database, post: Post) -> int:
    sent = 0
    while outcomes := await send_due(database, post, clock):
        sent += outcomes["done"]
    return sent


def letters(database: Database, made: Sequence[str]) -> list[Letter]:
    with database.reading() as session:
        rows = session.exec(
            select(Delivery, Subscription)
            .join(Subscription, Subscription.id == Delivery.subscription_id)
            .where(Delivery.id.in_(made))
        ).all()
    return [
        write(
            OutgoingMail(
                delivery.id,
                MAIL_FROM,
                found.address,
                delivery.payload["subject"],
                delivery.payload["text"],
                delivery.payload["html"],
                delivery.created_at,
                delivery.payload["unsubscribe_url"],
            )
        )
        for delivery, found in rows
    ]


async def send_bare(ready: Sequence[Letter], port: int) -> None:
    async def one(part: Sequence[Letter]) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
            for letter in part:
                await client.sendmail(letter.sender, [letter.recipient], letter.content)

    await asyncio.gather(*(one(ready[start::CONNECTIONS]) for start in range(CONNECTIONS)))


async def rounds(database: Database, port: int) -> tuple[Side, Side, Side, int]:
    """Make, send, and send bare, until all is told; with the bytes sent."""
    making, sending, bare = Side("digests made"), Side("mails sent"), Side("the same, bare")
    sender = Sender("https://diembao.example.org", "mot-khoa-bi-mat-du-dai-cho-cac-bai-thu")
    post = Post(
        SmtpTransport(f"smtp://127.0.0.1:{port}"), WebhookTransport(allow_private=False), MAIL_FROM,
        "bench", clock, lambda: 0.0,
    )  # fmt: skip
    size = 0
    while True:
        with making.timed():
            made = make_due(database, sender, clock)
        if not made:
            break
        making.number += len(made)
        with sending.timed():
            sending.number += await send(database, post)
        ready = letters(database, made)
        size += sum(len(letter.content) for letter in ready)
        with bare.timed():
            await send_bare(ready, port)
        bare.number += len(ready)
    await post.aclose()
    return making, sending, bare, size


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, server() as port:
        database = open_database(f"sqlite:///{Path(folder) / 'bench.db'}")
        fill(database, number)
        making, sending, bare, size = asyncio.run(rounds(database, port))
        database.close()
    print(making, sending, bare, sep="\n")
    if not making.number == sending.number == bare.number == number:
        raise SystemExit("not all were made and sent")
    ratio = (making.wall + sending.wall) / bare.wall
    cpu = (making.cpu + sending.cpu) / bare.cpu
    print(
        f"{number} mails of {size / number / 1000:.0f} kB: {ratio:.2f} times the bare loop"
        f" ({cpu:.2f} by CPU)"
    )


if __name__ == "__main__":
    main()
