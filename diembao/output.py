"""How listings go out: a table for people, JSON, JSON lines or CSV for programs, all to stdout."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from messages.catalogue import _

FORMATS = ("table", "json", "jsonl", "csv")
SHOWN_ON_A_TERMINAL = 50
WIDTH_IN_A_PIPE = 120
# A cell that a spreadsheet would run as a formula is defused.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, Any]


def add_format(parser: argparse.ArgumentParser) -> None:
    """Give a command its ``--format``; the default is a table on a terminal, else JSON lines."""
    parser.add_argument(
        "--format", choices=FORMATS, default=None,
        help=_("default: a table on a terminal, else JSON lines"),
    )  # fmt: skip


def write(text: str) -> None:
    """Put text on stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def note(text: str) -> None:
    """Tell the user something that is not data."""
    sys.stderr.write(text + "\n")


def chosen(format_: str | None) -> str:
    """Give the format to use."""
    return format_ or ("table" if sys.stdout.isatty() else "jsonl")


def listing(rows: Iterable[Row], columns: Mapping[str, str], format_: str | None) -> None:
    """Write rows; ``columns`` are key → heading for the table, the other formats give all keys.

    Rows that come one by one are written so, the table apart, and must have the same keys.
    """
    match chosen(format_):
        case "json":
            write_json(rows)
        case "jsonl":
            sys.stdout.writelines(dump(row, indent=None) + "\n" for row in rows)
        case "csv":
            write_csv(rows)
        case _:
            table(rows, columns)


def account(
    document: object,
    rows: Sequence[Row],
    cells: Callable[[Row], Row],
    columns: Mapping[str, str],
    format_: str | None,
) -> None:
    """Write what work came to: the document as JSON, its rows as a list, or a table of cells."""
    match chosen(format_):
        case "json":
            write(dump(document))
        case "table":
            table([cells(row) for row in rows], columns)
        case other:
            listing(rows, {}, other)


def dump(value: Any, *, indent: int | None = 2) -> str:
    """Give a value as JSON, Vietnamese left readable."""
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


def write_json(rows: Iterable[Row]) -> None:
    """Write rows as one list in JSON."""
    before, after = "[", "[]"
    for row in rows:
        sys.stdout.write(before + "\n  " + dump(row).replace("\n", "\n  "))
        before, after = ",", "\n]"
    write(after)


def write_csv(rows: Iterable[Row]) -> None:
    """Write rows as CSV with a heading; nested values as JSON."""
    if isinstance(rows, Sequence):
        keys = list(dict.fromkeys(key for row in rows for key in row))
    else:
        first = next(iter(rows), {})
        keys, rows = list(first), chain([first] if first else [], rows)
    writer = csv.writer(sys.stdout)
    writer.writerow(keys)
    writer.writerows([_cell(row.get(key)) for key in keys] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list | tuple):
        return dump(value, indent=None)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def table(rows: Iterable[Row], columns: Mapping[str, str]) -> None:
    """Write a table for people; control characters in values never reach the terminal."""
    from rich.console import Console  # noqa: PLC0415 - only tables need it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shape = Table(box=None, pad_edge=False, header_style="bold")
    for heading in columns.values():
        shape.add_column(heading, overflow="fold")
    for row in rows:
        shape.add_row(*(Text(plain(row.get(key))) for key in columns))
    width = None if sys.stdout.isatty() else WIDTH_IN_A_PIPE
    Console(file=sys.stdout, width=width).print(shape)


def plain(value: Any) -> str:
    """Give a value as one line for a terminal, without control characters."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return "".join(c if c.isprintable() else " " for c in str(value))
