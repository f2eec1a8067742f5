"""``diembao articles``: the archive."""

import argparse
import sys
from pathlib import Path
from typing import Any

from sqlmodel import Session

from alerts.digest import ArticleView
from alerts.explaining import judgement_explained
from alerts.reasons import telling_explained
from alerts.views import source_names, view
from analysis.relevance import DEFAULT_THRESHOLD
from diembao import likeness, output, verdict_words
from diembao.failures import UsageError
from diembao.filters import add_filters, add_window, chosen_filter, chosen_window
from diembao.history import history, told
from diembao.retag import add_retag, run_retag
from diembao.settings import Settings
from diembao.warc import write_warc
from diembao.workplace import open_archive, settings_for
from messages.catalogue import _
from storage import articles, reading, related, revisions, snapshots, subscriptions
from storage.filters import Filter, Window
from storage.reading import TaggedArticle
from storage.tables import Article


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help=_("articles, newest first"))
    searched = actions.add_parser("search", help=_("articles in which words occur"))
    searched.add_argument("words", nargs="+", metavar="WORD")
    exported = actions.add_parser("export", help=_("articles with their texts, to a file or pipe"))
    shown = actions.add_parser("show", help=_("one article with its text, tags and evidence"))
    shown.add_argument("article", metavar="ARTICLE")
    shown.add_argument("--explain", action="store_true", help=_("why it was judged so, in words"))
    shown.add_argument(
        "--subscription",
        metavar="SUBSCRIPTION",
        help=_("with --explain: also why this one was or was not told"),
    )
    exported.add_argument(
        "--warc", type=Path, metavar="FILE", help=_("the kept pages instead, as a WARC file")
    )
    add_retag(actions.add_parser("retag", help=_("judge stored articles by the present rules")))
    for action in (listed, searched, exported):
        add_filters(action)
        add_window(action)
        action.add_argument("--text", action="store_true", help=_("with the texts"))
    for action in (listed, searched, exported, shown):
        output.add_format(action)


def run(arguments: argparse.Namespace) -> int:
    """List, search, export or show."""
    settings = settings_for(arguments)
    if arguments.action == "show":
        return _show(settings, arguments)
    if arguments.action == "retag":
        return run_retag(settings, arguments)
    if arguments.action == "search":
        quoted = (f'"{w}"' if " " in w and '"' not in w else w for w in arguments.words)
        arguments.query = " ".join([arguments.query, *quoted]).strip()
    wanted, window = chosen_filter(arguments), chosen_window(arguments, settings)
    if arguments.action == "export" and arguments.warc:
        return _pages(settings, wanted, window, arguments)
    format_ = output.chosen(arguments.format)
    if arguments.action == "export" and arguments.format is None:
        format_ = "jsonl"
    limit = arguments.limit
    on_terminal = format_ == "table" and sys.stdout.isatty()
    if limit is None and on_terminal:
        limit = output.SHOWN_ON_A_TERMINAL
    database = open_archive(settings)
    with database.reading() as session:
        names = source_names(session)
        rows = (
            _row(view(item, names, settings.language), item.article, settings,
                 text=arguments.text or arguments.action == "export")
            for item in reading.each(session, wanted, window, limit)
        )  # fmt: skip
        if format_ == "table":
            cells = [_cells(row) for row in rows]
            output.table(cells, _headings())
        else:
            output.listing(rows, {}, format_)
        if on_terminal and (count := reading.count(session, wanted, window)) > len(cells):
            output.note(
                _("the latest {n} of {all}; --limit shows more").format(n=len(cells), all=count)
            )
    database.close()
    return 0


def _pages(
    settings: Settings, wanted: Filter, window: Window, arguments: argparse.Namespace
) -> int:
    database = open_archive(settings)
    with database.reading() as session:
        found = reading.each(session, wanted, window, arguments.limit)
        ids = (item.article.id for item in found if item.article.id is not None)
        count = write_warc(arguments.warc, snapshots.of_articles(session, ids))
    database.close()
    output.note(_("{file}: {n} pages").format(file=arguments.warc, n=count))
    return 0


def _row(seen: ArticleView, article: Article, settings: Settings, *, text: bool) -> dict[str, Any]:
    row = seen.as_json(settings.zone)
    if text:
        row["text"] = article.text
    return row


def _headings() -> dict[str, str]:
    return {
        "id": "id",
        "time": _("time"),
        "source": _("outlet"),
        "title": _("title"),
        "status": _("status"),
        "relevance": _("relevance"),
        "topics": _("topics"),
    }


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "time": str(row["published_at"] or row["first_seen_at"])[:16].replace("T", " "),
        "relevance": f"{row['relevance']:.2f}",
        "topics": [topic["slug"] for topic in row["topics"]],
    }


def _show(settings: Settings, arguments: argparse.Namespace) -> int:
    if not arguments.article.isdecimal():
        raise UsageError(_("{id}: not an article id").format(id=arguments.article))
    database = open_archive(settings)
    with database.reading() as session:
        article = articles.get(session, int(arguments.article))
        item = reading.tagged(session, [article])[0]
        seen = view(item, source_names(session), settings.language)
        row = _row(seen, article, settings, text=True)
        row |= {"city": article.city, "theme": article.theme, "evidence": article.evidence}
        row["why"] = verdict_words.told(article.evidence)
        story = reading.find(session, Filter(), Window(story=article.story_id, everything=True))
        row["in_story"] = [str(other.article.id) for other in story]
        known = articles.get(session, article.duplicate_of) if article.duplicate_of else None
        row["reason"] = likeness.of_copy(article, known)
        row["related"] = likeness.links(
            article.id or 0, related.of_article(session, article.id or 0)
        )
        if arguments.explain or arguments.subscription:
            row["explanation"] = _explained(session, item, settings, arguments.subscription)
        row |= history(article, revisions.of_article(session, article.id or 0), settings.zone)
    database.close()
    if output.chosen(arguments.format) == "table":
        row["revisions"] = [told(revision) for revision in row["revisions"]]
        row["related"] = [likeness.told(link) for link in row["related"]]
        explanation = row.pop("explanation", [])
        pairs = [{"key": key, "value": value} for key, value in row.items()]
        output.table(pairs, {"key": _("field"), "value": _("value")})
        if explanation:
            output.table([{"why": each} for each in explanation], {"why": _("why")})
    else:
        output.write(output.dump(row, indent=2 if arguments.format == "json" else None))
    return 0


def _explained(
    session: Session, found: TaggedArticle, settings: Settings, subscription: str | None
) -> list[str]:
    given = settings.relevance_threshold
    threshold = DEFAULT_THRESHOLD if given is None else given
    sentences = judgement_explained(session, found, settings.language, threshold)
    if subscription is not None:
        wanted = subscriptions.get(session, subscription)
        sentences += telling_explained(session, wanted, found.article, settings.language)
    return sentences
