"""Real servers beside a test that runs the program: they live in a thread with its own loop."""

import asyncio
import threading
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

from diembao.demo.newsroom import Newsroom
from diembao.demo.newsroom.site import SHIPPED
from tests.alerts import mailserver as mail
from tests.network import receiver as web
from tests.servers import rude as rude_server


@contextmanager
def newsroom(folder=SHIPPED):
    """Run the sample newsroom, its articles aged as of now."""

    @asynccontextmanager
    async def running():
        async with Newsroom(datetime.now(UTC), folder) as made:
            yield made

    with _beside(running) as (_loop, made):
        yield made


@contextmanager
def mailserver():
    """Run an SMTP server that keeps mails."""

    @asynccontextmanager
    async def running():
        made = mail.MailServer()
        listening = await mail.start(made)
        yield made
        made.hang_up()
        listening.close()

    with _beside(running) as (_loop, made):
        yield made


class Hooks(web.Receiver):
    """A webhook receiver that may be told to keep its callers waiting."""

    loop: asyncio.AbstractEventLoop

    def hang(self):
        """Answer nobody until `let_go`."""
        self.hold = asyncio.Event()

    def let_go(self):
        """Answer those who wait, and everyone from now on."""
        held, self.hold = self.hold, None
        self.loop.call_soon_threadsafe(held.set)


@contextmanager
def receiver():
    """Run a webhook receiver that answers 204."""

    @asynccontextmanager
    async def running():
        made = Hooks(status=204, body=b"")
        runner = await web.start(made)
        yield made
        await runner.cleanup()

    with _beside(running) as (loop, made):
        made.loop = loop
        yield made
        if made.hold is not None:
            made.let_go()


@contextmanager
def rude(**answers):
    """Run a server that answers what it is told to, by path."""

    @asynccontextmanager
    async def running():
        async with rude_server.running() as made:
            yield made

    with _beside(running) as (_loop, made):
        made.answers |= answers
        yield made


@contextmanager
def _beside(running):
    """Enter an asynchronous context in a loop of its own, in a thread, and leave it there too."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def call(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(30)

    context = running()
    try:
        made = call(context.__aenter__())
        try:
            yield loop, made
        finally:
            call(context.__aexit__(None, None, None))
            call(_rest())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


async def _rest():
    """Wait for what the servers left to do."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=5)
