"""``diembao sources``: the outlets."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlmodel import Session

from crawler.sources import Source
from diembao import output, sourcewords
from diembao.feed_lists import export_opml, import_opml
from diembao.new_outlets import STDOUT, Wish, add
from diembao.outlet_check import check_sources
from diembao.outlets import load_sources, pick
from diembao.settings import Settings
from diembao.workplace import open_archive, say_all, settings_for
from messages.catalogue import _
from scheduler.clock import utc_now
from scheduler.poll import enabled_sources, registered
from storage import polling
from storage.tables import SourceState


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help=_("all sources and how they fare"))
    for name, text in (
        ("show", _("all that is known of a source")),
        ("check", _("fetch now and say what each stage saw; nothing is stored")),
        ("enable", _("switch sources on")),
        ("disable", _("switch sources off")),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("sources", nargs="+", metavar="SOURCE")
        output.add_format(action)
    output.add_format(listed)
    added = actions.add_parser("add", help=_("propose a source file from an outlet's homepage"))
    added.add_argument("url", metavar="URL")
    added.add_argument("--id", help=_("default: made from the host"))
    _add_target(added)
    taken = actions.add_parser("import-opml", help=_("propose source files from a list of feeds"))
    taken.add_argument("file", metavar="FILE")
    given = actions.add_parser("export-opml", help=_("a list of all enabled sources' feeds"))
    given.add_argument("file", metavar="FILE", nargs="?", default=STDOUT, help=_("default: stdout"))


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output", metavar="FILE", help=_("- is stdout; default: EXTRA_SOURCES_DIR/ID.toml")
    )
    parser.add_argument("--force", action="store_true", help=_("overwrite or override a source"))


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked of the sources."""
    settings = settings_for(arguments)
    sources, faults = load_sources(settings)
    say_all(faults)
    code = 0
    match arguments.action:
        case "list":
            _list(settings, sources, arguments.format)
        case "show":
            _show(settings, sources, arguments)
        case "check":
            code = check_sources(settings, pick(sources, arguments.sources), arguments.format)
        case "add":
            wish = Wish(arguments.url, arguments.id, arguments.output, arguments.force)
            code = add(settings, sources, wish)
        case "import-opml":
            code = import_opml(settings, sources, Path(arguments.file))
        case "export-opml":
            export_opml(_enabled(settings, sources), arguments.file)
        case switch:
            _switch(settings, sources, arguments.sources, enabled=switch == "enable")
    return max(code, 1 if faults else 0)


def _states(settings: Settings, sources: Mapping[str, Source]) -> dict[str, SourceState]:
    with _archive(settings, sources) as session:
        return polling.states(session)


@contextmanager
def _archive(settings: Settings, sources: Mapping[str, Source]) -> Iterator[Session]:
    """Open the archive to look things up in it, every source with its row."""
    database = open_archive(settings)
    try:
        with database.writing() as session:
            polling.register(session, registered(sources), utc_now())
        with database.reading() as session:
            yield session
    finally:
        database.close()


def _enabled(settings: Settings, sources: Mapping[str, Source]) -> list[Source]:
    states = _states(settings, sources)
    return [sources[name] for name in enabled_sources(sources, states)]


def _row(settings: Settings, source: Source, state: SourceState) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "enabled": source.enabled if state.enabled is None else state.enabled,
        "homepage": source.homepage,
        "last_checked_at": sourcewords.local(settings, state.last_checked_at),
        "last_success_at": sourcewords.local(settings, state.last_success_at),
        "last_new_at": sourcewords.local(settings, state.last_new_at),
        "next_check_at": sourcewords.local(settings, state.next_check_at),
        "failures": state.failures,
        "last_error": state.last_error,
        **sourcewords.standing(settings, state),
    }


def _list(settings: Settings, sources: Mapping[str, Source], format_: str | None) -> None:
    states = _states(settings, sources)
    rows = [_row(settings, source, states[source.id]) for source in sources.values()]
    if output.chosen(format_) == "table":
        rows = [{**row, "state": sourcewords.in_words(settings, states[row["id"]])} for row in rows]
    headings = {"id": "id", "name": _("outlet"), "kind": _("kind"), "enabled": _("enabled")}
    headings |= {"last_success_at": _("last success"), "state": _("how it fares")}
    output.listing(rows, headings, format_)


def _show(settings: Settings, sources: Mapping[str, Source], arguments: argparse.Namespace) -> None:
    chosen = pick(sources, arguments.sources)
    with _archive(settings, sources) as session:
        states = polling.states(session)
        rows = [
            _row(settings, source, states[source.id])
            | _file(source)
            | sourcewords.account(session, settings, states[source.id], utc_now())
            for source in chosen
        ]
    if output.chosen(arguments.format) == "table":
        for row in rows:
            output.table(sourcewords.table_rows(row), {"key": _("field"), "value": _("value")})
    else:
        output.listing(rows, {}, arguments.format)


def _file(source: Source) -> dict[str, Any]:
    return {
        "article_pattern": source.article_pattern,
        "hosts": list(source.hosts),
        "feeds": list(source.feeds),
        "sitemaps": list(source.sitemaps),
        "listings": list(source.listings),
        "delay": source.politeness.delay,
        "every": str(source.poll.every),
        "at_most": str(source.poll.at_most),
    }


def _switch(
    settings: Settings, sources: Mapping[str, Source], names: list[str], *, enabled: bool
) -> None:
    chosen = pick(sources, names)
    _states(settings, sources)
    database = open_archive(settings)
    with database.writing() as session:
        for source in chosen:
            polling.set_enabled(session, source.id, enabled=enabled, now=utc_now())
    database.close()
