"""How Scrapy is set up here, each setting with its reason."""

from typing import Any

from crawler.patience import Patience
from crawler.sources import Source

MAX_BODY = 16 * 1024 * 1024


def scrapy_settings(
    source: Source, *, user_agent: str, allow_private: bool, concurrency: int, patience: Patience
) -> dict[str, Any]:
    """Give Scrapy's settings for the crawl of one source."""
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
        # Scrapy's defaults are 1 GiB, three minutes and no check of certificates.
        "DOWNLOAD_MAXSIZE": MAX_BODY,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": patience.answer,
        "DIEMBAO_CONNECT_SECONDS": patience.connect,
        "DIEMBAO_SILENCE_SECONDS": patience.silence,
        "DIEMBAO_CRAWL_SECONDS": patience.crawl,
        # While this many bytes of answers wait to be read, nothing more is asked for.
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": MAX_BODY,
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
            "crawler.middlewares.CrawlTime": 50,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "crawler.unpacking.Unpacking": 590,
        },
        "EXTENSIONS": {
            "crawler.middlewares.CrawlDelay": 0,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.logstats.LogStats": None,
        },
        # The spider itself knows which addresses it has asked for.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
