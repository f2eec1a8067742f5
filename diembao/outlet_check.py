"""``diembao sources check``: ask outlets now and tell what each stage saw; nothing is stored."""

import asyncio
from collections.abc import Sequence

from analysis.relevance import DEFAULT_THRESHOLD
from crawler.crawl import Manner
from crawler.dates import VIETNAM
from crawler.reports import SourceReport
from crawler.sources import Source
from diembao import output
from diembao.check_rows import Row, rows_of
from diembao.check_screen import screen
from diembao.failures import kept
from diembao.settings import Settings
from messages.catalogue import _
from scheduler.checking import check
from scheduler.clock import utc_now
from scheduler.readers import Readers


def check_sources(settings: Settings, sources: Sequence[Source], format_: str | None) -> int:
    """Check sources one after the other; gives the exit code."""
    readers = Readers(processes=1)
    manner = Manner(settings.user_agent, settings.allow_private_networks, settings.concurrency)
    given = settings.relevance_threshold
    threshold = DEFAULT_THRESHOLD if given is None else given
    rows: list[Row] = []
    code = 0
    try:
        for source in sources:
            now = utc_now()
            day = now.astimezone(VIETNAM).date()
            desk, report = asyncio.run(check(source, readers, manner, threshold, day))
            code = max(code, 1 if report.failed or not report.endpoints else 0)
            found = rows_of(source, desk, report, now)
            rows += found
            if output.chosen(format_) == "table":
                output.write(screen(source, found))
            output.note(_summary(source, report))
    finally:
        readers.close()
    if output.chosen(format_) != "table":
        output.listing(rows, {}, format_)
    return code


def _summary(source: Source, report: SourceReport) -> str:
    """What the check cost, or that nothing could be had."""
    if report.failed_wholly:
        url, error = report.errors[0]["url"], report.errors[0]["error"]
        return _("{source}: none of {n} addresses could be read; {url}: {error}").format(
            source=source.id, n=report.endpoints, url=url, error=kept(error, url)
        )
    return _("{source}: {requests} requests, {bytes} bytes, {seconds} s").format(
        source=source.id,
        requests=report.counts["requests"],
        bytes=report.counts["bytes"],
        seconds=round(report.seconds, 1),
    )
