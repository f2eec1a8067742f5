"""Running what goes on until it is told to stop, and seeing to it that it then ends."""

import asyncio
import logging
import os
import threading
from collections.abc import Coroutine
from typing import Any

from network.naming import Loop

log = logging.getLogger(__name__)

# Service managers wait this long or longer; what ends by itself is done sooner.
END_SECONDS = 8.0
FAILURES = 1


def run_until(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Run some work to its end, which is to come soon after ``stopping`` is set.

    What hangs in a thread then (a name server, another's lock) is left, as a kill would leave it.
    """

    async def run() -> None:
        ending = asyncio.create_task(_end_in_time(stopping))
        await work
        ending.cancel()

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(run())


async def _end_in_time(stopping: asyncio.Event) -> None:
    await stopping.wait()
    timer = threading.Timer(END_SECONDS, _end_now)
    timer.daemon = True
    timer.start()


def _end_now() -> None:
    log.error("what is in hand does not end: it is left, and taken up at the next start")
    os._exit(FAILURES)
