"""How Scrapy is set up here, each setting with its reason."""

from functools import cache
from typing import Any, Self, TypeVar

from scrapy.settings import BaseSettings, Settings, SettingsAttribute

from crawler.sources import Source

S = TypeVar("S", bound=BaseSettings)

MAX_BODY = 16 * 1024 * 1024
ANSWER_SECONDS = 30.0


class CrawlSettings(Settings):
    """Scrapy's settings, copied without copying their values: deep copies take 10 ms a crawl."""

    def copy(self) -> Self:
        """Give settings of their own that share this one's values."""
        return _copied(self)


def _copied(settings: S) -> S:
    copied = object.__new__(type(settings))
    copied.frozen = False
    copied.attributes = {
        name: SettingsAttribute(
            _copied(found.value) if isinstance(found.value, BaseSettings) else found.value,
            found.priority,
        )
        for name, found in settings.attributes.items()
    }
    return copied


def scrapy_settings(
    source: Source, *, user_agent: str, allow_private: bool, concurrency: int
) -> Settings:
    """Give Scrapy's settings for the crawl of one source."""
    settings = _defaults().copy()
    settings.update(
        _ours(source, user_agent=user_agent, allow_private=allow_private, concurrency=concurrency),
        "project",
    )
    return settings


@cache
def _defaults() -> CrawlSettings:
    return CrawlSettings()


def _ours(
    source: Source, *, user_agent: str, allow_private: bool, concurrency: int
) -> dict[str, Any]:
    return {
        # One asyncio loop for everything: crawls, scheduler, web server, senders.
        "TWISTED_REACTOR_ENABLED": False,
        # Only http and https, through a handler that judges the address it connects to.
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.download.GuardedDownloadHandler",
            "https": "crawler.download.GuardedDownloadHandler",
            "file": None,
            "data": None,
            "ftp": None,
            "s3": None,
        },
        "DIEMBAO_ALLOW_PRIVATE": allow_private,
        # A proxy would resolve names where the guard cannot see them.
        "HTTPPROXY_ENABLED": False,
        # Scrapy's defaults are 1 GiB, three minutes and no check of certificates.
        "DOWNLOAD_MAXSIZE": MAX_BODY,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": ANSWER_SECONDS,
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
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "vi,en;q=0.5",
        },
        # Answers of every status come to the spider, which accounts for each.
        "HTTPERROR_ALLOW_ALL": True,
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
            "crawler.middlewares.OutletRedirects": 600,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.robots.Robots": 100,
            # Nearer to the network than Scrapy's own retries, after the wait for robots.txt.
            "crawler.hosts.HostWaits": 585,
        },
        "EXTENSIONS": {
            "crawler.hosts.CrawlDelay": 0,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.logstats.LogStats": None,
        },
        # The spider itself knows which addresses it has asked for.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
