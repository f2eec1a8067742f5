"""``diembao evaluate``: precision and recall on labelled texts."""

import argparse
from collections.abc import Iterator
from typing import Any

from analysis.errors import LabelError
from analysis.evaluation import evaluate
from analysis.relevance import DEFAULT_THRESHOLD
from diembao import output
from diembao.failures import UsageError, said
from diembao.lines import json_lines
from diembao.workplace import settings_for
from messages.catalogue import _


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", metavar="LABELS.jsonl", help=_("labelled texts; '-' is stdin"))
    parser.add_argument("--errors", action="store_true", help=_("list the misses"))
    output.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Judge the labelled texts and show the scores."""
    settings = settings_for(arguments)
    given = settings.relevance_threshold
    threshold = DEFAULT_THRESHOLD if given is None else given
    try:
        scores = evaluate(_lines(arguments.file), threshold)
    except LabelError as error:
        raise UsageError(f"{arguments.file}: {said(error)}") from error
    if output.chosen(arguments.format) == "json":
        output.write(output.dump(scores))
        return 0
    headings = {"what": _("what"), "precision": _("precision"), "recall": _("recall")}
    output.listing(_rows(scores), {**headings, "f1": "F1", "n": "n"}, arguments.format)
    if arguments.errors:
        columns = {"what": _("what"), "expected": _("expected"), "got": _("got"), "id": "id"}
        columns |= {"title": _("title"), "evidence": _("evidence")}
        output.listing([_shown(miss) for miss in scores["misses"]], columns, arguments.format)
    return 0


def _lines(file: str) -> Iterator[str]:
    """Give the lines of a file in their places, so that faults are named by theirs."""
    last = 0
    for number, record in json_lines(file):
        yield from [""] * (number - last - 1)
        yield output.dump(record, indent=None)
        last = number


def _shown(miss: dict[str, Any]) -> dict[str, Any]:
    return {**miss, "evidence": "; ".join(miss["evidence"])}


def _rows(scores: dict[str, Any]) -> list[dict[str, Any]]:
    topics, entities = scores["topics"], scores["entities"]
    rows = [("relevance", scores["relevance"]), ("topics", topics["micro"])]
    rows += [(f"topic {slug}", one) for slug, one in topics["by_topic"].items()]
    rows += [("entities", entities)]
    rows += [(f"entity {kind}", one) for kind, one in entities["by_type"].items()]
    rows += [("duplicates", scores["duplicates"]), ("stories", scores["stories"])]
    keys = ("precision", "recall", "f1", "n")
    return [{"what": what, **{key: one.get(key) for key in keys}} for what, one in rows]
