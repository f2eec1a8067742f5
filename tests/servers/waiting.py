"""Waiting for what another process is to bring about."""

import threading
import time

POLL_SECONDS = 0.05


def eventually(condition, seconds=30):
    """Ask again and again until the condition holds, and give what it gave."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, f"did not come true within {seconds} s"
        pause.wait(POLL_SECONDS)
    return found
