"""``diembao sources``: the outlets."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from analysis.relevance import DEFAULT_THRESHOLD
from crawler.crawl import Manner
from crawler.dates import VIETNAM
from crawler.reports import SourceReport
from crawler.sources import Source
from diembao import output, sourcewords
from diembao.outlets import load_sources, pick
from diembao.settings import Settings
from diembao.workplace import open_archive, say_all, settings_for
from messages.catalogue import _
from scheduler.checking import Check, Sample, Seen, check
from scheduler.clock import utc_now
from scheduler.poll import registered
from scheduler.readers import Readers
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


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked of the sources."""
    settings = settings_for(arguments)
    sources, faults = load_sources(settings)
    say_all(faults)
    match arguments.action:
        case "list":
            _list(settings, sources, arguments.format)
        case "show":
            _show(settings, sources, arguments)
        case "check":
            return _check(settings, sources, arguments) or bool(faults)
        case switch:
            _switch(settings, sources, arguments.sources, enabled=switch == "enable")
    return 1 if faults else 0


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
            | sourcewords.account(session, settings, source.id, utc_now())
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


def _check(settings: Settings, sources: Mapping[str, Source], arguments: argparse.Namespace) -> int:
    readers = Readers(processes=1)
    manner = Manner(settings.user_agent, settings.allow_private_networks, settings.concurrency)
    given = settings.relevance_threshold
    threshold = DEFAULT_THRESHOLD if given is None else given
    day = utc_now().astimezone(VIETNAM).date()
    code = 0
    try:
        for source in pick(sources, arguments.sources):
            desk, report = asyncio.run(check(source, readers, manner, threshold, day))
            code = max(code, 1 if report.failed or not report.endpoints else 0)
            _tell(source, desk, report, arguments.format)
    finally:
        readers.close()
    return code


def _tell(source: Source, desk: Check, report: SourceReport, format_: str | None) -> None:
    if report.failed_wholly:
        first = report.errors[0]
        output.note(
            _("{source}: none of {n} addresses could be read; {url}: {error}").format(
                source=source.id, n=report.endpoints, **first
            )
        )
        return
    rows = [_endpoint_row(seen) for seen in desk.seen] + [_sample_row(s) for s in desk.samples]
    headings = {"stage": _("stage"), "asked": _("asked"), "came": _("came")}
    output.listing(
        [{"source": source.id, **row} for row in rows],
        {**headings, "understood": _("understood")},
        format_,
    )
    output.note(
        _("{source}: {requests} requests, {bytes} bytes, {seconds} s").format(
            source=source.id,
            requests=report.counts["requests"],
            bytes=report.counts["bytes"],
            seconds=round(report.seconds, 1),
        )
    )


def _endpoint_row(seen: Seen) -> dict[str, Any]:
    visit = seen.visit
    if visit.error:
        understood = visit.error
    elif not seen.articles:
        understood = _("no article addresses: is article_pattern right?")
    else:
        newest = (
            seen.newest.astimezone(VIETNAM).isoformat(timespec="minutes") if seen.newest else "?"
        )
        understood = _("{n} articles, newest {newest}, such as {example}").format(
            n=seen.articles, newest=newest, example=seen.example
        )
    came = f"HTTP {visit.status}" if visit.status else _("no answer")
    return {"stage": visit.kind, "asked": visit.url, "came": came, "understood": understood}


def _sample_row(sample: Sample) -> dict[str, Any]:
    document, judgement = sample.document, sample.judgement
    if document is None or judgement is None:
        return {"stage": "article", "asked": sample.url, "came": "–", "understood": sample.error}
    published = document.published_at
    verdict = _("on topic") if judgement.relevance.relevant else _("off topic")
    return {
        "stage": "article",
        "asked": sample.url,
        "came": _("{n} syllables").format(n=judgement.fingerprint.syllables),
        "understood": _("“{title}”, {when}, {verdict} ({score}); text by {stage}").format(
            title=document.title,
            when=published.astimezone(VIETNAM).isoformat(timespec="minutes") if published else "?",
            verdict=verdict,
            score=round(judgement.relevance.score, 2),
            stage=document.origins.get("text", "?"),
        ),
    }
