"""A further machine's share of the work: what the queue gives, until told to stop."""

import asyncio
import logging
import signal

from scheduler.pulse import Pulse
from scheduler.queues import WorkQueue
from scheduler.reloading import Reload, reload_when_asked
from scheduler.supervisor import Supervisor
from scheduler.work import Workshop

log = logging.getLogger(__name__)

# What is in hand gets this long to end; what does not is taken up by others.
STOP_SECONDS = 6.0


async def work(
    shop: Workshop,
    queue: WorkQueue,
    supervisor: Supervisor,
    stopping: asyncio.Event,
    reload: Reload | None = None,
) -> None:
    """Work until SIGTERM or SIGINT, or ``stopping`` is set; at SIGHUP ``reload``."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if reload:
        loop.add_signal_handler(signal.SIGHUP, asked.set)
    await queue.start()
    pulse = Pulse(supervisor, shop.stuck, lambda: f"{len(queue.in_hand)} pieces of work in hand")
    beside = [
        asyncio.create_task(pulse.go_on(lambda: None)),
        asyncio.create_task(reload_when_asked(reload, asked, supervisor)),
    ]
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
    for task in beside:
        task.cancel()
    log.info("worker stopped")
