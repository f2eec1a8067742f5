"""Telling the service manager how the process is, by systemd's notification protocol.

Source: sd_notify(3). One datagram of NAME=VALUE lines a message; without a socket nothing is said.
"""

import logging
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who watches this process: a socket's address, and how often it wants a sign of life.

    An empty address is nobody; ``watchdog_seconds`` 0 wants no sign of life.
    """

    address: str = ""
    watchdog_seconds: float = 0.0

    def ready(self) -> None:
        """Say that the work has begun, or goes on after a reload."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """Say that settings are being read anew; `ready` ends it."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the end has begun."""
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """Give the sign of life."""
        if self.watchdog_seconds:
            self._tell("WATCHDOG=1")

    def status(self, words: str) -> None:
        """Say in one line what goes on."""
        self._tell(f"STATUS={words}")

    def _tell(self, message: str) -> None:
        if not self.address:
            return
        # A name that begins with @ is no file: the kernel writes it with a zero byte.
        address = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaker:
                speaker.setblocking(False)
                speaker.sendto(message.encode(), address)
        except OSError as error:
            # The next one may arrive; a service manager that is gone is no reason to stop.
            log.debug("service manager: %s", error)


def supervisor(environment: Mapping[str, str]) -> Supervisor:
    """Find the service manager in the environment that it gave this process."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return Supervisor()
    wanted = environment.get("WATCHDOG_USEC", "")
    ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return Supervisor(address, int(wanted) / 1e6 if ours and wanted.isdecimal() else 0.0)
