"""A further machine's share of the work: what the queue gives, until told to stop."""

import asyncio
import logging
import signal

from scheduler.pulse import Pulse
from scheduler.queues import WorkQueue
from scheduler.supervisor import Supervisor
from scheduler.work import Workshop

log = logging.getLogger(__name__)

# What is in hand gets this long to end; what does not is taken up by others.
STOP_SECONDS = 6.0


async def work(
    shop: Workshop, queue: WorkQueue, supervisor: Supervisor, stopping: asyncio.Event
) -> None:
    """Work until SIGTERM or SIGINT, or ``stopping`` is set."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await queue.start()
    pulse = Pulse(supervisor, shop.stuck, lambda: f"{len(queue.in_hand)} pieces of work in hand")
    beating = asyncio.create_task(pulse.go_on(lambda: None))
    log.info("worker started: %d places, %d sources",
             shop.desk.manner.concurrency, len(shop.desk.sources))  # fmt: skip
    supervisor.ready()
    await stopping.wait()
    supervisor.stopping()
    ending = [asyncio.ensure_future(part) for part in (queue.stop(), shop.aclose())]
    await asyncio.wait(ending, timeout=STOP_SECONDS)
    for part in ending:
        part.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
    beating.cancel()
    log.info("worker stopped")
