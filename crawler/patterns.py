"""Regular expressions from source files: do they compile, and may they run away?"""

import logging
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from crawler.errors import BadValueError
from messages.catalogue import N_

MAX_PATTERN = 500
# An address takes a pattern of the catalogue a millisecond at most. Counted is the process's CPU.
MOST_SECONDS = 0.5

_LOG = logging.getLogger(__name__)
_ran_away: set[str] = set()

_PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"  # an escape, a class
    r"|\(\?(?:<?[=!]|[:>]|P?<\w+>)|[()|]"
    r"|(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d*\})[+?]?"
    r"|.",
    re.DOTALL,
)
_QUANTIFIER = re.compile(r"[*+?{]")
_UNLIMITED = re.compile(r"(?:[*+]|\{\d*,\})\??")


@dataclass(slots=True)
class _Group:
    """What stands between two brackets; a quantified atom is "" in ``atoms``."""

    atoms: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    inner: "_Group | None" = None
    branches: bool = False

    def may_run_away(self) -> bool:
        """Whether repeating the group leaves open where one turn ends and the next begins."""
        if not self.repeated:
            return False
        ends = {_literal(atom) for atom in (*self.atoms[:1], *self.atoms[-1:])} - {""}
        return self.branches or not any(self._marks(sign) for sign in ends)

    def _marks(self, sign: str) -> bool:
        return not any(_matches(atom, sign) for atom in self.repeated)


def check_pattern(pattern: str) -> None:
    """Raise BadValueError, saying what is wrong, for a pattern that must not be searched with.

    Refused are patterns longer than 500 characters, ones that `re` does not know, and unlimited
    quantifiers inside a repeated group whose turns no sign of its own parts, such as ``(a+)+``;
    ``(?:[a-z-]+/)*`` passes. The check is simple: alternatives that overlap, as in ``(a|aa)*``,
    are not seen; `search` stops those.
    """
    if len(pattern) > MAX_PATTERN:
        raise BadValueError(N_("is too long; allowed: {most} characters"), most=MAX_PATTERN)
    try:
        with warnings.catch_warnings(action="error"):
            re.compile(pattern)
            _compiled(pattern)
    except (re.error, regex.error, ValueError, OverflowError, RecursionError, Warning) as error:
        raise BadValueError(
            N_("is no regular expression ({error}); allowed: Python's re"), error=error
        ) from error
    if _runs_away(pattern):
        raise BadValueError(N_(
            "nests unlimited quantifiers; allowed: a limit on one of them, such as {0,5}"
        ))  # fmt: skip


def search(pattern: str, address: str) -> regex.Match[str] | None:
    """Search an address for a source's pattern, as `re` would, for half a second at most.

    A pattern that takes longer fits nothing, then and for as long as the process lives:
    `ran_away` says so.
    """
    if pattern in _ran_away:
        return None
    try:
        return _compiled(pattern).search(address, timeout=MOST_SECONDS)
    except TimeoutError:
        _ran_away.add(pattern)
        _LOG.error("pattern %r runs away at %r: it is not used any more", pattern, address[:200])
        return None


def ran_away(pattern: str) -> bool:
    """Whether `search` has given a pattern up."""
    return pattern in _ran_away


@lru_cache(maxsize=2_000)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def _runs_away(pattern: str) -> bool:
    stack = [_Group()]
    for piece in _PIECE.findall(pattern):
        group = stack[-1]
        if piece.startswith("("):
            stack.append(_Group())
        elif piece == ")":
            closed = stack.pop()
            stack[-1].inner = closed
            stack[-1].atoms.append("")
            stack[-1].repeated += closed.repeated
        elif _QUANTIFIER.match(piece):
            if _repeat(group, unlimited=_UNLIMITED.fullmatch(piece) is not None):
                return True
        else:
            group.branches |= piece == "|"
            group.atoms.append(piece)
            group.inner = None
    return False


def _repeat(group: _Group, *, unlimited: bool) -> bool:
    """Note that the group's last atom is repeated; whether that may run away."""
    inner, group.inner = group.inner, None
    if not group.atoms:
        return False
    atom, group.atoms[-1] = group.atoms[-1], ""
    if unlimited:
        group.repeated += [part for part in (inner.atoms if inner else [atom]) if part]
    return unlimited and inner is not None and inner.may_run_away()


def _literal(atom: str) -> str:
    """The one sign an atom stands for, or nothing."""
    if len(atom) == 1 and atom not in ".^$|":
        return atom
    return atom[1] if len(atom) == 2 and atom[0] == "\\" and not atom[1].isalnum() else ""


def _matches(atom: str, sign: str) -> bool:
    try:
        return re.fullmatch(atom, sign, re.IGNORECASE | re.DOTALL) is not None
    except re.error:
        return True
