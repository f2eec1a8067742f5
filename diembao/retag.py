"""``diembao articles retag``: better rules and extraction for what is stored already."""

import argparse
import asyncio
import sys

from diembao import output
from diembao.filters import moment
from diembao.newsdesk import open_desk
from diembao.outlets import pick
from diembao.settings import Settings
from diembao.workplace import say_all
from messages.catalogue import _
from scheduler.retagging import Retagged, retag
from storage.batches import Part


def add_retag(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``articles retag``."""
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=_("default: all"))
    parser.add_argument("--since", help=_("date or time from which on"))
    parser.add_argument(
        "--reextract", action="store_true", help=_("read the kept pages anew before judging")
    )
    output.add_format(parser)


def run_retag(settings: Settings, arguments: argparse.Namespace) -> int:
    """Judge again, say what changed; the exit code tells of pages that could not be read."""
    since = moment(arguments.since, "--since", settings)
    with open_desk(settings) as (desk, faults):
        say_all(faults)
        names = tuple(source.id for source in pick(desk.sources, arguments.sources))
        done = asyncio.run(
            retag(
                desk.archive,
                Part(names, since),
                reextract=arguments.reextract,
                tell=_progress,
            )
        )
    for error in done.errors:
        output.note(f"{error['url']}: {error['error']}")
    output.listing([_row(done)], _headings(), arguments.format)
    return 1 if done.errors or faults else 0


def _progress(done: Retagged) -> None:
    if sys.stderr.isatty():
        output.note(_("{n} read, {changed} changed").format(n=done.seen, changed=done.changed))


def _row(done: Retagged) -> dict[str, object]:
    return {
        "seen": done.seen,
        "changed": done.changed,
        "fields": dict(sorted(done.fields.items())),
        "on_topic": done.on_topic,
        "off_topic": done.off_topic,
        "failed": len(done.errors),
        "errors": done.errors,
    }


def _headings() -> dict[str, str]:
    return {
        "seen": _("read"),
        "changed": _("changed"),
        "fields": _("fields"),
        "on_topic": _("now on topic"),
        "off_topic": _("now off topic"),
        "failed": _("failed"),
    }
