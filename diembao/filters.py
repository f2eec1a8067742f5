"""The filter options that listings and subscriptions share."""

import argparse
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from alerts.wishes import KINDS, faults_of
from analysis.topics import topics
from crawler.dates import parse_date
from diembao.failures import UsageError
from diembao.parsing import count
from diembao.settings import Settings
from messages.catalogue import _
from storage.filters import Filter, Window

OPTIONS = {
    "topics": "--topic", "entities": "--entity", "sources": "--source", "kinds": "--kind",
    "min_relevance": "--min-relevance", "query": "--query", "schedule": "--schedule",
    "timezone": "--timezone", "language": "--language",
}  # fmt: skip


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Declare what articles may be chosen by."""
    parser.add_argument("--topic", action="append", default=[], help=_("topic slug; repeatable"))
    parser.add_argument("--entity", action="append", default=[], help=_("entity id or name"))
    parser.add_argument("--source", action="append", default=[], help=_("source id; repeatable"))
    parser.add_argument("--kind", action="append", default=[], help=_("press, official, english"))
    parser.add_argument("--min-relevance", type=float, help=_("0–1"))
    parser.add_argument(
        "--query",
        default="",
        help=_('words, "phrases", AND, OR, NOT, field:value; accents optional'),
    )


def add_window(parser: argparse.ArgumentParser) -> None:
    """Declare which stretch of the archive is meant."""
    parser.add_argument("--since", help=_("date or time from which on"))
    parser.add_argument("--until", help=_("date or time before which"))
    parser.add_argument("--story", help=_("story id"))
    parser.add_argument("--all", action="store_true", help=_("also off-topic ones and copies"))
    parser.add_argument("--limit", type=count, help=_("at most so many"))


def chosen_filter(arguments: argparse.Namespace) -> Filter:
    """Give the filter that the options mean; raises UsageError for what cannot be.

    Any source may be named: articles outlive their outlet's file.
    """
    chosen = Filter(
        topics=tuple(arguments.topic),
        entities=tuple(arguments.entity),
        sources=tuple(arguments.source),
        kinds=tuple(arguments.kind),
        min_relevance=arguments.min_relevance,
        query=arguments.query,
    )
    known = {"topics": topics(), "sources": chosen.sources}
    refuse(faults_of(chosen, known, _.language), arguments, known)
    return chosen


def refuse(
    faults: Mapping[str, str], arguments: argparse.Namespace, known: Mapping[str, Iterable[str]]
) -> None:
    """Raise UsageError with the first of the faults, by its option; ``known`` can be chosen."""
    for field, fault in faults.items():
        given = getattr(arguments, OPTIONS[field].removeprefix("--").replace("-", "_"))
        value = ", ".join(given) if isinstance(given, list) else str(given)
        words = f"{OPTIONS[field]} {value[:200]}: {fault}"
        if field in ("topics", "sources", "kinds"):
            there = ", ".join(sorted(known.get(field, KINDS)))[:400]
            words = _("{fault} There are: {known}").format(fault=words, known=there)
        raise UsageError(words)


def chosen_window(arguments: argparse.Namespace, settings: Settings) -> Window:
    """Give the window that the options mean."""
    story = arguments.story
    if story is not None and not story.isdecimal():
        raise UsageError(_("--story {story}: not a story id").format(story=story))
    return Window(
        since=moment(arguments.since, "--since", settings),
        until=moment(arguments.until, "--until", settings),
        story=int(story) if story else None,
        everything=arguments.all,
    )


def moment(text: str | None, option: str, settings: Settings) -> datetime | None:
    """Read a date or time of the command line, in the user's zone where it names none."""
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        parsed = parse_date(text)
        if parsed is None:
            raise UsageError(
                _("{option} {text}: a date such as 2026-11-22").format(option=option, text=text)
            ) from None
        return parsed
    return (value if value.tzinfo else value.replace(tzinfo=settings.zone)).astimezone(UTC)
