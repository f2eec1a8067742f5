"""Pages that only a browser can read: loaded in Chromium, which never touches the network itself.

Each request of a page is answered with what our own download handler fetched, so that its guard and
its bounds hold for all of them. Playwright is used directly: scrapy-playwright needs the Twisted
reactor, and would let the browser connect on its own.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from crawler.download import GuardedDownloadHandler
from crawler.reasons import UnusableError
from crawler.robots import Robots
from crawler.scrapy_settings import MAX_BODY
from crawler.source_values import host_and_port

MISSING = "render = true needs the extra: pip install 'diembao[render]'"
KINDS = frozenset({"script", "stylesheet", "xhr", "fetch"})
"""What a page may load beside itself; not images, fonts, films, frames."""
MOST_PARTS = 80
MAX_PART = 4 * 2**20
MAX_KEPT = 32 * 2**20
QUIET_SECONDS = 8.0
"""How long a page may go on loading parts before it is taken as it is."""
END_SECONDS = 3.0

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_NOWHERE = "http://127.0.0.1:1"  # the proxy of a browser that is to reach nobody


class RenderingError(UnusableError):
    """A page could not be rendered."""


def can_render() -> bool:
    """Whether the extra is installed."""
    return find_spec("playwright") is not None


@dataclass(slots=True)
class _Browser:
    """One Chromium, started with the first page."""

    driver: Any = None
    running: Any = None
    starting: asyncio.Future[None] | None = None

    async def context(self, user_agent: str) -> Any:
        if self.running is None:
            if self.starting is None or self.starting.done():
                self.starting = asyncio.ensure_future(self._start())
            # Who waits may have had enough; a start broken off would leave its processes behind.
            await asyncio.shield(self.starting)
        return await self.running.new_context(
            user_agent=user_agent, locale="vi-VN", service_workers="block", accept_downloads=False
        )

    async def _start(self) -> None:
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - an extra

        self.driver = await async_playwright().start()
        try:
            self.running = await self.driver.chromium.launch(
                executable_path=_executable(),
                chromium_sandbox=os.geteuid() != 0,  # root's Chromium has none
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                proxy={"server": _NOWHERE},
                args=["--disable-gpu", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp"],
            )
        except Error as error:
            driver, self.driver = self.driver, None  # the next page's start brings its own
            await _in_time(driver.stop())
            raise RenderingError(f"no browser: {str(error).splitlines()[0][:200]}") from None

    async def close(self) -> None:
        """End it; the driver takes a browser that does not listen down with itself."""
        starting, self.starting = self.starting, None
        if starting is not None:
            await _in_time(starting)
        running, driver, self.running, self.driver = self.running, self.driver, None, None
        if running is not None:
            await _in_time(running.close())
        if driver is not None:
            await _in_time(driver.stop())


async def _in_time(work: Awaitable[None]) -> bool:
    """Wait for the end of something, but not for ever; tells whether it came."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=END_SECONDS)
    if not done:
        task.cancel()
    return bool(done) and task.exception() is None


def _executable() -> str | None:
    """The browser at CHROME_PATH, or the system's; None for the one that Playwright brings."""
    found = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, _BROWSERS)), None)
    return found or None


async def _closed(context: Any) -> None:
    await context.unroute_all(behavior="ignoreErrors")
    await context.close()


class RenderingDownloadHandler(GuardedDownloadHandler):
    """Loads articles and listings in a browser, everything else as its parent does."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser = _Browser()
        self._kept: dict[str, Response] = {}
        # A page's parts come without the pause between pages, but never more at once than those.
        self._gate = asyncio.Semaphore(self._most_at_once)

    async def download_request(self, request: Request) -> Response:
        """Give a page as it is once its scripts have run."""
        response = await super().download_request(request)
        if not _is_page(request) or response.status != 200 or not _is_html(response):
            return response
        seconds = self._answer_seconds
        try:
            async with asyncio.timeout(seconds):
                return await self._rendered(request, response)
        except TimeoutError as error:
            raise RenderingError(f"not rendered within {seconds:g} s") from error

    async def _rendered(self, request: Request, response: Response) -> Response:
        from playwright.async_api import Error  # noqa: PLC0415 - an extra
        from playwright.async_api import TimeoutError as TooSlow  # noqa: PLC0415

        context = await self._browser.context(self.crawler.settings["USER_AGENT"])
        try:
            page = await context.new_page()
            visit = _PageVisit(self, request, response)
            await context.route("**/*", visit.answer)
            await page.goto(request.url, wait_until="domcontentloaded")
            with suppress(TooSlow):
                await page.wait_for_load_state("networkidle", timeout=QUIET_SECONDS * 1000)
            if await page.evaluate("document.documentElement.outerHTML.length") > MAX_BODY:
                raise RenderingError(f"rendered, it is larger than {MAX_BODY // 2**20} MiB")
            body = (await page.content()).encode("utf-8", "replace")
        except Error as error:
            raise RenderingError(f"not rendered: {str(error).splitlines()[0][:200]}") from None
        finally:
            # A page whose script never ends does not let itself be closed.
            if not await asyncio.shield(_in_time(_closed(context))):
                await asyncio.shield(self._browser.close())
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return HtmlResponse(request.url, body=body, headers=headers, encoding="utf-8")

    async def part(self, request: Request) -> Response:
        """Fetch what a page loads, or give what another page has loaded before."""
        async with self._gate:
            kept = self._kept.get(request.url)
            if kept is not None:
                return kept
            response = await super().download_request(request)
        if request.method == "GET" and sum(len(r.body) for r in self._kept.values()) < MAX_KEPT:
            self._kept[request.url] = response
        return response

    async def close(self) -> None:
        """Close the browser, and the connections."""
        await self._browser.close()
        await super().close()


@dataclass
class _PageVisit:
    """Answers the requests of one page. Playwright marks it, so it has no slots."""

    handler: RenderingDownloadHandler
    request: Request
    response: Response
    begun: bool = False
    parts: int = 0

    async def answer(self, route: Any) -> None:
        """Answer with the page itself, with a part of it that is allowed, or not at all."""
        asked = route.request
        if not self.begun and asked.is_navigation_request():
            self.begun = True
            await _fulfil(route, self.response)
            return
        self.parts += 1
        if self.parts > MOST_PARTS or not self._may_load(asked):
            await route.abort()
            return
        request = Request(
            urldefrag(asked.url).url,
            method=asked.method,
            body=asked.post_data_buffer or b"",
            headers=self._headers(asked),
            meta={"download_maxsize": MAX_PART, "download_timeout": QUIET_SECONDS},
        )
        try:
            if not await self._robots_allow(request):
                await route.abort()
                return
            await _fulfil(route, await self.handler.part(request))
        except Exception:  # whatever is wrong with a part: the page goes on without it
            await route.abort()

    def _may_load(self, asked: Any) -> bool:
        source = self.handler.crawler.spider.source  # type: ignore[union-attr]  # the spider is ours
        try:
            own = host_and_port(asked.url) in source.hosts
        except ValueError:
            return False
        return own and asked.resource_type in KINDS and asked.method in {"GET", "POST"}

    def _headers(self, asked: Any) -> dict[str, str]:
        told = {"User-Agent": self.handler.crawler.settings["USER_AGENT"]}
        content_type = asked.headers.get("content-type")
        return told | ({"Content-Type": content_type} if content_type else {})

    async def _robots_allow(self, request: Request) -> bool:
        robots = self.handler.crawler.get_downloader_middleware(Robots)
        if robots is None:
            return True
        rules = await robots.robot_parser(request)
        return bool(rules.allowed(request.url, self.handler.crawler.settings["USER_AGENT"]))


async def _fulfil(route: Any, response: Response) -> None:
    content_type = response.headers.get("Content-Type") or b"text/html"
    await route.fulfill(
        status=response.status,
        headers={"Content-Type": content_type.decode("latin-1")},
        body=response.body,
    )


def _is_page(request: Request) -> bool:
    """Articles and listings are pages; feeds, sitemaps and robots.txt are not."""
    endpoint = request.cb_kwargs.get("endpoint")
    return "candidate" in request.cb_kwargs or getattr(endpoint, "kind", "") == "listing"


def _is_html(response: Response) -> bool:
    return b"html" in (response.headers.get("Content-Type") or b"html")
