"""A Scrapy component: redirects stay with the outlet."""

from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
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


def redirect_fault(source: Source, location: str, *, is_article: bool) -> str | None:
    """Say why a redirect's target is not followed, or None if it is.

    An article must lead to an article of the same source; anything else to one of its hosts.
    """
    if is_article:
        try:
            accepted = belongs(source, canonical(location, source))
        except AddressError as error:
            return str(error)
    else:
        accepted = urlsplit(location).netloc.lower() in source.hosts
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
            target = urljoin(request.url, safe_url_string(location))
            is_article = "candidate" in request.cb_kwargs
            fault = redirect_fault(getattr(spider, "source"), target, is_article=is_article)  # noqa: B009 - Spider has no such attribute for the type checker
            if fault:
                raise OffsiteRedirectError(fault)
        result: Request | Response = super().process_response(request, response)
        return result

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002 - the base class's signature
        """Send no Referer."""
        request.headers.pop("Referer", None)
