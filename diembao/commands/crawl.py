"""``diembao crawl``: one crawl by hand, now."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta

from crawler.addresses import canonical
from crawler.errors import AddressError, CrawlerError
from crawler.reports import SourceReport, totals
from crawler.sources import Source, belongs
from crawler.spider import Plan
from diembao import output
from diembao.failures import kept, said
from diembao.newsdesk import open_desk
from diembao.outlets import pick
from diembao.parsing import count
from diembao.postroom import sender
from diembao.settings import Settings
from diembao.workplace import say_all, settings_for
from messages.catalogue import N_, _
from scheduler.digests import make_due
from scheduler.log_context import log_run, new_run_id
from scheduler.poll import Desk, enabled_sources, poll, record_run, today
from storage import polling

# A crawl by hand waits this long for others to be done with a source or its host.
PATIENCE = timedelta(minutes=10)
COPIES = ("exact_duplicates", "near_duplicates", "seed_duplicates")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=_("default: all enabled ones"))
    parser.add_argument("--url", action="append", default=[], help=_("fetch just this address"))
    parser.add_argument(
        "--limit", type=count, help=_("fetch at most so many articles of each source")
    )
    parser.add_argument(
        "--full", action="store_true", help=_("ask without validators, read sitemaps whole")
    )
    output.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Crawl, report, and tell by the exit code whether anything failed."""
    settings = settings_for(arguments)
    with open_desk(settings) as (desk, faults):
        say_all(faults)
        started = desk.clock()
        run = new_run_id(started)
        with log_run("crawl", run):
            reports, strays = asyncio.run(_crawl(desk, settings, arguments))
        document: dict[str, object] = {
            "sources": [report.as_json() for report in reports],
            "totals": totals(reports),
            "errors": [{"error": str(error)} for error in faults] + strays,
        }
        record_run(desk, started, document, run)
        # Instant alerts wait in the outbox for whoever sends: the daemon, or 'digest send'.
        make_due(desk.database, sender(settings), desk.clock)
        seconds = round((desk.clock() - started).total_seconds(), 3)
    _show({"run": run, "seconds": seconds, **document}, reports, arguments.format)
    failed = any(report.failed or report.failed_wholly for report in reports)
    return 1 if failed or faults or strays else 0


async def _crawl(
    desk: Desk, settings: Settings, arguments: argparse.Namespace
) -> tuple[list[SourceReport], list[dict[str, str]]]:
    jobs, strays = _jobs(desk, arguments)
    progress = _Progress(len(jobs))
    places = asyncio.Semaphore(settings.concurrency)

    async def one(source: Source, urls: tuple[str, ...]) -> SourceReport:
        plan = Plan(day=today(desk).date(), urls=urls, limit=arguments.limit, full=arguments.full)
        async with places:
            try:
                report = await poll(desk, source, plan, PATIENCE)
            except Exception as error:
                report = SourceReport(source.id)
                report.error(source.homepage, f"{type(error).__name__}: {error}")
        progress.done(report)
        return report

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(source, urls)) for source, urls in jobs]
    return [task.result() for task in tasks], strays


def _jobs(
    desk: Desk, arguments: argparse.Namespace
) -> tuple[list[tuple[Source, tuple[str, ...]]], list[dict[str, str]]]:
    """Give each source with the addresses asked of it (none: all), and addresses of no source."""
    with desk.database.reading() as session:
        states = polling.states(session)
    enabled = enabled_sources(desk.sources, states)
    chosen = pick(desk.sources, arguments.sources or ([] if arguments.url else enabled))
    if not arguments.url:
        if not chosen:
            output.note(_("no source is enabled: 'diembao sources enable ID'"))
        return [(source, ()) for source in chosen], []
    wanted: dict[str, list[str]] = {}
    strays = []
    for url in arguments.url:
        try:
            source = _source_of(url, chosen or list(desk.sources.values()))
            wanted.setdefault(source.id, []).append(url)
        except CrawlerError as error:
            output.note(f"diembao: {said(error)}")
            strays.append({"url": url, "error": str(error)})
    return [(desk.sources[name], tuple(urls)) for name, urls in wanted.items()], strays


def _source_of(url: str, sources: Sequence[Source]) -> Source:
    for source in sources:
        if belongs(source, canonical(url, source)):
            return source
    raise AddressError(N_("{url}: no source has articles at this address"), url=url)


class _Progress:
    """Says on a terminal which sources are done."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.finished = 0

    def done(self, report: SourceReport) -> None:
        """Tell of a finished source."""
        self.finished += 1
        if sys.stderr.isatty():
            counts = report.counts
            output.note(
                _("[{n}/{all}] {source}: {new} new, {fetched} fetched, {failed} failed").format(
                    n=self.finished,
                    all=self.count,
                    source=report.source,
                    new=counts["new"],
                    fetched=counts["fetched"],
                    failed=report.failed,
                )
            )


def _headings() -> dict[str, str]:
    return {
        "source": _("source"),
        "discovered": _("found"),
        "fetched": _("read"),
        "new": _("new"),
        "revised": _("revised"),
        "copies": _("copies"),
        "off_topic": _("off topic"),
        "not_modified": "304",
        "failed": _("failed"),
    }


def _cells(row: output.Row) -> output.Row:
    return {**row, "copies": sum(row[name] for name in COPIES)}


def _show(
    document: dict[str, object], reports: Sequence[SourceReport], format_: str | None
) -> None:
    rows = [report.as_json() for report in reports]
    output.account(document, rows, _cells, _headings(), format_)
    for report in reports:
        for error in report.errors:
            output.note(f"{report.source}: {error['url']}: {kept(error['error'], error['url'])}")
        for note in report.notes:
            output.note(f"{report.source}: {note['url']}: {kept(note['note'], note['url'])}")
