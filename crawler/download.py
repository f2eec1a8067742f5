"""Scrapy's aiohttp download handler, with every connection's address judged before it is made."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import NoReturn, cast

import aiohttp
from aiohttp.abc import ResolveResult
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.hosts import waits_of
from network.guard import check_connection, guarded_socket_factory


@cache
def _tls() -> ssl.SSLContext:
    """Read the machine's certificates once: it takes 20 ms, too long for every crawl."""
    return ssl.create_default_context()


class GuardedResolver(aiohttp.ThreadedResolver):
    """Refuses a name one of whose addresses is not public: such names serve rebinding."""

    def __init__(self, *, allow_private: bool) -> None:
        super().__init__()
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a name up; raises RefusedAddressError beside the system's errors."""
        answers = await super().resolve(host, port, family)
        for answer in answers:
            check_connection(answer["host"], self._allow_private)
        return answers


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """Connects only to addresses that the guard allows, on every hop, and checks certificates.

    Scrapy's own handler bounds the whole of an answer only; a server that goes silent is left
    sooner here.
    """

    def __init__(self, crawler: Crawler) -> None:
        # The parent makes a session with an unguarded connector; its own parent is asked instead.
        BaseStreamingDownloadHandler.__init__(self, crawler)
        allow_private = crawler.settings.getbool("DIEMBAO_ALLOW_PRIVATE")
        self._connect_seconds = crawler.settings.getfloat("DIEMBAO_CONNECT_SECONDS")
        self._silence_seconds = crawler.settings.getfloat("DIEMBAO_SILENCE_SECONDS")
        self._ssl_context = _tls()
        connector = aiohttp.TCPConnector(
            limit=self._pool_size_total,
            limit_per_host=self._pool_size_per_host,
            # The resolver sees all answers to a name; addresses written as numbers pass it by, so
            # each is judged again right before the connection.
            resolver=GuardedResolver(allow_private=allow_private),
            socket_factory=guarded_socket_factory(allow_private=allow_private),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # inflated in `crawler.unpacking`, which bounds what comes out
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def download_request(self, request: Request) -> Response:
        """Download a page, unless its host has meanwhile asked to be left alone."""
        await waits_of(self.crawler).turn(urlparse_cached(request).netloc)
        return await super().download_request(request)

    @asynccontextmanager
    async def _make_request(
        self,
        request: Request,
        timeout: float,  # noqa: ASYNC109 - the parent's signature
    ) -> AsyncIterator[_ClientResponse]:
        """Ask within all bounds of time; the errors are Scrapy's and say which bound it was."""
        bounds = aiohttp.ClientTimeout(
            total=timeout, sock_connect=self._connect_seconds, sock_read=self._silence_seconds
        )
        try:
            async with await self._session.request(
                request.method,
                request.url,
                data=request.body,
                headers=self._request_headers(request).to_tuple_list(),
                timeout=bounds,
                ssl=self._ssl_context,
                allow_redirects=False,
            ) as response:
                yield cast("_ClientResponse", response)
        except aiohttp.ConnectionTimeoutError as error:
            seconds = self._connect_seconds
            raise DownloadTimeoutError(f"no connection within {seconds:g} s") from error
        except aiohttp.SocketTimeoutError as error:
            raise DownloadTimeoutError(f"silent for {self._silence_seconds:g} s") from error
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no whole answer within {timeout:g} s") from error
        except (aiohttp.InvalidUrlClientError, aiohttp.NonHttpUrlClientError) as error:
            raise UnsupportedURLSchemeError(str(error)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise CannotResolveHostError(error.host) from error
        except aiohttp.ClientConnectorError as error:
            raise DownloadConnectionRefusedError(str(error)) from error
        except aiohttp.ClientPayloadError:
            raise  # the parent tells it from other failures
        except aiohttp.ClientError as error:
            raise DownloadFailedError(str(error)) from error

    @staticmethod
    def _cancel_maxsize(
        _size: int,
        limit: int,
        _request: Request,
        *,
        expected: bool,  # noqa: ARG004 - the parent's
    ) -> NoReturn:
        raise DownloadCancelledError(f"the answer is larger than {limit // 2**20} MiB")
