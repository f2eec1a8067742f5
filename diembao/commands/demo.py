"""``diembao demo``: the main job in front of you, without network."""

import argparse
import asyncio
import logging
import shutil
from collections import Counter
from pathlib import Path

from crawler.reports import SourceReport
from diembao import output
from diembao.demo.tour import Found, prepared, tour
from diembao.failures import UsageError, said
from diembao.postroom import sender
from diembao.settings import Settings
from diembao.workplace import open_archive, settings_for
from messages.catalogue import _
from scheduler.clock import utc_now
from storage.database import Database
from storage.reading import TaggedArticle, topic_name
from web.app import make_app
from web.server import bound, server
from web.site import Site

# Below this an axis of relevance is as good as absent.
WEAK = 0.5
OURS = ("data", "sources", "seeds.jsonl", "digest.html", "digest.txt", "digest.eml")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--output", metavar="DIR", help=_("default: demo in DATA_DIR"))
    parser.add_argument("--serve", action="store_true", help=_("keep the web page up afterwards"))


def run(arguments: argparse.Namespace) -> int:
    """Show the tour and say where its fruits lie."""
    settings = settings_for(arguments)
    logging.getLogger().setLevel(logging.WARNING)
    folder = Path(arguments.output).absolute() if arguments.output else settings.data_dir / "demo"
    settings = prepared(settings, _emptied(folder))
    output.write(_("The sample newsroom: five invented outlets on this machine. Crawling …"))
    found = asyncio.run(tour(settings, folder, _tell))
    _articles(settings, found)
    _fruits(found)
    if arguments.serve:
        asyncio.run(_serve(settings))
    return 0


def _emptied(folder: Path) -> Path:
    """Take away what an earlier tour left, and nothing else."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in OURS:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {said(error)}") from error
    return folder


def _tell(report: SourceReport) -> None:
    counts = report.counts
    output.write(
        "  "
        + _(
            "{source:<18} {requests:>3} requests  {not_modified} × 304  {discovered:>3} found  "
            "{fetched:>3} read  {new:>3} new  {revised} revised"
        ).format(
            source=report.source,
            **{name: counts[name] for name in ("requests", "not_modified", "discovered")},
            **{name: counts[name] for name in ("fetched", "new", "revised")},
        )
    )


def _articles(settings: Settings, found: Found) -> None:
    titles = {item.article.id: item.article.title for item in found.articles}
    groups = (
        (_("New"), ("new",), _new),
        (_("Copies"), ("exact_duplicate", "near_duplicate", "seed_duplicate"), _copy),
        (_("Off topic"), ("off_topic",), _off_topic),
    )
    for heading, statuses, words in groups:
        items = [item for item in found.articles if item.article.status in statuses]
        rows = [
            {
                "outlet": found.outlets[item.article.source],
                "title": item.article.title,
                "why": words(item, titles, settings.language),
            }
            for item in items
        ]
        output.write(f"\n{heading} ({len(rows)})")
        output.table(rows, {"outlet": _("outlet"), "title": _("title"), "why": _("why, and tags")})


def _new(item: TaggedArticle, _titles: dict[int | None, str], language: str) -> str:
    topics = ", ".join(topic_name(slug, language) for slug, _score, _evidence in item.topics)
    entities = ", ".join(entity.name for entity, _mentions in item.entities[:4])
    revised = _("revised") + " · " if item.article.revised_at else ""
    return f"{revised}{item.article.relevance:.2f} · {topics} · {entities}"


def _copy(item: TaggedArticle, titles: dict[int | None, str], _language: str) -> str:
    article = item.article
    of = article.seed or f"“{titles.get(article.duplicate_of, '?')}”"
    return _("{share:.0%} of {of}").format(share=article.similarity or 0, of=of)


def _off_topic(item: TaggedArticle, _titles: dict[int | None, str], _language: str) -> str:
    article = item.article
    score = f"{article.relevance:.2f}"
    if max(article.city, article.theme) < WEAK:
        return _("{score} · neither the city nor the theme").format(score=score)
    if article.city < WEAK:
        return _("{score} · not about the city").format(score=score)
    if article.theme < WEAK:
        return _("{score} · not about its digital change").format(score=score)
    seen = list(dict.fromkeys(span["text"] for span in article.evidence))[:3]
    return _("{score} · in passing only: {seen}").format(score=score, seen=", ".join(seen))


def _fruits(found: Found) -> None:
    second = Counter[str]()
    for report in found.second:
        second.update(report.counts)
    output.write("")
    output.write(
        _(
            "Second look: {not_modified} × 304, pages read again: {fetched}, revisions: {revised}"
        ).format(**{name: second[name] for name in ("not_modified", "fetched", "revised")})
    )
    output.write(_("Digest: {n} stories").format(n=found.stories))
    for path in found.files:
        output.write(f"  {path}")
    output.write(_("Webhook: received, signature verified"))
    output.write("  " + found.webhook.replace("\n", "\n  "))
    output.write(_("Sent again: {n}").format(n=found.sent_again))


async def _serve(settings: Settings) -> None:
    database = open_archive(settings)
    listener = bound("127.0.0.1", 0)
    host, port = listener.getsockname()
    output.write(_("Serving on http://{host}:{port} until Ctrl-C").format(host=host, port=port))
    try:
        await server(
            make_app(Site(database, sender(settings), utc_now, settings.zone, settings.language))
        ).serve(sockets=[listener])
    finally:
        database.close()


def _site(settings: Settings, database: Database) -> Site:
    return Site(database, sender(settings), utc_now, settings.zone, settings.language)
