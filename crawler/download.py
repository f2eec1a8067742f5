"""Scrapy's download handler here: aiohttp, every connection's address judged before it is made.

What is the same for every request and every answer (usual headers, bounds, unpacking, counting) is
done here at once: as Scrapy's middlewares it takes more time than reading the page does.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import aiohttp
from multidict import CIMultiDict
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.hosts import waits_of
from crawler.middlewares import REDIRECTS
from crawler.unpacking import ACCEPTED, unpacked
from network.connecting import connector


@cache
def _tls() -> ssl.SSLContext:
    """Read the machine's certificates once: it takes 20 ms, too long for every crawl."""
    return ssl.create_default_context()


class GuardedDownloadHandler(BaseDownloadHandler):
    """Connects only to addresses that the guard allows, on every hop, and checks certificates.

    An answer is bounded in time to connect, between two pieces and in all, and in size.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        allow_private = settings.getbool("DIEMBAO_ALLOW_PRIVATE")
        self._connect_seconds = settings.getfloat("DIEMBAO_CONNECT_SECONDS")
        self._silence_seconds = settings.getfloat("DIEMBAO_SILENCE_SECONDS")
        self._answer_seconds = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._usual_headers = usual_headers(settings["USER_AGENT"])
        self._most_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._most_at_once = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._ssl_context = _tls()
        connections = connector(
            allow_private=allow_private,
            limit=settings.getint("CONCURRENT_REQUESTS"),
            limit_per_host=self._most_at_once,
        )
        self._session = aiohttp.ClientSession(
            connector=connections,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # inflated in `crawler.unpacking`, which bounds what comes out
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        )

    async def download_request(self, request: Request) -> Response:
        """Download a page, unless its host has meanwhile asked to be left alone."""
        await waits_of(self.crawler).turn(urlparse_cached(request).netloc)
        most = request.meta.get("download_maxsize", self._most_bytes)
        stats = self.crawler.stats
        stats.inc_value("downloader/request_count")
        async with self._asked(request, self._seconds(request)) as answer:
            body = await _body(answer, most)
        stats.inc_value("downloader/response_bytes", _head_size(answer) + len(body))
        headers = Headers(answer.raw_headers)
        # What a redirect says beside its target is not looked at.
        if answer.status not in REDIRECTS and (packed := headers.getlist("Content-Encoding")):
            body = unpacked(body, packed, most)
            del headers["Content-Encoding"]
        return Response(request.url, answer.status, headers, body)

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    def _headers(self, request: Request) -> CIMultiDict[str]:
        headers = self._usual_headers.copy()
        for name, values in request.headers.items():
            headers[name.decode()] = values[-1].decode()
        return headers

    def _seconds(self, request: Request) -> float:
        seconds: float = request.meta.get("download_timeout", self._answer_seconds)
        return seconds

    @asynccontextmanager
    async def _asked(
        self,
        request: Request,
        timeout: float,  # noqa: ASYNC109 - named in the error
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask within all bounds of time; the errors are Scrapy's and say which bound it was."""
        bounds = aiohttp.ClientTimeout(
            total=timeout, sock_connect=self._connect_seconds, sock_read=self._silence_seconds
        )
        try:
            async with await self._session.request(
                request.method,
                request.url,
                data=request.body,
                headers=self._headers(request),
                timeout=bounds,
                ssl=self._ssl_context,
                allow_redirects=False,
            ) as response:
                yield response
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
        except aiohttp.ClientPayloadError as error:
            raise ResponseDataLossError(str(error)) from error
        except aiohttp.ClientError as error:
            raise DownloadFailedError(str(error)) from error


def usual_headers(user_agent: str) -> CIMultiDict[str]:
    """What every request says."""
    return CIMultiDict(
        {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "vi,en;q=0.5",
            "Accept-Encoding": ACCEPTED,
            "User-Agent": user_agent,
        }
    )


async def _body(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Read an answer as it comes over the wire, no more of it than so many bytes."""
    pieces: list[bytes] = []
    size = answer.content_length or 0
    if size <= most:
        size = 0
        async for piece in answer.content.iter_any():
            pieces.append(piece)
            size += len(piece)
            if size > most:
                break
    if size > most:
        raise DownloadCancelledError(f"the answer is larger than {most // 2**20} MiB")
    return b"".join(pieces)


def _head_size(answer: aiohttp.ClientResponse) -> int:
    """The bytes of the status line and the headers."""
    fields = sum(len(name) + len(value) + 4 for name, value in answer.raw_headers)
    return fields + len(f"HTTP/1.1 {answer.status} {answer.reason}") + 4
