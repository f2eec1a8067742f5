"""The newsroom's server: a loopback port an outlet, a ledger of requests, faults at will."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from diembao.demo.newsroom.answers import FAULTS, HANG, conditional, faulty
from diembao.demo.newsroom.article import Article, load_articles
from diembao.demo.newsroom.desk import Desk, Item
from diembao.demo.newsroom.errors import NewsroomError
from diembao.demo.newsroom.outlet import Outlet, load_outlets, source_file
from diembao.demo.newsroom.rendering import Reply, reply

SHIPPED = Path(__file__).parent
REDESIGNED = "redesigned"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to the newsroom; ``status`` is 0 where it was left hanging."""

    outlet: str
    method: str
    path: str
    status: int
    moment: datetime
    user_agent: str
    if_none_match: str
    if_modified_since: str


class Newsroom:
    """Invented outlets on loopback; ``async with`` starts and stops them.

    ``now`` (aware) is the moment from which the articles' ages count back; ``folder`` holds
    ``outlets/``, ``articles/`` and ``seed.txt``. Raises NewsroomError for a wrong folder.
    """

    def __init__(self, now: datetime, folder: Path = SHIPPED) -> None:
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.requests: list[Asked] = []
        self.outlets: dict[str, Outlet] = load_outlets(folder / "outlets")
        self.articles: dict[str, Article] = load_articles(folder)
        self._desks: dict[str, Desk] = {}
        self._runners: list[web.AppRunner] = []
        self._faults: dict[str, str] = {}
        self._changes = 0
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Open one free port on 127.0.0.1 for each outlet."""
        for outlet in self.outlets.values():
            port = await self._open(outlet.id)
            base = f"http://127.0.0.1:{port}"
            self._desks[outlet.id] = Desk(outlet, base, self.articles.values(), self.now)

    async def stop(self) -> None:
        """Let hanging requests go and close the ports."""
        self._closing.set()
        while self._runners:
            await self._runners.pop().cleanup()

    def address(self, outlet: str) -> str:
        """The address of an outlet, without a slash at the end."""
        return self._desk(outlet).base

    def article_address(self, name: str) -> str:
        """The address of the article with that id (``outlet/key``)."""
        return self._item(name).url

    def items(self, outlet: str) -> list[Item]:
        """The articles an outlet has out now, the latest first."""
        return self._desk(outlet).items()

    def write_sources(self, folder: Path) -> None:
        """Write one source file for each outlet into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for outlet in self.outlets.values():
            text = source_file(outlet, self.address(outlet.id))
            (folder / f"{outlet.id}.toml").write_text(text, encoding="utf-8")

    def revise(self, name: str) -> None:
        """Serve the second wording of an article from now on."""
        if self._article(name).revised is None:
            raise NewsroomError(f"{name}: has no second wording")
        self._desk_of(name).revise(name, self._moment())

    def withdraw(self, name: str) -> None:
        """Take an article off the site; ``publish`` puts it out again."""
        self._article(name)
        self._desk_of(name).withdraw(name, self._moment())

    def publish(self, name: str) -> None:
        """Put a withdrawn article out, as if it were new."""
        self._article(name)
        self._desk_of(name).publish(name, self._moment())

    def redesign(self, outlet: str) -> None:
        """Serve an outlet's articles in a layout that its source file knows nothing of."""
        self._desk(outlet).layout = REDESIGNED

    def break_feed(self, outlet: str, kind: str) -> None:
        """Answer an outlet's feeds, sitemaps and listings with one of ``answers.FAULTS``."""
        self._break(self._desk(outlet).outlet.id, kind)

    def break_robots(self, outlet: str, kind: str) -> None:
        """Answer an outlet's robots.txt with a fault."""
        self._break(f"{self._desk(outlet).outlet.id}/robots.txt", kind)

    def break_article(self, name: str, kind: str) -> None:
        """Answer an article's page with a fault."""
        self._break(self._article(name).id, kind)

    def mend(self) -> None:
        """End all faults."""
        self._faults.clear()

    def _break(self, subject: str, kind: str) -> None:
        if kind not in FAULTS:
            raise NewsroomError(f"{kind}: no such fault; there are {', '.join(sorted(FAULTS))}")
        self._faults[subject] = kind

    def _desk(self, outlet: str) -> Desk:
        if outlet not in self._desks:
            raise NewsroomError(f"{outlet}: no such outlet, or the newsroom is not started")
        return self._desks[outlet]

    def _desk_of(self, name: str) -> Desk:
        return self._desk(name.partition("/")[0])

    def _article(self, name: str) -> Article:
        if name not in self.articles:
            raise NewsroomError(f"{name}: no such article")
        return self.articles[name]

    def _item(self, name: str) -> Item:
        return self._desk_of(self._article(name).id).item(name)

    def _moment(self) -> datetime:
        # Each change gets a second of its own: Last-Modified has no finer grain.
        self._changes += 1
        return self.now + timedelta(seconds=self._changes)

    async def _open(self, outlet: str) -> int:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._handler(outlet))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    def _handler(self, outlet: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            found = reply(self._desk(outlet), request.path)
            fault = self._faults.get(found.subject) if found else None
            if fault == HANG:
                self._note(outlet, request, 0)
                await self._closing.wait()
                return faulty(HANG)
            response = _answer(request, found, fault)
            self._note(outlet, request, response.status)
            return response

        return handle

    def _note(self, outlet: str, request: web.Request, status: int) -> None:
        headers = request.headers
        asked = Asked(
            outlet=outlet,
            method=request.method,
            path=request.path_qs,
            status=status,
            moment=datetime.now(UTC),
            user_agent=headers.get("User-Agent", ""),
            if_none_match=headers.get("If-None-Match", ""),
            if_modified_since=headers.get("If-Modified-Since", ""),
        )
        self.requests.append(asked)


def _answer(request: web.Request, found: Reply | None, fault: str | None) -> web.Response:
    if found is None:
        return web.Response(status=404, text="Không tìm thấy trang")
    return faulty(fault) if fault else conditional(request, found)
