"""What of Scrapy a crawl works with, and that no crawl's settings are another's."""

from dataclasses import replace

import pytest
from scrapy.utils.conf import build_component_list

from crawler.crawl import Manner, crawler_for
from crawler.sources import Politeness
from crawler.spider import OutletSpider
from tests.crawler.basket import outlet

SOURCE = outlet("http://127.0.0.1:9")


def settings_of(source=SOURCE, **manner):
    return crawler_for(OutletSpider, source, Manner(user_agent="thử", **manner)).settings


@pytest.mark.parametrize(
    ("kind", "components"),
    [
        (
            "DOWNLOADER_MIDDLEWARES",
            [
                "crawler.middlewares.CrawlTime",
                "crawler.robots.Robots",
                "scrapy.downloadermiddlewares.retry.RetryMiddleware",
                "crawler.hosts.HostWaits",
                "crawler.middlewares.OutletRedirects",
            ],
        ),
        ("SPIDER_MIDDLEWARES", []),
        ("EXTENSIONS", ["crawler.hosts.CrawlDelay"]),
    ],
)
def test_only_components_that_are_named_here_work_in_a_crawl(kind, components):
    found = settings_of().get_component_priority_dict_with_base(kind)
    assert build_component_list(found) == components


def test_only_http_and_https_are_downloaded_through_the_guard():
    handlers = settings_of().getwithbase("DOWNLOAD_HANDLERS")
    guarded = "crawler.download.GuardedDownloadHandler"
    assert {scheme: name for scheme, name in handlers.items() if name} == {
        "http": guarded,
        "https": guarded,
    }


def test_settings_of_one_crawl_are_not_those_of_another():
    one, other = settings_of(), settings_of()
    one.set("USER_AGENT", "ai đó", "cmdline")
    one["DOWNLOAD_HANDLERS_BASE"]["ftp"] = "x"
    one.freeze()
    assert other["USER_AGENT"] == "thử"
    assert other["DOWNLOAD_HANDLERS_BASE"]["ftp"] != "x"
    other.set("USER_AGENT", "ai khác", "cmdline")


def test_each_source_is_asked_with_its_own_politeness():
    busy = replace(SOURCE, politeness=Politeness(delay=2.5, concurrency=3))
    asked = [settings_of(busy, concurrency=2), settings_of(SOURCE, concurrency=2)]
    assert [one.getfloat("DOWNLOAD_DELAY") for one in asked] == [2.5, SOURCE.politeness.delay]
    assert asked[0].getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 3
    assert asked[0].getint("CONCURRENT_REQUESTS") == 3
