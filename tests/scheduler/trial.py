"""Work made up for the tests of queues."""

import asyncio
from dataclasses import dataclass, field

from scheduler.work import KINDS, Kind, Work


@dataclass
class Trial:
    """Work made up for a test: goes on until `end`, fails as often as told."""

    begun: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    failures: int = 0
    end: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, _shop, on):
        self.begun.append(on)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.failures:
                self.failures -= 1
                raise RuntimeError("lần này hỏng")
            await self.end.wait()
        finally:
            self.at_once -= 1


def announce(made, monkeypatch):
    """Make kinds of it, one for each line; ``alone`` takes the lock of its host."""
    free = {"lock": lambda _desk, work: work.key}
    for kind in (
        Kind("try alerts", made.run, "alerts", **free),
        Kind("try news", made.run, "news", 1, **free),
        Kind("try history", made.run, "history", **free),
        Kind("alone", made.run, lock=lambda _desk, _work: "host"),
    ):
        monkeypatch.setitem(KINDS, kind.name, kind)


def several(kind, count):
    return [Work(kind, f"{kind[4:]} {number}") for number in range(count)]
