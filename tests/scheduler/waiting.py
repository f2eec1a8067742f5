"""Waiting for what goes on beside a test in the same loop."""

import asyncio


async def until(condition, seconds=20.0):
    """Ask again and again until the condition holds."""
    for _ in range(int(seconds * 100)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"did not come true within {seconds} s")
