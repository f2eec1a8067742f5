"""The robots.txt files that come in during a crawl, noted for whoever is to be told of them."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

MOST_SITEMAPS = 50


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What a host's robots.txt said: HTTP status, seconds of Crawl-delay, sitemaps it names."""

    url: str
    status: int
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()


@dataclass(slots=True, weakref_slot=True)
class RobotsAnswers:
    """Notes each robots.txt that a crawl receives, in their order; crawls note none by themselves.

    Signals hold their receivers weakly: the notes are taken as long as this object is kept.
    """

    user_agent: str
    found: list[RobotsAnswer] = field(default_factory=list)

    def listen(self, crawler: Crawler) -> None:
        """Note what comes in from now on."""
        crawler.signals.connect(self.note, signal=signals.response_received)

    def note(self, response: Response, request: Request) -> None:
        """Take down an answer if robots.txt was asked for."""
        asked = request.meta.get("redirect_urls", [request.url])[0]
        if not asked.endswith("/robots.txt") or urlsplit(asked).path != "/robots.txt":
            return
        if response.status != 200:
            self.found.append(RobotsAnswer(asked, response.status))
            return
        rules = Protego.parse(response.body.decode("utf-8-sig", errors="ignore"))
        delay = rules.crawl_delay(self.user_agent)
        named = tuple(rules.sitemaps)[:MOST_SITEMAPS]
        self.found.append(RobotsAnswer(asked, 200, delay, named))
