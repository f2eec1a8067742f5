"""Pages whose right reading is known: real ones where they are at hand, else the newsroom's."""

import asyncio
import gzip
import json
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from crawler.documents import Page
from crawler.sources import Source, catalogue_folder, read_folder
from crawler.structured import from_meta
from crawler.trees import html_bytes, html_tree, select_text
from diembao.demo.newsroom import Newsroom

ROOT = Path(__file__).parents[1]
REAL = Path(os.environ.get("DIEMBAO_REAL") or ROOT.parent / "shared" / "real") / "html"


@dataclass(frozen=True, slots=True)
class Known:
    """A page and its right reading; ``lead`` may or may not be counted to the body."""

    page: Page
    source: Source
    title: str
    lead: str
    body: str
    authors: tuple[str, ...]
    published_at: datetime | None


def real_pages() -> list[Known]:
    """Pages as outlets served them: names and times by hand, titles and leads off the pages."""
    if not REAL.is_dir():
        return []
    answers = json.loads((ROOT / "bench" / "real_answers.json").read_text("utf-8"))
    expected = json.loads((REAL / "expected.json").read_text("utf-8"))
    bodies = json.loads((REAL / "body_reference.json").read_text("utf-8"))
    catalogue, _faults = read_folder(catalogue_folder())
    found = []
    for name, told in expected.items():
        body = gzip.decompress((REAL / f"{name}.gz").read_bytes())
        page = Page(told["url"], body, datetime.now(UTC), "text/html; charset=utf-8")
        source, tree = catalogue[name.partition("_")[0]], html_tree(html_bytes(body))
        answer = answers.get(name, {})
        moment = answer.get("published_at")
        found.append(
            Known(
                page=page,
                source=source,
                title=told.get("title") or from_meta(tree).title,
                lead=next(select_text(tree, source.extract.lead), ""),
                body=bodies[name]["selector_reference_text"],
                authors=tuple(answer.get("authors", ())),
                published_at=datetime.fromisoformat(moment) if moment else None,
            )
        )
    return found


def sample_pages() -> list[Known]:
    """The pages of the sample newsroom's five layouts."""
    return asyncio.run(_from_newsroom())


async def _from_newsroom() -> list[Known]:
    found = []
    async with Newsroom(datetime.now(UTC)) as newsroom:
        with tempfile.TemporaryDirectory() as folder:
            newsroom.write_sources(Path(folder))
            sources, _faults = read_folder(Path(folder))
        for key, article in newsroom.articles.items():
            outlet = key.partition("/")[0]
            url = newsroom.article_address(key)
            body = await asyncio.to_thread(_fetched, url)
            page = Page(url, body, datetime.now(UTC), "text/html; charset=utf-8")
            told = next((item for item in newsroom.items(outlet) if item.url == url), None)
            words = article.wording
            found.append(
                Known(
                    page=page,
                    source=sources[outlet],
                    title=words.title,
                    lead=words.lead,
                    body="\n".join(words.paragraphs),
                    authors=tuple(name.removeprefix("Theo ") for name in article.authors),
                    published_at=told.published if told else None,
                )
            )
    return found


def _fetched(url: str) -> bytes:
    with urlopen(url) as answer:  # noqa: S310 - the newsroom on this machine
        body: bytes = answer.read()
        return body
