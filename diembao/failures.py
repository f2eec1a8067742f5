"""Errors become words and exit codes here, once."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from diembao.settings import SettingsError
from messages.catalogue import N_, _
from messages.errors import Told, in_words
from messages.recorded import retold
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
            outcome.code = _told(Told(N_("database: {error}"), error=cause), 1)
        elif isinstance(error, Told):
            outcome.code = _told(error, 1)
        elif isinstance(error, OSError) and error.filename is not None:
            # A folder that we may not read, a disk that is full: no command need foresee it.
            outcome.code = _told(Told("{path}: {error}", path=error.filename, error=error), 1)
        else:
            raise


def said(error: object) -> str:
    """Tell an error, of ours or the system's, in the user's language."""
    return retold(str(in_words(error, _)), _)


def kept(sentence: str, url: str = "") -> str:
    """Tell a failure that was kept as a sentence, without the address that is told beside it."""
    return retold(sentence.removeprefix(f"{url}: "), _)


def _told(error: object, code: int) -> int:
    print(f"diembao: {said(error)}", file=sys.stderr)  # noqa: T201 - the one place that prints errors
    return code
