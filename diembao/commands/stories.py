"""``diembao stories``: which articles tell of one event, who came first, who copied whom."""

import argparse
import getpass
from typing import Any

from alerts.digest import rfc3339
from alerts.storywords import change_in_words, membership_in_words, standing_in_words
from alerts.views import source_names
from diembao import output
from diembao.failures import UsageError
from diembao.filters import moment
from diembao.parsing import count
from diembao.settings import Settings
from diembao.workplace import open_archive, settings_for
from messages.catalogue import _
from scheduler.clock import utc_now
from storage import reading, stories
from storage.database import Database
from storage.story_tables import StoryChange
from storage.tables import Article, Story


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help=_("stories, those last added to first"))
    listed.add_argument("--since", help=_("date or time from which on"))
    listed.add_argument("--limit", type=count, help=_("at most so many"))
    shown = actions.add_parser("show", help=_("one story: its time line and its changes"))
    merged = actions.add_parser("merge", help=_("put stories together into the first named"))
    parted = actions.add_parser("split", help=_("take articles out of a story into a new one"))
    for action in (shown, merged, parted):
        action.add_argument("story", metavar="STORY")
    merged.add_argument("others", nargs="+", metavar="OTHER")
    parted.add_argument("articles", nargs="+", metavar="ARTICLE")
    for action in (merged, parted):
        action.add_argument("--why", default="", metavar="TEXT", help=_("the reason, kept with it"))
        action.add_argument("--by", metavar="NAME", help=_("who does it; default: the user's name"))
    for action in (listed, shown, merged, parted):
        output.add_format(action)


def run(arguments: argparse.Namespace) -> int:
    """List, show, merge or split."""
    settings = settings_for(arguments)
    database = open_archive(settings)
    try:
        if arguments.action == "list":
            return _list(database, settings, arguments)
        story = _number(arguments.story)
        if arguments.action in ("merge", "split"):
            story = _change(database, arguments, story)
        return _show(database, settings, story, arguments.format)
    finally:
        database.close()


def _list(database: Database, settings: Settings, arguments: argparse.Namespace) -> int:
    since = moment(arguments.since, "--since", settings)
    with database.reading() as session:
        found = stories.latest(session, since, arguments.limit)
        articles = reading.story_articles(session, [story.id or 0 for story in found])
        names = source_names(session)
    rows = [_summary(story, articles[story.id or 0], names, settings) for story in found]
    headings = {"id": "id", "first_at": _("first"), "title": _("title"), "outlets": _("outlets")}
    output.listing(rows, {**headings, "articles": _("articles")}, arguments.format)
    return 0


def _summary(
    story: Story, articles: list[Article], names: Any, settings: Settings
) -> dict[str, Any]:
    first = next(each for each in articles if each.id == story.first_article_id)
    return {
        "id": str(story.id),
        "first_at": rfc3339(first.published_at or first.first_seen_at, settings.zone),
        "title": first.title,
        "outlets": list(dict.fromkeys(names.get(each.source, each.source) for each in articles)),
        "articles": len(articles),
        "last_seen_at": rfc3339(story.last_seen_at, settings.zone),
    }


def _change(database: Database, arguments: argparse.Namespace, story: int) -> int:
    maker = stories.Maker(arguments.by or getpass.getuser(), utc_now(), arguments.why)
    with database.writing() as session:
        if arguments.action == "merge":
            others = [_number(other) for other in arguments.others]
            changed = stories.merge(session, story, others, maker)
        else:
            articles = [_number(article) for article in arguments.articles]
            changed = stories.split(session, story, articles, maker)
        return changed.id or 0


def _show(database: Database, settings: Settings, wanted: int, format_: str | None) -> int:
    with database.reading() as session:
        story = stories.get(session, wanted)
        key = story.id or 0
        changes = stories.changes(session, key)
        articles = reading.story_articles(session, [key])[key]
        names = source_names(session)
    articles.sort(key=lambda each: (each.published_at or each.first_seen_at, each.id))
    line = [
        {
            "time": rfc3339(each.published_at or each.first_seen_at, settings.zone),
            "id": str(each.id),
            "source": each.source,
            "outlet": names.get(each.source, each.source),
            "title": each.title,
            "status": each.status,
            "first": each.id == story.first_article_id,
            "duplicate_of": str(each.duplicate_of) if each.duplicate_of else None,
            "is": standing_in_words(each, settings.language),
            "why": membership_in_words(each, changes, settings.language),
        }
        for each in articles
    ]
    made = [_made(change, settings) for change in changes]
    if output.chosen(format_) == "table":
        output.note(_("story {id}").format(id=key))
        told = [{**row, "time": str(row["time"])[:16].replace("T", " ")} for row in line]
        headings = {"time": _("time"), "id": "id", "outlet": _("outlet"), "title": _("title")}
        output.table(told, {**headings, "is": _("what it is"), "why": _("why here")})
        if made:
            output.table(made, {"at": _("changed"), "told": _("what")})
    else:
        row = {"id": str(key), "timeline": line, "changes": made}
        output.write(output.dump(row, indent=2 if format_ == "json" else None))
    return 0


def _made(change: StoryChange, settings: Settings) -> dict[str, Any]:
    return {
        "at": rfc3339(change.made_at, settings.zone),
        "by": change.made_by,
        "kind": change.kind,
        "story": str(change.story_id),
        "other": str(change.other_id),
        "articles": [str(article) for article in change.articles],
        "confidence": change.confidence,
        "reasons": change.reasons,
        "note": change.note,
        "told": change_in_words(change, settings.language),
    }


def _number(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(_("{id}: not an id").format(id=text))
    return int(text)
