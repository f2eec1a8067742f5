"""The command line's words: wrong use is told in one line, and what a value must be."""

import argparse
from datetime import date
from typing import NoReturn

from messages.catalogue import _

WRONG_USE = 2


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong; its actions' parsers are such, too."""

    def error(self, message: str) -> NoReturn:
        """End the command with exit code 2."""
        more = _("'{command} --help' tells more").format(command=self.prog)
        self.exit(WRONG_USE, f"{self.prog}: {message} ({more})\n")


def count(text: str) -> int:
    """Read how many of something are wanted."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise argparse.ArgumentTypeError(_("{text}: not a whole number from 0").format(text=text))
    return int(text)


def day(text: str) -> date:
    """Read a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        told = _("{text}: a date such as 2019-01-31").format(text=text)
        raise argparse.ArgumentTypeError(told) from None


def port(text: str) -> int:
    """Read a port; 0 is any that is free."""
    if not (text.isascii() and text.isdecimal()) or int(text[:9]) > 65_535:
        raise argparse.ArgumentTypeError(_("{text}: a port from 0 to 65535").format(text=text))
    return int(text)
