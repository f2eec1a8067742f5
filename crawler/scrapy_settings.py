"""How Scrapy is set up here, each setting with its reason."""

from functools import cache
from typing import Any, Self, TypeVar

from scrapy.settings import BaseSettings, Settings, SettingsAttribute, default_settings

from crawler.patience import Patience
from crawler.sources import Source

S = TypeVar("S", bound=BaseSettings)

MAX_BODY = 16 * 1024 * 1024


class CrawlSettings(Settings):
    """Scrapy's settings, copied without copying their values: deep copies take 10 ms a crawl."""

    def copy(self) -> Self:
        """Give settings of their own that share this one's values."""
        return _copied(self)


def _copied(settings: S) -> S:
    copied = object.__new__(type(settings))
    copied.frozen = False
    copied.attributes = {name: _again(found) for name, found in settings.attributes.items()}
    return copied


def _again(attribute: SettingsAttribute) -> SettingsAttribute:
    """The same setting once more: made as such, it would be looked at anew each time."""
    copied = object.__new__(SettingsAttribute)
    value = attribute.value
    copied.value = _copied(value) if type(value) is BaseSettings else value
    copied.priority = attribute.priority
    return copied


def scrapy_settings(
    source: Source, *, user_agent: str, allow_private: bool, concurrency: int, patience: Patience
) -> Settings:
    """Give Scrapy's settings for the crawl of one source."""
    settings = _defaults().copy()
    ours = _ours(
        source, user_agent=user_agent, allow_private=allow_private, concurrency=concurrency
    )
    settings.update(ours | _bounds(patience), "project")
    return settings


def _bounds(patience: Patience) -> dict[str, Any]:
    return {
        # Scrapy's defaults are 1 GiB and three minutes.
        "DOWNLOAD_MAXSIZE": MAX_BODY,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": patience.answer,
        "DIEMBAO_CONNECT_SECONDS": patience.connect,
        "DIEMBAO_SILENCE_SECONDS": patience.silence,
        "DIEMBAO_CRAWL_SECONDS": patience.crawl,
        # While this many bytes of answers wait to be read, nothing more is asked for.
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": MAX_BODY,
    }


def _without(base: str) -> dict[str, None]:
    """The components of one of Scrapy's lists, switched off."""
    return dict.fromkeys(getattr(default_settings, base))


@cache
def _defaults() -> CrawlSettings:
    return CrawlSettings()


def _ours(
    source: Source, *, user_agent: str, allow_private: bool, concurrency: int
) -> dict[str, Any]:
    handler = (
        "rendering.RenderingDownloadHandler" if source.render else "download.GuardedDownloadHandler"
    )
    return {
        # One asyncio loop for everything: crawls, scheduler, web server, senders.
        "TWISTED_REACTOR_ENABLED": False,
        # Only http and https, through a handler that judges the address it connects to.
        "DOWNLOAD_HANDLERS": {
            "http": f"crawler.{handler}",
            "https": f"crawler.{handler}",
            "file": None,
            "data": None,
            "ftp": None,
            "s3": None,
        },
        "DIEMBAO_ALLOW_PRIVATE": allow_private,
        # A proxy would resolve names where the guard cannot see them.
        "HTTPPROXY_ENABLED": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # Doors into the process that nobody here uses.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # Manners. Jitter would undercut a Crawl-delay, so there is none.
        "USER_AGENT": user_agent,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": source.politeness.delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": source.politeness.concurrency,
        "CONCURRENT_REQUESTS": max(concurrency, source.politeness.concurrency),
        "RETRY_TIMES": 1,
        # Not 429 and 503: what these ask for is obeyed by `crawler.hosts`.
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        # Answers of every status come to the spider, which accounts for each.
        "HTTPERROR_ALLOW_ALL": True,
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
            "crawler.middlewares.OutletRedirects": 600,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.robots.Robots": 100,
            "crawler.middlewares.CrawlTime": 50,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
            # Done by the download handler.
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": None,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
            # Nearer to the network than Scrapy's own retries, after the wait for robots.txt.
            "crawler.hosts.HostWaits": 585,
        },
        # Each component costs every crawl a tenth of a millisecond and more to set up, and those
        # between spider and engine every page, too: only what has a purpose here is let in.
        "SPIDER_MIDDLEWARES": _without("SPIDER_MIDDLEWARES_BASE"),
        "EXTENSIONS": _without("EXTENSIONS_BASE") | {"crawler.hosts.CrawlDelay": 0},
        # So many tasks are made for each answer; a callback here yields requests only.
        "CONCURRENT_ITEMS": 1,
        # The spider itself knows which addresses it has asked for.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "LOG_ENABLED": False,
        "STATS_CLASS": "crawler.counting.Counts",
    }
