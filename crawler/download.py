"""Scrapy's aiohttp download handler, with every connection's address judged before it is made."""

import ssl
from functools import cache

import aiohttp
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.hosts import waits_of
from network.guard import guarded_socket_factory


@cache
def _tls() -> ssl.SSLContext:
    """Read the machine's certificates once: it takes 20 ms, too long for every crawl."""
    return ssl.create_default_context()


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """Connects only to addresses that the guard allows, on every hop, and checks certificates."""

    def __init__(self, crawler: Crawler) -> None:
        # The parent makes a session with an unguarded connector; its own parent is asked instead.
        BaseStreamingDownloadHandler.__init__(self, crawler)
        allow_private = crawler.settings.getbool("DIEMBAO_ALLOW_PRIVATE")
        self._ssl_context = _tls()
        connector = aiohttp.TCPConnector(
            limit=self._pool_size_total,
            limit_per_host=self._pool_size_per_host,
            socket_factory=guarded_socket_factory(allow_private=allow_private),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # Scrapy inflates, and bounds what comes out
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def download_request(self, request: Request) -> Response:
        """Download a page, unless its host has meanwhile asked to be left alone."""
        await waits_of(self.crawler).turn(urlparse_cached(request).netloc)
        return await super().download_request(request)
