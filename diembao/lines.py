"""JSON lines from a file or stdin, bounded, with faults named by their line."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diembao.failures import UsageError, said
from messages.catalogue import _

MAX_LINE = 4 * 1024 * 1024


def json_lines(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each line's number and object; raises UsageError naming the line that is none."""
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    raise UsageError(
                        _("{place}: line longer than 4 MiB").format(place=f"{name}:{number}")
                    )
                if line.strip():
                    yield number, _object(line, f"{name}:{number}")
    except OSError as error:
        raise UsageError(f"{name}: {said(error)}") from error


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            _("{place}: not JSON: {error}").format(place=place, error=error)
        ) from error
    if not isinstance(value, dict):
        raise UsageError(_("{place}: not a JSON object").format(place=place))
    return value
