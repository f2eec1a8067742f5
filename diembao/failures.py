"""Errors become words and exit codes here, once."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from diembao.settings import SettingsError
from messages.catalogue import _
from storage.errors import HeldError, database_trouble


class UsageError(Exception):
    """The command was asked for something it cannot do; one line says what is allowed."""


@dataclass
class Outcome:
    """The exit code to be."""

    code: int = 0


@contextmanager
def reported() -> Iterator[Outcome]:
    """Turn the rooms' errors into one line on stderr and an exit code."""
    outcome = Outcome()
    try:
        yield outcome
    except (SettingsError, UsageError, HeldError) as error:
        outcome.code = _told(error, 2)
    except KeyboardInterrupt:
        outcome.code = _told(_("stopped"), 130)
    except BrokenPipeError:
        # The reader of our output has gone: nothing is left to say, not even at exit.
        sys.stderr.close()
        outcome.code = 1
    except Exception as error:
        if cause := database_trouble(error):
            outcome.code = _told(_("database: {error}").format(error=cause), 1)
        elif _is_ours(error):
            outcome.code = _told(error, 1)
        else:
            raise


def _is_ours(error: Exception) -> bool:
    """Tell the rooms' errors by their home: importing every room would cost a second."""
    return any(
        kind.__module__.split(".")[0] in ("alerts", "analysis", "crawler", "network", "storage")
        for kind in type(error).__mro__
    )


def _told(error: object, code: int) -> int:
    print(f"diembao: {error}", file=sys.stderr)  # noqa: T201 - the one place that prints errors
    return code
