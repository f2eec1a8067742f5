"""An outlet on loopback that answers as it is told, with a ledger of what it was asked."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.storage.sample import DATA_LAKE

PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}
<meta property="og:title" content="{title}"></head><body><article><h1>{title}</h1>{body}</article>
</body></html>"""
BODY = "".join(f"<p>{part}</p>" for part in DATA_LAKE.split("\n\n"))


@dataclass
class Outlet:
    """``pages`` are answers by path: (status, headers, body), or a list of them, one a request.

    ``asked`` are the requests in order: monotonic seconds, path, headers.
    """

    base: str = ""
    pages: dict = field(default_factory=dict)
    feeds: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    @property
    def host(self):
        return self.base.removeprefix("http://")

    @property
    def paths(self):
        return [path for _, path, _ in self.asked]

    def announce(self, path, feed="/feed.json", **said):
        item = {"id": path, "url": self.base + path, "title": "Bài", **said}
        self.feeds.setdefault(feed, []).append(item)

    def article(self, path, title="Kho dữ liệu dùng chung", head="", body=BODY):
        text = PAGE.format(title=title, head=head, body=body)
        self.pages[path] = (200, {"Content-Type": "text/html; charset=utf-8"}, text.encode())

    def redirect(self, path, to, status=302):
        self.pages[path] = (status, {"Location": to}, b"")

    def robots(self, text):
        self.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, text.encode())

    async def answer(self, request):
        self.asked.append((time.monotonic(), request.path, dict(request.headers)))
        status, headers, body = self._page(request.path)
        etag = headers.get("ETag")
        if status == 200 and etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(status=status, headers=headers, body=body)

    def _page(self, path):
        found = self.pages.get(path)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if found is None and path in self.feeds:
            items = {"version": "https://jsonfeed.org/version/1.1", "items": self.feeds[path]}
            body = json.dumps(items).encode()
            etag = f'"{hash(body):x}"'
            found = (200, {"Content-Type": "application/feed+json", "ETag": etag}, body)
        return found or (404, {}, b"")

    def source_file(self, name="Báo Thử", feed="/feed.json", delay=0.0, every="10m"):
        """The text of a source file that reads one feed of this outlet."""
        return (
            f"name = '{name}'\nhomepage = '{self.base}/'\nfeeds = ['{self.base}{feed}']\n"
            f"article_pattern = '-post\\d+\\.html$'\n[politeness]\ndelay = {delay}\n"
            f"[poll]\nevery = '{every}'\n"
        )


@asynccontextmanager
async def outlet() -> AsyncIterator[Outlet]:
    """Run an outlet."""
    async with serving(Outlet()) as made:
        yield made


@asynccontextmanager
async def serving(made: Outlet) -> AsyncIterator[Outlet]:
    """Let an outlet answer on a port of its own."""
    application = web.Application()
    application.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield made
    finally:
        await runner.cleanup()
