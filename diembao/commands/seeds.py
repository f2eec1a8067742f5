"""``diembao seeds``: fingerprints of what counts as known from the start."""

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from analysis.copies import Comparison, compare
from analysis.fingerprints import Fingerprint, fingerprint
from analysis.text import normalise
from crawler.dates import VIETNAM, parse_date
from crawler.errors import ExtractionError
from diembao import likeness, output
from diembao.failures import UsageError, said
from diembao.parsing import day
from diembao.workplace import known_seeds, own_seeds_file, settings_for
from messages.catalogue import _
from storage.seeds import KnownSeed, add_seeds, next_id, read_seeds

MAX_BYTES = 4 * 1024 * 1024
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}(?: \d{1,2}:\d{2})?")
_HEAD = 600  # characters at the top of a file in which its date is looked for


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help=_("the seeds in effect"))
    added = actions.add_parser("add", help=_("add the fingerprints of text files"))
    added.add_argument("files", nargs="+", metavar="FILE", help=_("UTF-8 text; '-' is stdin"))
    for name in ("title", "outlet", "date", "url"):
        added.add_argument(
            f"--{name}", type=day if name == "date" else str,
            help=_("a bare fact, where the text does not tell it"),
        )  # fmt: skip
    checked = actions.add_parser("check", help=_("compare text files with the seeds"))
    checked.add_argument("files", nargs="+", metavar="FILE")
    for sub in (listed, added, checked):
        output.add_format(sub)


def run(arguments: argparse.Namespace) -> int:
    """List, add or check."""
    settings = settings_for(arguments)
    if arguments.action == "add":
        seeds = _add(own_seeds_file(settings), _known(arguments), arguments)
        _list(seeds, arguments.format)
    elif arguments.action == "check":
        _check(known_seeds(settings), arguments)
    else:
        _list(known_seeds(settings), arguments.format)
    return 0


def _known(arguments: argparse.Namespace) -> list[KnownSeed]:
    """Give the seeds that take part in numbering; a SEEDS_FILE yet to be made has none."""
    settings = settings_for(arguments)
    if settings.seeds_file:
        return read_seeds(settings.seeds_file)
    return known_seeds(settings)


def _list(seeds: Sequence[KnownSeed], format_: str | None) -> None:
    rows = [
        {
            "id": seed.id,
            "title": seed.title,
            "outlet": seed.outlet,
            "date": seed.date,
            "url": seed.url,
            "content_hash": seed.fingerprint.content_hash,
            "syllables": seed.fingerprint.syllables,
            "shingles": len(seed.fingerprint.shingles),
        }
        for seed in seeds
    ]
    headings = {"id": "id", "title": _("title"), "outlet": _("outlet"), "date": _("date")}
    output.listing(rows, {**headings, "syllables": _("syllables")}, format_)


def _add(path: Path, known: list[KnownSeed], arguments: argparse.Namespace) -> list[KnownSeed]:
    if len(arguments.files) > 1 and any((arguments.title, arguments.url)):
        raise UsageError(_("--title and --url belong to one file; give them with one file"))
    fresh: list[KnownSeed] = []
    for name in arguments.files:
        text = _text(name)
        print_ = fingerprint(text)
        if any(seed.fingerprint.content_hash == print_.content_hash for seed in known + fresh):
            output.note(_("{name}: already a seed").format(name=name))
            continue
        seed = KnownSeed(
            id=next_id(known + fresh),
            fingerprint=print_,
            title=arguments.title,
            outlet=arguments.outlet,
            date=str(arguments.date) if arguments.date else _date(text),
            url=arguments.url,
        )
        fresh.append(seed)
    add_seeds(path, fresh)
    return fresh


def _date(text: str) -> str | None:
    found = _DATED.search(text[:_HEAD])
    moment = parse_date(found[0]) if found else None
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d}" if moment else None


def _text(name: str) -> str:
    try:
        with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{name}: {said(error)}") from error
    if len(raw) > MAX_BYTES:
        raise UsageError(_("{name}: larger than 4 MiB").format(name=name))
    try:
        text = normalise(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(_("{name}: is not UTF-8").format(name=name)) from error
    if not text.strip():
        raise ExtractionError(_("{name}: no text in it").format(name=name))
    return text


def _check(seeds: Sequence[KnownSeed], arguments: argparse.Namespace) -> None:
    rows = []
    for name in arguments.files:
        print_ = fingerprint(_text(name))
        found = [(seed, compare(print_, seed.fingerprint, known_is_seed=True)) for seed in seeds]
        seed, best = max(found, key=lambda pair: pair[1].similarity, default=(None, None))
        is_copy = best is not None and best.verdict == "copy"
        rows.append(
            {
                "file": name,
                "seed": seed.id if seed and is_copy else None,
                "similarity": round(best.similarity, 4) if best else 0.0,
                "nearest": seed.id if seed else None,
                "verdict": best.verdict if best else "different",
                "reason": _reason(print_, seed, best),
            }
        )
    headings = {"file": _("file"), "seed": _("copy of seed"), "similarity": _("similarity")}
    headings |= {"nearest": _("nearest"), "reason": _("reason")}
    output.listing(rows, headings, arguments.format)


def _reason(print_: Fingerprint, seed: KnownSeed | None, best: Comparison | None) -> str | None:
    if seed is None or best is None:
        return None
    equal = print_.content_hash == seed.fingerprint.content_hash
    what = f"{seed.id} («{seed.title}»)" if seed.title else seed.id
    return likeness.of_comparison(best, what, equal=equal)
