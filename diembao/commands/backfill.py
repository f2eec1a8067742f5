"""``diembao backfill``: the past of some outlets, by their sitemaps and listings."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from crawler.errors import SourceError
from crawler.windows import Window
from diembao import output
from diembao.backfill_progress import shown
from diembao.failures import UsageError, kept, said
from diembao.newsdesk import open_desk, open_fleet
from diembao.outlets import pick
from diembao.parsing import day
from diembao.settings import Settings
from diembao.workplace import say_all, settings_for
from messages.catalogue import _
from scheduler.backfilling import begin
from scheduler.poll import Desk, record_run, today
from scheduler.seeing_through import see_through
from storage import backfills
from storage.backfill_accounts import Account, account

EARLIEST = date(1998, 1, 1)  # there was hardly a Vietnamese newspaper on the web before
OUTCOMES = {
    "new": "new",
    "exact_duplicate": "exact_duplicates",
    "near_duplicate": "near_duplicates",
    "seed_duplicate": "seed_duplicates",
    "off_topic": "off_topic",
    "unchanged": "unchanged",
    "no_article": "no_article",
}
SUMMED = (
    "requests", "bytes", "discovered", "fetched", *OUTCOMES.values(), "failed", "endpoints",
    "endpoints_failed",
)  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=_("whose past"))
    parser.add_argument(
        "--from", dest="first", required=True, metavar="DATE", type=day,
        help=_("the first day, such as 2019-01-31"),
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="last", required=True, metavar="DATE", type=day, help=_("the last day")
    )
    output.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fetch the days asked for, or what an earlier run has left of them, and give the account."""
    settings = settings_for(arguments)
    with open_desk(settings) as (desk, faults):
        say_all(faults)
        window = _window(arguments, desk)
        started = desk.clock()
        begun, strays = _begin(desk, arguments.sources, window)
        asyncio.run(_work(desk, settings, begun))
        with desk.database.reading() as session:
            accounts = [account(session, backfills.get(session, one)) for one in begun]
        document: dict[str, object] = {
            "sources": [_row(each) for each in accounts],
            "totals": _totals(accounts),
            "errors": [{"error": str(error)} for error in faults] + strays,
        }
        run_id = record_run(desk, started, document)
        seconds = round((desk.clock() - started).total_seconds(), 3)
    _show({"run": run_id, "seconds": seconds, **document}, accounts, arguments.format)
    failed = any(each.failed or each.status != "done" for each in accounts)
    return 1 if failed or faults or strays else 0


def _window(arguments: argparse.Namespace, desk: Desk) -> Window:
    first, last = arguments.first, min(arguments.last, today(desk).date())
    if not EARLIEST <= first <= last:
        told = _(
            "--from {first} --to {last}: not before {least}, and the first day not after the last"
        )
        raise UsageError(told.format(first=first, last=arguments.last, least=EARLIEST))
    return first, last


def _begin(
    desk: Desk, names: Sequence[str], window: Window
) -> tuple[list[int], list[dict[str, str]]]:
    """Begin or take up a backfill for each source; those that have no past to ask are named."""
    begun: list[int] = []
    strays = []
    for source in pick(desk.sources, names):
        try:
            backfill, resumed = begin(desk, source, window)
        except SourceError as error:
            output.note(f"diembao: {said(error)}")
            strays.append({"source": source.id, "error": str(error)})
            continue
        begun.append(backfill)
        if resumed:
            output.note(_("{source}: goes on where it stopped").format(source=source.id))
    return begun, strays


async def _work(desk: Desk, settings: Settings, begun: Sequence[int]) -> None:
    """Have it done, by the fleet's workers or here."""
    async with open_fleet(settings, desk) as fleet, shown(desk, begun):
        await see_through(desk, begun, settings.concurrency, fleet)


def _row(each: Account) -> dict[str, Any]:
    """Give an account as a crawl's report has it."""
    return {
        "source": each.source,
        "from": each.days[0].isoformat(),
        "to": each.days[1].isoformat(),
        "status": each.status,
        "reason": each.reason,
        "requests": each.counts.get("requests", 0),
        "not_modified": 0,
        "bytes": each.counts.get("bytes", 0),
        "discovered": each.discovered,
        "fetched": each.fetched,
        "revised": 0,
        **{column: each.outcomes.get(name, 0) for name, column in OUTCOMES.items()},
        "skipped": dict(each.skipped),
        "failed": each.failed,
        "errors": [{"url": url, "error": error} for url, error in each.errors],
        "notes": [{"url": url, "note": note} for url, note in each.notes],
        "endpoints": each.places,
        "endpoints_failed": each.places_failed,
        "seconds": round(each.counts.get("milliseconds", 0) / 1000, 3),
    }


def _totals(accounts: Sequence[Account]) -> dict[str, int]:
    rows = [_row(each) for each in accounts]
    return {"sources": len(rows), **{name: sum(row[name] for row in rows) for name in SUMMED}}


def _headings() -> dict[str, str]:
    return {
        "source": _("source"),
        "discovered": _("found"),
        "fetched": _("read"),
        "new": _("new"),
        "copies": _("copies"),
        "off_topic": _("off topic"),
        "known": _("known"),
        "failed": _("failed"),
    }


def _cells(row: output.Row) -> output.Row:
    copies = ("exact_duplicates", "near_duplicates", "seed_duplicates")
    return {
        **row,
        "copies": sum(row[name] for name in copies),
        "known": row["skipped"].get("known", 0) + row["unchanged"],
    }


def _show(document: dict[str, object], accounts: Sequence[Account], format_: str | None) -> None:
    rows = [_row(each) for each in accounts]
    output.account(document, rows, _cells, _headings(), format_)
    for each in accounts:
        if each.status != "done":
            output.note(
                _("{source}: given up for now ({reason}); the same command goes on").format(
                    source=each.source, reason=kept(each.reason or "")
                )
            )
        for url, words in (*each.errors, *each.notes):
            output.note(f"{each.source}: {url}: {kept(words, url)}")
