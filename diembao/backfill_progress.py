"""What a terminal shows of backfills under way: a bar, the pages a second, the expected end."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from diembao.failures import kept
from messages.catalogue import _
from scheduler.poll import Desk
from storage import backfills
from storage.backfills import Remaining

LOOK_SECONDS = 1.0
# The rate is that of the last minutes, as outlets answer now faster, now slower.
RATE_OVER_SECONDS = 300.0


@dataclass(slots=True)
class Forecast:
    """How fast pages have been settled of late, and when all will be."""

    seen: deque[tuple[float, int]] = field(default_factory=deque)

    def look(self, now: float, done: int) -> None:
        """Take down how many pages were settled at a moment (in seconds)."""
        self.seen.append((now, done))
        while now - self.seen[0][0] > RATE_OVER_SECONDS:
            self.seen.popleft()

    @property
    def rate(self) -> float:
        """Pages a second."""
        (began, first), (now, last) = self.seen[0], self.seen[-1]
        return (last - first) / (now - began) if now > began else 0.0

    def left(self, standing: Remaining) -> timedelta | None:
        """Give the time that is left, None as long as that cannot be told."""
        expected = expected_pages(standing)
        if expected is None or not self.rate:
            return None
        return timedelta(seconds=round((expected - standing.candidates_done) / self.rate))


def expected_pages(standing: Remaining) -> float | None:
    """Say how many pages there will be, if places yet to be asked bring as much as those before."""
    if not standing.places_done:
        return None
    return standing.candidates * standing.places / standing.places_done


@asynccontextmanager
async def shown(desk: Desk, begun: Sequence[int]) -> AsyncIterator[None]:
    """Show on a terminal, as long as work goes on, how far it is; nothing in a pipe."""
    if not sys.stderr.isatty() or not begun:
        yield
        return
    showing = asyncio.create_task(_show(desk, begun))
    try:
        yield
    finally:
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing


async def _show(desk: Desk, begun: Sequence[int]) -> None:
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )  # fmt: skip
    forecast = Forecast()
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        bar = progress.add_task("", total=None)
        while True:
            standing, waits = await asyncio.to_thread(_standing, desk, begun)
            forecast.look(time.monotonic(), standing.candidates_done)
            progress.update(
                bar,
                total=expected_pages(standing),
                completed=standing.candidates_done,
                description=in_words(standing, forecast, waits),
            )
            await asyncio.sleep(LOOK_SECONDS)


def _standing(desk: Desk, begun: Sequence[int]) -> tuple[Remaining, list[str]]:
    """Add up how far all are; with it come the reasons of those that wait."""
    with desk.database.reading() as session:
        each = [backfills.remaining(session, one) for one in begun]
        rows = [backfills.get(session, one) for one in begun]
    sums = (
        sum(getattr(one, name) for one in each)
        for name in ("places", "places_done", "candidates", "candidates_done")
    )
    open_ones = [row for row in rows if row.status == "open"]
    waiting = [f"{row.source}: {kept(row.reason)}" for row in open_ones if row.reason]
    return Remaining(*sums), waiting


def in_words(standing: Remaining, forecast: Forecast, waits: Sequence[str]) -> str:
    """Say in one line how far it is, how fast it goes and when it will be over."""
    words = _(
        "{done} of {found} pages, {places_done} of {places} lists, {rate:.1f} a second"
    ).format(
        done=standing.candidates_done,
        found=standing.candidates,
        places_done=standing.places_done,
        places=standing.places,
        rate=forecast.rate,
    )
    left = forecast.left(standing)
    if left is not None:
        words += _(", {left} to go").format(left=left)
    return f"{words} – {waits[0]}" if waits else words
