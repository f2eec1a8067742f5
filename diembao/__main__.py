"""The command line: find the command, load the settings, run it, turn errors into exit codes."""

import argparse
import gettext
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from diembao import __version__
from diembao.commands import COMMANDS
from diembao.parsing import Parser
from messages.catalogue import DOMAIN, FOLDER, _

DONE = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code: 0 done, 1 done with failures, 2 wrong use."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    _open_streams()
    _speak(os.environ.get("DIEMBAO_LANGUAGE", "vi").lower())
    name = _command(arguments)
    if name in COMMANDS:
        # Only the command that is run is imported: the others cost nothing.
        return _run(name, arguments)
    parser = _top()
    parser.parse_args(arguments)
    parser.print_help()
    return DONE


def _speak(language: str) -> None:
    _.choose(language)
    # argparse finds its own words in gettext's current domain, by the environment's language.
    os.environ["LANGUAGE"] = _.language
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)


def _open_streams() -> None:
    """Let every word out, whatever the locale: data are UTF-8, a terminal shows what it can."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding=None if stream.isatty() else "utf-8", errors="backslashreplace"
            )


def _command(arguments: Sequence[str]) -> str | None:
    """Give the first word that is neither an option nor the value of ``--config``."""
    before = [None, *arguments]
    words = zip(before, arguments, strict=False)
    return next((w for b, w in words if not w.startswith("-") and b != "--config"), None)


def _top() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:<{width}}  {_(text)}" for name, text in COMMANDS.items())
    parser = Parser(
        prog="diembao",
        usage="diembao [--config FILE] COMMAND …",
        description=_("News monitoring and alerts on Ho Chi Minh City's digital transformation."),
        epilog=_("Commands:") + f"\n{lines}\n\n" + _("'diembao COMMAND --help' tells more."),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"diembao {__version__}",
        help=_("show the version"),
    )
    parser.add_argument("--config", metavar="FILE", help=_("settings file instead of diembao.toml"))
    parser.add_argument("command", nargs="?", choices=COMMANDS, help=argparse.SUPPRESS)
    return parser


def _run(name: str, arguments: list[str]) -> int:
    from diembao.failures import reported  # noqa: PLC0415 - costs nothing to those who want help

    with reported() as outcome:
        module = importlib.import_module(f"diembao.commands.{name.replace('-', '_')}")
        parser = Parser(prog=f"diembao {name}", description=_(COMMANDS[name]))
        parser.add_argument("--config", metavar="FILE", help=argparse.SUPPRESS)
        module.arguments(parser)
        arguments.remove(name)
        outcome.code = module.run(parser.parse_args(arguments))
    return outcome.code


if __name__ == "__main__":
    sys.exit(main())
