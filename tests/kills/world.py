"""The world around a program that is killed: outlets, a mailbox, an endpoint; none of them dies."""

import os
import random
import signal
import threading
from collections import Counter, defaultdict
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from tests.alerts import mailserver
from tests.diembao.press import filler
from tests.network import receiver
from tests.servers import background, outlet

COPIES = 0.15
FEED_LENGTH = 60


@dataclass
class Trap:
    """Waits for something to happen and kills in that instant, or ``delay`` seconds later."""

    kind: str
    victims: list
    delay: float = 0.0
    touched: threading.Lock = field(default_factory=threading.Lock)
    sprung: threading.Event = field(default_factory=threading.Event)

    def happened(self, kind):
        """Something happens: perhaps what is waited for."""
        if kind == self.kind and self.touch():
            if self.delay:
                threading.Timer(self.delay, self.spring).start()
            else:
                self.spring()

    def spring(self):
        """End the processes as a power cut would: at once, wherever they are."""
        for pid in self.victims:
            os.kill(pid, signal.SIGKILL)
        self.sprung.set()

    def touch(self):
        """Tell whether the caller is the first, who alone lets it spring."""
        return self.touched.acquire(blocking=False)


@dataclass
class World:
    """What was published and what was received."""

    chance: random.Random
    outlets: list = field(default_factory=list)
    published: dict = field(default_factory=dict)  # number of the body by address
    mails: mailserver.MailServer = None
    hooks: receiver.Receiver = None
    trap: Trap | None = None
    happenings: Counter = field(default_factory=Counter)
    received: defaultdict = field(default_factory=lambda: defaultdict(set))
    times: Counter = field(default_factory=Counter)

    def happened(self, kind):
        self.happenings[kind] += 1
        if self.trap is not None:
            self.trap.happened(kind)

    def publish(self):
        """Publish an article somewhere, now and then a copy of an earlier one."""
        place = self.chance.choice(self.outlets)
        number = len(self.published)
        copied = number and self.chance.random() < COPIES
        body = self.chance.choice(list(self.published.values())) if copied else number
        title = f"TP.HCM chuyển đổi số: phường An {body} mở kho dữ liệu Bình {body}"
        paragraphs = "".join(f"<p>{part}</p>" for part in filler(body).split("\n\n"))
        path = f"/phuong-an-{number}-post{number}.html"
        place.article(path, title=title, body=paragraphs)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        place.announce(path, title=title, date_published=now)
        del place.feeds["/feed.json"][:-FEED_LENGTH]
        self.published[place.base + path] = body

    def took_call(self, call):
        self.received[call.headers["webhook-id"]].add(call.body)
        self.times[call.headers["webhook-id"]] += 1
        self.happened("call")

    def took_mail(self, content):
        head = content.partition(b"\r\n\r\n")[0].decode()
        line = next(each for each in head.splitlines() if each.lower().startswith("message-id:"))
        key = line.partition("<")[2].partition("@")[0]
        self.received[key].add(content)
        self.times[key] += 1
        self.happened("mail")


@dataclass
class Watched(outlet.Outlet):
    """An outlet that tells the world what it is asked."""

    world: World = None

    async def answer(self, request):
        self.world.happened("feed" if request.path in self.feeds else "page")
        return await super().answer(request)


@contextmanager
def running(chance, outlets):
    """Run a world."""
    world = World(chance)

    @asynccontextmanager
    async def servers():
        async with AsyncExitStack() as stack:
            for _ in range(outlets):
                made = Watched(world=world, feeds={"/feed.json": []})
                await stack.enter_async_context(outlet.serving(made))
                world.outlets.append(made)
            world.mails = _Mailbox()
            world.mails.world = world
            listening = await mailserver.start(world.mails)
            world.hooks = _Hook(status=204, body=b"")
            world.hooks.world = world
            runner = await receiver.start(world.hooks)
            yield world
            world.mails.hang_up()
            listening.close()
            await runner.cleanup()

    with background.beside(servers) as (_loop, made):
        yield made


class _Mailbox(mailserver.MailServer):
    async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002 - aiosmtpd's names
        self.world.took_mail(envelope.original_content)
        return "250 2.0.0 kept"


class _Hook(receiver.Receiver):
    async def answer(self, request):
        self.world.took_call(
            receiver.Call(request.path, dict(request.headers), await request.read())
        )
        return web.Response(status=204)
