"""A crawl desk on the sample newsroom, with an archive of its own."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from analysis.relevance import DEFAULT_THRESHOLD
from crawler.crawl import Manner
from crawler.reports import SourceReport
from crawler.sources import Source, read_folder
from diembao.demo.newsroom.site import Newsroom
from scheduler.intake import Archive
from scheduler.poll import Desk, poll, register_sources, regular_plan
from scheduler.readers import Readers
from storage.database import open_database

MANNER = Manner(user_agent="diembao-bench", allow_private=True)


@contextmanager
def desk_on(newsroom: Newsroom, folder: Path, readers: Readers) -> Iterator[Desk]:
    """Open an empty archive in a folder and a desk that knows the newsroom's outlets."""
    newsroom.write_sources(folder / "sources")
    with _desk(folder, readers) as desk:
        yield desk


@contextmanager
def desk_of(texts: Mapping[str, str], folder: Path, readers: Readers) -> Iterator[Desk]:
    """Open an empty archive in a folder and a desk that knows some source files, by id."""
    (folder / "sources").mkdir(exist_ok=True)
    with _desk(folder, readers) as desk:
        know(desk, texts, folder)
        yield desk


def know(desk: Desk, texts: Mapping[str, str], folder: Path) -> None:
    """Let a desk know some source files, by id, in the place of those it knew."""
    for name, text in texts.items():
        (folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    sources, faults = read_folder(folder / "sources")
    if faults:
        raise SystemExit(f"source files that cannot be used: {faults}")
    desk.archive.sources.update(sources)
    register_sources(desk)


@contextmanager
def _desk(folder: Path, readers: Readers) -> Iterator[Desk]:
    sources, faults = read_folder(folder / "sources")
    if faults:
        raise SystemExit(f"source files that cannot be used: {faults}")
    database = open_database(f"sqlite:///{folder / 'diembao.db'}")
    try:
        desk = Desk(Archive(database, sources, (), DEFAULT_THRESHOLD, readers), MANNER)
        register_sources(desk)
        yield desk
    finally:
        database.close()


async def crawl(desk: Desk, sources: Iterable[Source], *, full: bool = False) -> list[SourceReport]:
    """Poll sources once, side by side, as the program does."""
    return await asyncio.gather(
        *(poll(desk, source, replace(regular_plan(desk, source), full=full)) for source in sources)
    )
