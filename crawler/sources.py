"""Source files: one TOML file is one outlet, its name is the outlet's id.

A fault is told with file, line, key, value and what is allowed. Keys are described in the README.
"""

import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from crawler import source_values as values
from crawler.errors import BadValueError, SourceError
from crawler.patterns import search
from messages.catalogue import N_

T = TypeVar("T")

MAX_FILE_BYTES = 64 * 1024
MAX_FILES = 5_000

_ID = re.compile(r"[a-z0-9_-]{1,64}")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[+([^\[\]]+)\]+\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*([\w."' -]+?)\s*=""")


@dataclass(frozen=True, slots=True)
class Politeness:
    """How gently a host is asked: seconds between requests, and requests at once."""

    delay: float = 1.0
    concurrency: int = 2


@dataclass(frozen=True, slots=True)
class Poll:
    """The shortest and the longest pause between two looks at a source."""

    every: timedelta = timedelta(minutes=10)
    at_most: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Extract:
    """What the general extractor is told of an outlet's pages.

    Selectors are CSS; commas part alternatives that are tried in order, each may end in
    ``@attribute``, see `crawler.source_values.alternatives`. ``date_formats`` are for
    `datetime.strptime`, ``drop`` names elements that are no part of an article, ``next`` the link
    to the further page of a long one.
    """

    title: str | None = None
    lead: str | None = None
    body: str | None = None
    author: str | None = None
    date: str | None = None
    section: str | None = None
    tags: str | None = None
    image: str | None = None
    caption: str | None = None
    next: str | None = None
    date_formats: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet as its file describes it.

    ``article_pattern`` is searched in canonical addresses; so is ``article_id``, whose one group is
    the outlet's own number of an article, see `crawler.addresses.article_key`. ``hosts`` are all
    ``host[:port]`` of the outlet, the homepage's own first. Addresses may hold placeholders of
    a day (see `expand`), those of listings the number of a ``{page}``; feeds have none.
    ``render`` asks for a browser: the pages are filled by JavaScript.
    """

    id: str
    name: str
    homepage: str
    article_pattern: str
    article_id: str | None = None
    kind: values.Kind = "press"
    enabled: bool = True
    render: bool = False
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    politeness: Politeness = field(default_factory=Politeness)
    poll: Poll = field(default_factory=Poll)
    extract: Extract = field(default_factory=Extract)


def _names(kind: type[Source | Politeness | Poll | Extract]) -> frozenset[str]:
    return frozenset(entry.name for entry in fields(kind))


_TABLES = {"politeness": _names(Politeness), "poll": _names(Poll), "extract": _names(Extract)}
_KEYS = _names(Source) - {"id"}


def is_id(text: str) -> bool:
    """Whether a text may be a source's id."""
    return _ID.fullmatch(text) is not None


def catalogue_folder() -> Path:
    """The folder of the shipped source files."""
    return Path(__file__).parent / "catalogue"


def read_folder(folder: Path) -> tuple[dict[str, Source], list[SourceError]]:
    """All usable sources of a folder by id, in the ids' order, and the faults of the others."""
    sources: dict[str, Source] = {}
    faults: list[SourceError] = []
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        return {}, [
            SourceError(N_("{folder}: cannot be read: {error}"), folder=folder, error=error)
        ]
    if len(paths) > MAX_FILES:
        faults.append(
            SourceError(
                N_("{folder}: {files} files; allowed: {most}"),
                folder=folder,
                files=len(paths),
                most=MAX_FILES,
            )
        )
    for path in paths[:MAX_FILES]:
        try:
            sources[path.stem] = read_source(path)
        except SourceError as fault:
            faults.append(fault)
    return sources, faults


def read_source(path: Path) -> Source:
    """Read one source file.

    Raises SourceError, one line that names file, line, key, value and what is allowed.
    """
    if not is_id(path.stem):
        raise SourceError(
            N_("{path}:1: the file's name is the id; allowed: a-z, 0-9, _ and - (64)"), path=path
        )
    text = _read_text(path)
    try:
        entries = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise SourceError(
            N_("{path}:{line}: not TOML: {error}"), path=path, line=line, error=str(error)[:200]
        ) from error
    return _source(_Table(path, tuple(text.splitlines()), "", entries))


def belongs(source: Source, url: str) -> bool:
    """Whether a canonical address is an article of the source: by its host and its shape."""
    if len(url) > values.MAX_ADDRESS:
        return False
    try:
        host = values.host_and_port(url)
    except ValueError:
        return False
    return host in source.hosts and search(source.article_pattern, url) is not None


def expand(address: str, day: date) -> str:
    """Put a day into the placeholders of an address: {YYYY} {YY} {MM} {M} {DD} {D} {D1} {D2}."""
    for placeholder, digits in values.PLACEHOLDERS.items():
        address = address.replace(f"{{{placeholder}}}", digits(day))
    return address


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of a source file, and how a fault in it is told."""

    path: Path
    lines: tuple[str, ...]
    name: str
    entries: Mapping[str, object]

    def fault(self, key: str, problem: BadValueError, item: object = None) -> SourceError:
        """The error for a key, with the line of the key or of the item in its list."""
        dotted = f"{self.name}.{key}" if self.name else key
        shown = dotted if dotted.isprintable() else repr(dotted)
        line = _line_of(self.lines, dotted, item)
        return SourceError(
            "{path}:{line}: {key}: {problem}",
            path=self.path, line=line, key=shown[:80], problem=problem,
        )  # fmt: skip

    def check_keys(self, allowed: frozenset[str]) -> None:
        """Refuse keys that nothing reads."""
        for key in self.entries:
            if key not in allowed:
                known = ", ".join(sorted(allowed))
                raise self.fault(
                    key, BadValueError(N_("unknown key; allowed: {known}"), known=known)
                )

    def required(self, key: str, check: Callable[[object], T]) -> T:
        """The checked value of a key that must be there."""
        if key not in self.entries:
            raise self.fault(key, BadValueError(N_("is missing; it is required")))
        return self._checked(key, self.entries[key], check)

    def optional(self, key: str, check: Callable[[object], T], default: T) -> T:
        """The checked value of a key, or its default."""
        return self._checked(key, self.entries[key], check) if key in self.entries else default

    def each(self, key: str, check: Callable[[object], T]) -> tuple[T, ...]:
        """The checked items of a list, or none."""
        nothing: list[object] = []
        items = self.optional(key, values.items, nothing)
        return tuple(self._checked(key, item, check) for item in items)

    def table(self, key: str) -> "_Table":
        """A table inside this one, its keys checked; empty where it is absent."""
        table = _Table(self.path, self.lines, key, self.optional(key, values.mapping, {}))
        table.check_keys(_TABLES[key])
        return table

    def _checked(self, key: str, value: object, check: Callable[[object], T]) -> T:
        try:
            return check(value)
        except BadValueError as error:
            shown = repr(value)
            shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
            problem = BadValueError("{value} {error}", value=shown, error=error)
            raise self.fault(key, problem, value) from error


def _read_text(path: Path) -> str:
    try:
        if not path.is_file():
            raise SourceError(N_("{path}:1: is not a file"), path=path)
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SourceError(
            N_("{path}:1: cannot be read: {error}"), path=path, error=error
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(
            N_("{path}:1: is too long; allowed: {most} bytes"), path=path, most=MAX_FILE_BYTES
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            N_("{path}:{line}: is not UTF-8; allowed: UTF-8 only"), path=path, line=line
        ) from error


def _source(top: _Table) -> Source:
    top.check_keys(_KEYS)
    homepage = top.required("homepage", values.address)
    source = Source(
        id=top.path.stem,
        name=top.required("name", values.name),
        homepage=homepage,
        article_pattern=top.required("article_pattern", values.pattern),
        article_id=top.optional("article_id", values.id_pattern, None),
        kind=top.optional("kind", values.kind, "press"),
        enabled=top.optional("enabled", values.flag, default=True),
        render=top.optional("render", values.flag, default=False),
        feeds=top.each("feeds", values.address),
        sitemaps=top.each("sitemaps", values.dated_address),
        listings=top.each("listings", values.listing_address),
        hosts=with_twin(homepage, top.each("hosts", values.host_name)),
        politeness=_politeness(top.table("politeness")),
        poll=_poll(top.table("poll")),
        extract=_extract(top.table("extract")),
    )
    if source.enabled and not (source.feeds or source.sitemaps or source.listings):
        raise top.fault("feeds", BadValueError(N_(
            "is missing; an enabled source needs one of feeds, sitemaps, listings"
        )))  # fmt: skip
    return source


def _politeness(table: _Table) -> Politeness:
    usual = Politeness()
    return Politeness(
        table.optional("delay", values.delay, usual.delay),
        table.optional("concurrency", values.concurrency, usual.concurrency),
    )


def _poll(table: _Table) -> Poll:
    usual = Poll()
    every = table.optional("every", values.duration, usual.every)
    at_most = table.optional("at_most", values.duration, max(every, usual.at_most))
    if at_most < every:
        raise table.fault(
            "at_most", BadValueError(N_("is shorter than every; allowed: every or longer"))
        )
    return Poll(every, at_most)


def _extract(table: _Table) -> Extract:
    return Extract(
        title=table.optional("title", values.selector, None),
        lead=table.optional("lead", values.selector, None),
        body=table.optional("body", values.selector, None),
        author=table.optional("author", values.selector, None),
        date=table.optional("date", values.selector, None),
        section=table.optional("section", values.selector, None),
        tags=table.optional("tags", values.selector, None),
        image=table.optional("image", values.selector, None),
        caption=table.optional("caption", values.selector, None),
        next=table.optional("next", values.selector, None),
        date_formats=table.each("date_formats", values.date_format),
        drop=table.each("drop", values.selector),
    )


def _line_of(lines: Sequence[str], dotted: str, item: object) -> int:
    """Where a key stands, or an item of its list; else where its table does; else line 1."""
    places = dict(reversed(list(_places(lines))))
    start = places.get(dotted) or places.get(dotted.partition(".")[0]) or 1
    if not isinstance(item, str) or not item:
        return start
    later = range(start, len(lines) + 1)
    return next((number for number in later if item in lines[number - 1]), start)


def _places(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    table = ""
    for number, line in enumerate(lines, 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = re.sub(r"[\s\"']", "", header[1])
            yield table, number
        elif key:
            name = re.sub(r"[\s\"']", "", key[1])
            yield (f"{table}.{name}" if table else name), number


def with_twin(homepage: str, others: Sequence[str]) -> tuple[str, ...]:
    """A homepage's host with and without ``www.``, and the others; numbers have no twin."""
    host = values.host_and_port(homepage)
    try:
        ipaddress.ip_address(urlsplit(homepage).hostname or "")
    except ValueError:
        twin = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        return tuple(dict.fromkeys([host, twin, *others]))
    return tuple(dict.fromkeys([host, *others]))
