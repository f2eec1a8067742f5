"""An outlet on loopback that answers as it is told, and remembers what it was asked."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web

ARTICLE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}
<meta property="og:title" content="{title}"></head><body><article><h1>{title}</h1>{body}</article>
</body></html>"""


@dataclass
class FixedOutlet:
    """``answers`` by path and query: (status, body); good ones carry an ETag."""

    base: str = ""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)

    def put(self, path, text, status=200):
        """Answer at a path with a text; ``BASE`` in it stands for the outlet's own address."""
        self.answers[path] = (status, text.replace("BASE", self.base).encode())

    def article(self, path, title, body, head=""):
        """Put an article at a path."""
        paragraphs = "".join(f"<p>{part}</p>" for part in body.split("\n\n"))
        self.put(path, ARTICLE.format(title=title, head=head, body=paragraphs))

    def paths(self):
        """What was asked, in order, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    async def answer(self, request):
        """Answer a request as told."""
        path = request.path_qs
        if path in self.moves:
            self.asked.append((path, 301))
            return web.Response(status=301, headers={"Location": self.moves[path]})
        status, body = self.answers.get(path, (404, b""))
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        if status == 200 and request.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        self.asked.append((path, status))
        headers = {"ETag": tag} if status in {200, 304} else {}
        return web.Response(status=status, body=body, headers=headers)


@asynccontextmanager
async def fixed_outlet():
    """A running outlet without any answers yet."""
    made = FixedOutlet()
    application = web.Application()
    application.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
