"""Scrapy components: redirects stay with the outlet, a crawl ends in time."""

import time
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from w3lib.url import safe_url_string

from crawler.addresses import canonical
from crawler.errors import AddressError
from crawler.sources import Source, belongs

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class OffsiteRedirectError(IgnoreRequest):
    """A page answered with a redirect to somewhere that is not the outlet's."""


class EndlessRedirectsError(IgnoreRequest):
    """Redirects led to redirects, more often than is followed."""


class TimeIsUpError(IgnoreRequest):
    """A crawl has taken as long as it may: what is left is for the next."""


def redirect_fault(source: Source, location: str, *, is_article: bool) -> str | None:
    """Say why a redirect's target is not followed, or None if it is.

    An article must lead to an article of the same source; anything else to one of its hosts.
    """
    try:
        if is_article:
            accepted = belongs(source, canonical(location, source))
        else:
            accepted = urlsplit(location).netloc.lower() in source.hosts
    except (AddressError, ValueError) as error:
        return f"redirected to an address that is none: {error}"
    return None if accepted else f"redirected to {location[:200]}, which is not the source's"


class OutletRedirects(RedirectMiddleware):
    """Follow a redirect only if its target belongs to the source that is being crawled."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Refuse foreign targets, leave the rest to Scrapy."""
        location = response.headers.get("Location")
        spider = spider or self.crawler.spider
        if response.status in REDIRECTS and location and spider is not None:
            target = _target(request.url, location)
            is_article = "candidate" in request.cb_kwargs
            fault = redirect_fault(getattr(spider, "source"), target, is_article=is_article)  # noqa: B009 - Spider has no such attribute for the type checker
            if fault:
                raise OffsiteRedirectError(fault)
            if request.meta.get("redirect_times", 0) >= self.max_redirect_times:
                raise EndlessRedirectsError(f"more than {self.max_redirect_times} redirects")
        result: Request | Response = super().process_response(request, response)
        return result

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002 - the base class's signature
        """Send no Referer."""
        request.headers.pop("Referer", None)


def _target(url: str, location: bytes) -> str:
    try:
        return urljoin(url, safe_url_string(location))
    except ValueError:
        return location.decode("latin-1")


class CrawlTime:
    """Let a crawl ask for nothing more when its time is over: a later one goes on."""

    def __init__(self, crawler: Crawler) -> None:
        self.seconds = crawler.settings.getfloat("DIEMBAO_CRAWL_SECONDS")
        self.until = time.monotonic() + self.seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Begin to count."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy's signature
        """Refuse what comes too late; raises TimeIsUpError."""
        if time.monotonic() > self.until:
            raise TimeIsUpError(f"not asked: the crawl took {self.seconds:g} s")
