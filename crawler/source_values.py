"""Checks of single values of a source file: a TOML value in, a usable value out.

Each raises BadValueError that says what the value is not and what is allowed.
"""

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from crawler.errors import BadValueError
from crawler.patterns import check_pattern
from messages.catalogue import N_

Kind = Literal["press", "official", "english"]

MAX_ADDRESS = 2_000
MAX_ITEMS = 200
MAX_TEXT = 2_000
PLACEHOLDERS: Mapping[str, Callable[[date], str]] = {
    "YYYY": lambda day: f"{day.year:04}",
    "YY": lambda day: f"{day.year % 100:02}",
    "MM": lambda day: f"{day.month:02}",
    "M": lambda day: f"{day.month}",
    "DD": lambda day: f"{day.day:02}",
    "D": lambda day: f"{day.day}",
    "D1": lambda day: f"{_block(day)[0]}",
    "D2": lambda day: f"{_block(day)[1]}",
}
PAGE = "{page}"

_KINDS: Mapping[str, Kind] = {"press": "press", "official": "official", "english": "english"}
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")
_ATTRIBUTE = re.compile(r"@([A-Za-z][A-Za-z0-9_:-]*)$")
_BRACED = re.compile(r"\{([^{}]*)\}")


_NO_ADDRESS = N_("is not an address; allowed: http:// or https://, a host, no blanks, no user name")


def _block(day: date) -> tuple[int, int]:
    """First and last day of the five days, six or three at a month's end, that hold a day."""
    first = min((day.day - 1) // 5 * 5 + 1, 26)
    return first, first + 4 if first < 26 else monthrange(day.year, day.month)[1]


def text(value: object) -> str:
    """One line of text."""
    if not isinstance(value, str):
        raise BadValueError(N_("is not text; allowed: a quoted text"))
    if not value or len(value) > MAX_TEXT or not value.isprintable():
        raise BadValueError(
            N_("is empty, too long or not one line; allowed: 1-{most} characters"), most=MAX_TEXT
        )
    return value


def name(value: object) -> str:
    """An outlet's name, NFC."""
    found = unicodedata.normalize("NFC", text(value)).strip()
    if not found or len(found) > 200:
        raise BadValueError(N_("is not a name; allowed: 1-200 characters"))
    return found


def flag(value: object) -> bool:
    """A truth value."""
    if not isinstance(value, bool):
        raise BadValueError(N_("is not a truth value; allowed: true, false"))
    return value


def items(value: object) -> list[object]:
    """A list of bounded length, its items unchecked."""
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise BadValueError(
            N_("is not a list; allowed: [...] of at most {most} texts"), most=MAX_ITEMS
        )
    return value


def mapping(value: object) -> Mapping[str, object]:
    """A table, its keys unchecked."""
    if not isinstance(value, dict):
        raise BadValueError(N_("is not a table; allowed: keys under a [header]"))
    return value


def kind(value: object) -> Kind:
    """The kind of an outlet."""
    if not isinstance(value, str) or value not in _KINDS:
        raise BadValueError(N_("is no kind; allowed: {kinds}"), kinds=", ".join(_KINDS))
    return _KINDS[value]


def delay(value: object) -> float:
    """Seconds between two requests."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not 0 <= number <= 3_600:
        raise BadValueError(N_("is not a delay; allowed: 0 to 3600 seconds, such as 1.5"))
    return float(number)


def concurrency(value: object) -> int:
    """Requests to a host at once."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 64:
        raise BadValueError(N_("is not a concurrency; allowed: a whole number from 1 to 64"))
    return value


def duration(value: object) -> timedelta:
    """A span of time such as 30s, 10m, 6h or 2d."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 1 <= seconds <= 365 * 86_400:
        raise BadValueError(N_("is not a duration; allowed: 1s to 365d, such as 30s, 10m, 6h, 2d"))
    return timedelta(seconds=seconds)


def address(value: object) -> str:
    """An absolute http or https address without placeholders."""
    found = dated_address(value)
    if _BRACED.search(found):
        raise BadValueError(N_("has a placeholder; allowed: only in sitemaps and listings"))
    return found


def dated_address(value: object) -> str:
    """An absolute http or https address that may hold placeholders of a day."""
    found = text(value)
    plain = _BRACED.sub("0", found)
    try:
        host, parts = host_and_port(plain), urlsplit(plain)
    except ValueError as error:
        raise BadValueError(_NO_ADDRESS) from error
    web = parts.scheme in {"http", "https"} and host and "@" not in parts.netloc
    if not web or re.search(r"[\s\\{}]", plain) or len(found) > MAX_ADDRESS:
        raise BadValueError(_NO_ADDRESS)
    if not PLACEHOLDERS.keys() >= set(_BRACED.findall(found)):
        known = " ".join(f"{{{key}}}" for key in PLACEHOLDERS)
        raise BadValueError(N_("has an unknown placeholder; allowed: {known}"), known=known)
    return found


def listing_address(value: object) -> str:
    """An address of a list's pages: placeholders of a day, and {page} once for their number."""
    found = text(value)
    if found.count(PAGE) > 1:
        raise BadValueError(N_("has {page} more than once; allowed: once"))
    dated_address(found.replace(PAGE, "1"))
    return found


def host_and_port(url: str) -> str:
    """ASCII host of an address, with its port where that is not the usual one.

    Raises ValueError where the address has no valid host or port; it may be empty.
    """
    parts = urlsplit(url)
    return _host_and_port(parts.scheme, parts.netloc)


@lru_cache(maxsize=2_000)
def _host_and_port(scheme: str, netloc: str) -> str:
    parts = SplitResult(scheme, netloc, "", "", "")
    host = (parts.hostname or "").encode("idna").decode("ascii").removesuffix(".")
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(scheme)
    return host if parts.port in {None, usual} else f"{host}:{parts.port}"


def host_name(value: object) -> str:
    """A bare host, lower case, with a port where it needs one."""
    found = text(value).lower()
    if not _HOST.fullmatch(found):
        raise BadValueError(N_("is not a host name; allowed: host or host:port, without https://"))
    return found


@lru_cache(maxsize=2_000)
def alternatives(selector: str) -> tuple[tuple[str, str | None], ...]:
    """Part a selector at its outer commas into (CSS selector, attribute to read or None)."""
    parts = [""]
    depth, quote = 0, ""
    for sign in selector:
        if quote or sign in "\"'":
            quote = "" if sign == quote else quote or sign
        else:
            depth += (sign in "[(") - (sign in "])")
        if sign == "," and not quote and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    found = [(part.strip(), _ATTRIBUTE.search(part.strip())) for part in parts]
    return tuple((part[: at.start()], at[1]) if at else (part, None) for part, at in found)


def selector(value: object) -> str:
    """A CSS selector, or several parted by commas, each with @attribute at its end or without."""
    found = text(value)
    for css, _ in alternatives(found):
        try:
            LexborHTMLParser("").css(css)
        except (SelectolaxError, ValueError) as error:
            raise BadValueError(N_(
                "is not a CSS selector; allowed: CSS as lexbor reads it, with or without "
                "@attribute at its end"
            )) from error  # fmt: skip
    return found


def date_format(value: object) -> str:
    """A format for `datetime.strptime`."""
    found = text(value)
    if not re.search(r"%[Yy]", found):
        raise BadValueError(N_(
            "has no year; allowed: strptime directives with a year, such as %d/%m/%Y %H:%M"
        ))  # fmt: skip
    sample = datetime(2026, 11, 30, 17, 9, 8, tzinfo=UTC).strftime(found)
    try:
        datetime.strptime(sample, found)  # noqa: DTZ007 - only asks whether the form works
    except (ValueError, re.error) as error:
        raise BadValueError(N_(
            "is not a date format; allowed: strptime directives with a year, "
            "such as %d/%m/%Y %H:%M"
        )) from error  # fmt: skip
    return found


def pattern(value: object) -> str:
    """A regular expression that `crawler.patterns` lets pass."""
    found = text(value)
    check_pattern(found)
    return found


def id_pattern(value: object) -> str:
    """A regular expression whose one group is an outlet's own number of an article."""
    found = pattern(value)
    if re.compile(found).groups != 1:
        raise BadValueError(
            N_("has not one group; allowed: one pair of plain brackets, as in -(\\d+)\\.")
        )
    return found
