"""Reading settings, source files and seeds anew while the work goes on, when it is asked for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from scheduler.supervisor import Supervisor

log = logging.getLogger(__name__)

Reload = Callable[[], Awaitable[None]]


async def reload_when_asked(
    reload: Reload | None, asked: asyncio.Event, supervisor: Supervisor
) -> None:
    """Reload each time that ``asked`` is set, and tell the service manager, until cancelled."""
    while reload:
        await asked.wait()
        asked.clear()
        supervisor.reloading()
        try:
            await reload()
        except Exception:
            log.exception("not all could be read anew")
        supervisor.ready()
