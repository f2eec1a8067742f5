"""How Scrapy is set up here, each setting with its reason."""

from functools import lru_cache
from typing import Any, Self, TypeVar

from scrapy.settings import BaseSettings, Settings, SettingsAttribute

from crawler.patience import Patience
from crawler.sources import Source

S = TypeVar("S", bound=BaseSettings)

MAX_BODY = 16 * 1024 * 1024
# Some twenty pages, enough for the readers to be busy: what waits only fills the memory.
MAX_WAITING = 2 * 1024 * 1024


# What Scrapy would let in by itself. Each component costs every crawl a tenth of a millisecond and
# more to set up, and those between spider and engine every page, too.
_NOTHING_BY_ITSELF = (
    "DOWNLOADER_MIDDLEWARES_BASE",
    "SPIDER_MIDDLEWARES_BASE",
    "EXTENSIONS_BASE",
    "FEED_EXPORTERS_BASE",
    "FEED_STORAGES_BASE",
    "SPIDER_CONTRACTS_BASE",
)


class CrawlSettings(Settings):
    """Settings made for one crawl: the copy that Scrapy takes, 10 ms of work, is not needed."""

    def copy(self) -> Self:
        """Give these settings themselves, as nobody else has them."""
        return self


def _copied(settings: S) -> S:
    """Settings of their own that share their values with others."""
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
    settings = _copied(_for_all(user_agent, allow_private, patience, source.render))
    settings.update(_for_one(source, concurrency), "project")
    return settings


def _for_one(source: Source, concurrency: int) -> dict[str, Any]:
    return {
        # Jitter would undercut a Crawl-delay, so there is none.
        "DOWNLOAD_DELAY": source.politeness.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": source.politeness.concurrency,
        "CONCURRENT_REQUESTS": max(concurrency, source.politeness.concurrency),
    }


@lru_cache(maxsize=8)
def _for_all(
    user_agent: str, allow_private: bool, patience: Patience, render: bool
) -> CrawlSettings:
    settings = CrawlSettings()
    ours = _ours(user_agent=user_agent, allow_private=allow_private, render=render)
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
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": MAX_WAITING,
    }


def _ours(*, user_agent: str, allow_private: bool, render: bool) -> dict[str, Any]:
    handler = "rendering.RenderingDownloadHandler" if render else "download.GuardedDownloadHandler"
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
        # Manners; see also `_for_one`.
        "USER_AGENT": user_agent,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "RETRY_TIMES": 1,
        # Not 429 and 503: what these ask for is obeyed by `crawler.hosts`.
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        # Answers of every status come to the spider, which accounts for each.
        "HTTPERROR_ALLOW_ALL": True,
        "METAREFRESH_ENABLED": False,
        "REDIRECT_MAX_TIMES": 5,
        # In the order of the way to the network. Usual headers, bounds and unpacking are the
        # download handler's.
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.CrawlTime": 50,
            "crawler.robots.Robots": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
            # Nearer to the network than Scrapy's own retries, after the wait for robots.txt.
            "crawler.hosts.HostWaits": 585,
            "crawler.middlewares.OutletRedirects": 600,
        },
        "EXTENSIONS": {"crawler.hosts.CrawlDelay": 0},
        **{base: {} for base in _NOTHING_BY_ITSELF},
        # So many tasks are made for each answer; a callback here yields requests only.
        "CONCURRENT_ITEMS": 1,
        # The spider itself knows which addresses it has asked for.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "LOG_ENABLED": False,
        "STATS_CLASS": "crawler.counting.Counts",
    }
