"""The rows of ``sources check`` on one screen of 100 columns that a person can act on."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.sources import Source
from diembao.output import plain
from messages.catalogue import N_, _

WIDTH = 100
INDENT = 17

_STAGES = {
    "robots.txt": "robots.txt",
    "feed": N_("feed"),
    "sitemap": N_("sitemap"),
    "listing": N_("listing"),
    "article": N_("article"),
}
_FIELDS = {
    "title": N_("title"),
    "lead": N_("lead"),
    "text": N_("text"),
    "authors": N_("authors"),
    "published_at": N_("date"),
    "image": N_("image"),
}


def screen(source: Source, rows: Sequence[Mapping[str, Any]]) -> str:
    """The text of the screen; no line is longer than 100 signs."""
    lines = [_cut(f"{source.id} · {source.name} · {source.homepage}", WIDTH), ""]
    base = source.homepage.rstrip("/")
    for row in rows:
        if row["stage"] == "verdict":
            lines += ["", *_wrapped(f"⇒ {row['understood']}", 0), ""]
        else:
            lines += _stage_lines(row, base)
    return "\n".join(lines) + "\n"


def shortened(url: str, base: str, width: int) -> str:
    """An address below the outlet's own, its middle left out where it is too long."""
    text = plain(url.removeprefix(base) or url)
    if len(text) <= width:
        return text
    tail = width // 2
    return f"{text[: width - tail - 1]}…{text[-tail:]}"


def _stage_lines(row: Mapping[str, Any], base: str) -> Iterator[str]:
    label = _(_STAGES[row["stage"]])
    yield f"{label:<{INDENT}}{shortened(row['asked'], base, WIDTH - INDENT)}"
    if row.get("fields"):
        yield from _field_lines(row, base)
    else:
        yield from _wrapped(f"{row['came']}: {row['understood']}", INDENT)
    for example in row.get("examples", ())[:1]:
        yield " " * INDENT + _("e.g. {url}").format(
            url=shortened(example, base, WIDTH - INDENT - 10)
        )
    for hint in row["hints"]:
        yield from _wrapped(f"! {hint}", INDENT)


def _field_lines(row: Mapping[str, Any], base: str) -> Iterator[str]:
    for name, told in row["fields"].items():
        shown = shortened(told["shown"], base, WIDTH) if name == "image" else told["shown"]
        start = f"{'':<{INDENT}}{_(_FIELDS[name]):<14}{told['stage'] or '–':<12}"
        yield _cut(start + (plain(shown) or _("missing")), WIDTH)
    marks = (f"{name} {'✓' if hit else '✗'}" for name, hit in row["selectors"].items())
    own = "  ".join(marks) or _("it has none")
    yield from _wrapped(_("own selectors: {marks}").format(marks=own), INDENT)
    yield from _wrapped(_("judged: {verdict}").format(verdict=row["verdict"]), INDENT)


def _wrapped(text: str, indent: int) -> list[str]:
    blank = " " * indent
    return textwrap.wrap(
        plain(text), WIDTH, initial_indent=blank, subsequent_indent=blank + "  "
    ) or [blank]


def _cut(text: str, width: int) -> str:
    line = plain(text).rstrip()
    return line if len(line) <= width else f"{line[: width - 1]}…"
