"""Invented outlets with as many pages as wanted, served by a process of their own.

Pages are of the size and the make of Vietnamese news pages (90 to 150 kB: menus, scripts, boxes of
other articles), in three layouts; their texts are the sample newsroom's sentences with every third
word replaced, so that no two are alike. ``unknown`` gives the same pages with names of classes that
nobody's rules know.
"""

import asyncio
import gzip
import multiprocessing
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache, partial
from html import escape
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TextIO

from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED

SYLLABLES = 700
FEED_ITEMS = 50
NOW = datetime.now(UTC).replace(microsecond=0)
LAYOUTS: Mapping[str, Mapping[str, str]] = {
    "vccorp": {
        "title": "h1.detail-title",
        "lead": "h2.detail-sapo",
        "body": "div.detail-content.afcbc-body",
        "author": ".detail-author .name",
    },
    "epi": {
        "title": "h1.article__title.cms-title",
        "lead": "div.article__sapo.cms-desc",
        "body": "div.article__body.cms-body",
        "author": "a.cms-author",
    },
    "vnexpress": {
        "title": "h1.title-detail",
        "lead": "p.description",
        "body": "article.fck_detail",
        "author": "p.author_mail strong",
    },
}
UNKNOWN = {"afcbc-body": "", "cms-body": "", "detail-": "x-", "article__": "y-", "fck_": "z-"}


@dataclass(frozen=True)
class Outlet:
    """One outlet: its port on loopback, its layout, how many pages it has."""

    name: str
    port: int
    layout: str
    pages: int
    first: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def urls(self) -> list[str]:
        return [
            f"{self.base}/bai-{self.name}-post{number}.html"
            for number in range(self.first, self.first + self.pages)
        ]

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    @property
    def announced(self) -> str:
        """Where the articles are listed: a feed as long as feeds are, a sitemap for more."""
        if self.pages <= FEED_ITEMS:
            return f"feeds = ['{self.base}/feed.rss']"
        return f"sitemaps = ['{self.base}/sitemap.xml']"

    def source_file(self, *, selectors: bool) -> str:
        rules = LAYOUTS[self.layout] if selectors else {}
        extract = "".join(f"{key} = '{value}'\n" for key, value in rules.items())
        return (
            f"name = 'Báo {self.name}'\nhomepage = '{self.base}/'\n"
            f"{self.announced}\narticle_pattern = '-post\\d+\\.html$'\n"
            f"[politeness]\ndelay = 0.0\nconcurrency = 8\n[extract]\n{extract}"
        )


@contextmanager
def served(
    outlets: int,
    pages: int,
    *,
    unknown: bool = False,
    first: int = 0,
    after: float = 0.0,
    log: Path | None = None,
) -> Iterator[list[Outlet]]:
    """Run outlets with so many pages each, counted from ``first``; the layouts take turns.

    Each answer comes ``after`` so many seconds; ``log`` takes a line for each: when it was
    asked for and when given (seconds since 1970), by whom (User-Agent), host and path.
    """
    names = list(LAYOUTS)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    numbers = range(first, first + pages)
    process = context.Process(
        target=_serve, args=(outlets, numbers, unknown, after, log, theirs), daemon=True
    )
    process.start()
    try:
        ports = ours.recv()
        yield [
            Outlet(f"o{number}", port, names[number % len(names)], pages, first)
            for number, port in enumerate(ports)
        ]
    finally:
        process.terminate()
        process.join()


def wording(chance: random.Random) -> tuple[str, str, list[str]]:
    """The words of one article: title, lead and paragraphs."""
    title, lead = _headline(chance), _sentence(chance)
    paragraphs: list[str] = []
    while sum(len(text.split()) for text in paragraphs) < SYLLABLES:
        paragraphs.append(" ".join(_sentence(chance) for _ in range(3)))
    return title, lead, paragraphs


def chance_of(outlet: int, number: int) -> random.Random:
    """Where an article's words and its page come from, the same ones each time."""
    return random.Random(f"{outlet}/{number}")  # noqa: S311 - makes pages, protects nothing


def page(outlet: int, number: int, layout: str) -> str:
    """The page of one article."""
    chance = chance_of(outlet, number)
    title, lead, paragraphs = wording(chance)
    published = (NOW - timedelta(minutes=chance.randrange(10_000))).isoformat()
    return _FRAME.format(
        title=escape(title),
        lead=escape(lead),
        published=published,
        menu=_menu(),
        script=_script(chance),
        article=_ARTICLES[layout].format(
            title=escape(title), lead=escape(lead), body=_body(paragraphs, chance)
        ),
        others=_others(chance),
    )


def _body(paragraphs: list[str], chance: random.Random) -> str:
    parts = [f"<p class='Normal'>{escape(text)}</p>" for text in paragraphs]
    figure = (
        "<figure class='tplCaption picture'><img src='/anh.jpg' alt=''><figcaption>"
        f"<p class='Image'>{escape(_headline(chance))} Ảnh: Báo Mẫu</p></figcaption></figure>"
    )
    related = (
        "<div class='VCSortableInPreviewMode' type='RelatedOneNews'><a href='/tin-khac.html'>"
        f"{escape(_headline(chance))}</a></div>"
    )
    return "\n".join([*parts[:2], figure, *parts[2:4], related, *parts[4:]])


@cache
def _sentences() -> list[list[str]]:
    texts = [
        sentence
        for article in load_articles(SHIPPED).values()
        for paragraph in article.wording.paragraphs
        for sentence in re.split(r"(?<=[.!?])\s+", paragraph)
    ]
    return [text.split() for text in texts if len(text.split()) > 8]


@cache
def _words() -> list[str]:
    return sorted({word for sentence in _sentences() for word in sentence if word.isalpha()})


def _sentence(chance: random.Random) -> str:
    words = list(chance.choice(_sentences()))
    for place in range(chance.randrange(3), len(words) - 1, 3):
        words[place] = chance.choice(_words()).lower()
    return " ".join(words)


def _headline(chance: random.Random) -> str:
    return " ".join(_sentence(chance).split()[:12]).rstrip(".,")


@cache
def _menu() -> str:
    return "".join(
        f"<li class='menu__item item-{n}'><a href='/muc-{n}/' title='Mục {n}'>Chuyên mục {n}</a>"
        f"<ul class='sub'>{_submenu(n)}</ul></li>"
        for n in range(30)
    )


def _submenu(number: int) -> str:
    return "".join(f"<li><a href='/muc-{number}/{m}/'>Mục con {m}</a></li>" for m in range(6))


def _script(chance: random.Random) -> str:
    lines = (
        f"window.cfg[{n}]={{id:{chance.randrange(10**9)},zone:'z{n}',on:true,url:'/api/v{n}'}};"
        for n in range(500)
    )
    return "".join(lines)


def _others(chance: random.Random) -> str:
    return "".join(
        f"<div class='story story--list'><a class='story__thumb' href='/tin-{n}-post9{n}.html'>"
        f"<img data-src='/anh-{n}.jpg' alt=''></a><h3 class='story__title'>"
        f"<a href='/tin-{n}-post9{n}.html'>{escape(_headline(chance))}</a></h3>"
        f"<p class='story__lead'>{escape(_sentence(chance))}</p></div>"
        for n in range(90)
    )


_FRAME = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:title" content="{title}"><meta property="og:description" content="{lead}">
<meta property="og:type" content="article"><meta property="og:image" content="/anh.jpg">
<meta property="article:published_time" content="{published}">
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle",
"headline":"{title}","datePublished":"{published}","image":["/anh.jpg"]}}</script>
<script>window.cfg={{}};{script}</script></head><body>
<header><nav><ul class="menu">{menu}</ul></nav></header><main class="main">{article}
<section class="box box--more">{others}</section></main>
<footer><p>Tòa soạn mẫu, 1 Đường Mẫu, Phường Mẫu. Giấy phép số 0.</p></footer></body></html>"""
_ARTICLES = {
    "vccorp": """<div class="detail__main"><h1 class="detail-title" data-role="title">{title}</h1>
<div class="detail-author"><a class="name">Lê Thị Mẫu</a></div><h2 class="detail-sapo">{lead}</h2>
<div class="detail-content afcbc-body" data-role="content">{body}</div></div>""",
    "epi": """<article class="article"><h1 class="article__title cms-title">{title}</h1>
<div class="article__meta"><a class="cms-author">Lê Thị Mẫu</a></div>
<div class="article__sapo cms-desc">{lead}</div>
<div class="article__body zce-content-body cms-body">{body}</div></article>""",
    "vnexpress": """<section class="section page-detail"><h1 class="title-detail">{title}</h1>
<p class="description">{lead}</p><article class="fck_detail ">{body}
<p class="author_mail"><strong>Lê Thị Mẫu</strong></p></article></section>""",
}


def _serve(
    outlets: int, pages: range, unknown: bool, after: float, log: Path | None, pipe: Connection
) -> None:
    with log.open("a", buffering=1) if log else nullcontext() as lines:
        asyncio.run(_listen(outlets, pages, unknown, partial(_Site, after=after, log=lines), pipe))


async def _listen(
    outlets: int, pages: range, unknown: bool, site: "Callable[..., _Site]", pipe: Connection
) -> None:
    names = list(LAYOUTS)
    servers = []
    for number in range(outlets):
        layout = names[number % len(names)]
        answers = {
            f"/bai-o{number}-post{n}.html": _packed(page(number, n, layout), unknown=unknown)
            for n in pages
        }
        server = await asyncio.start_server(site(answers).talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        base = f"http://127.0.0.1:{port}"
        entries = "".join(f"<url><loc>{base}{path}</loc></url>" for path in answers)
        sitemap = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"
        answers["/sitemap.xml"] = gzip.compress(sitemap.encode())
        answers["/feed.rss"] = gzip.compress(_feed(number, base, list(answers)).encode())
        servers.append((server, port))
    pipe.send([port for _, port in servers])
    await asyncio.Event().wait()


def _feed(outlet: int, base: str, paths: list[str]) -> str:
    items = []
    for path in paths[:FEED_ITEMS]:
        chance = random.Random(f"feed/{outlet}/{path}")  # noqa: S311 - makes pages
        items.append(
            f"<item><title>{escape(_headline(chance))}</title><link>{base}{path}</link>"
            f"<description>{escape(_sentence(chance))}</description>"
            f"<pubDate>{format_datetime(NOW)}</pubDate></item>"
        )
    return f"<rss version='2.0'><channel><title>Báo</title>{''.join(items)}</channel></rss>"


def _packed(text: str, *, unknown: bool) -> bytes:
    if unknown:
        for known, other in UNKNOWN.items():
            text = text.replace(known, other)
    return gzip.compress(text.encode(), 6)


def _header(head: bytes, name: str) -> str:
    found = re.search(rb"(?im)^%s: *(\S+)" % name.encode(), head)
    return found[1].decode() if found else "-"


@dataclass
class _Site:
    """A server as small as can be: it must not be what is measured."""

    answers: dict[str, bytes]
    after: float = 0.0
    log: TextIO | None = None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                asked_at, path = time.time(), head.split(b" ", 2)[1].decode()
                body = self.answers.get(path)
                if self.after:
                    await asyncio.sleep(self.after)
                status = b"200 OK" if body else b"404 Not Found"
                etag = b'"%d"' % len(body or b"")
                if body and b"if-none-match: " + etag in head.lower():
                    writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n")
                    continue
                writer.write(
                    b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html; charset=utf-8\r\n"
                    b"ETag: " + etag + b"\r\n"
                    b"Content-Encoding: gzip\r\nContent-Length: "
                    + str(len(body or b"")).encode()
                    + b"\r\n\r\n"
                    + (body or b"")
                )
                await writer.drain()
                if self.log:
                    said = {name: _header(head, name) for name in ("user-agent", "host")}
                    self.log.write(f"{asked_at} {time.time()} {' '.join(said.values())} {path}\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
