"""The newsroom's outlets: how each names its pages, announces them and shows its dates."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from diembao.demo.newsroom.article import Article
from diembao.demo.newsroom.errors import NewsroomError

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented outlet.

    ``announce`` maps the kind of place where new articles are listed (``rss``, ``atom``,
    ``json``, ``sitemap``, ``listing``) to its path; ``address`` is the pattern of an article's
    path; ``source`` is what its source file says beyond places and addresses.
    """

    id: str
    name: str
    kind: str
    layout: str
    announce: Mapping[str, str]
    address: str
    robots: str
    sections: Mapping[str, str]
    footer: tuple[str, ...]
    lead_tag: str
    source: Mapping[str, Any]

    def path(self, article: Article, published: datetime) -> str:
        """The path of an article's page in this outlet's manner."""
        local = published.astimezone(VIETNAM)
        number, tail = article.number, article.number[-3:]
        return self.address.format(slug=article.slug, number=number, tail=tail, local=local)


def load_outlets(folder: Path) -> dict[str, Outlet]:
    """Read ``folder/*.toml``; raises NewsroomError for a file that is wrong."""
    return {path.stem: _outlet(path) for path in sorted(folder.glob("*.toml"))}


def source_file(outlet: Outlet, base: str) -> str:
    """The text of a source file that crawls this outlet at ``base``."""
    places = {"feeds": ("rss", "atom", "json"), "sitemaps": ("sitemap",), "listings": ("listing",)}
    lines = [_line("name", outlet.name), _line("homepage", f"{base}/"), _line("kind", outlet.kind)]
    for field, kinds in places.items():
        found = [base + path for kind, path in outlet.announce.items() if kind in kinds]
        if found:
            lines.append(_line(field, found))
    lines.append(_line("article_pattern", outlet.source["article_pattern"]))
    lines += ["[politeness]", _line("delay", 0.0), _line("concurrency", 2)]
    lines += ["[poll]", _line("every", "1s"), _line("at_most", "2s")]
    if extract := outlet.source.get("extract"):
        lines += ["[extract]", *(_line(name, value) for name, value in extract.items())]
    return "\n".join(lines) + "\n"


def _line(name: str, value: object) -> str:
    # A JSON string, number or list of strings is a TOML one too.
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _outlet(path: Path) -> Outlet:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return Outlet(
            id=path.stem,
            name=table["name"],
            kind=table["kind"],
            layout=table["layout"],
            announce=table["announce"],
            address=table["address"],
            robots=table["robots"],
            sections=table["sections"],
            footer=tuple(table["footer"]),
            lead_tag=table.get("lead_tag", ""),
            source=table["source"],
        )
    except KeyError as error:
        raise NewsroomError(f"{path.name}: {error} is missing") from error
    except (OSError, ValueError) as error:
        raise NewsroomError(f"{path.name}: {error}") from error
