"""Where an outlet's feeds and sitemaps may be: announced, linked, or in the usual places."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import urljoin

from crawler.addresses import resolve
from crawler.documents import Page
from crawler.errors import AddressError, ExtractionError, FeedError
from crawler.listings import read_listing
from crawler.trees import html_bytes, html_tree, select_text

MOST_PLACES = 50
USUAL_FEEDS = (
    "/rss/home.rss", "/rss.html", "/rss", "/feed/", "/rss.xml", "/rss/tin-moi-nhat.rss",
    "/rss_feed/", "/atom.xml", "/feed.json",
)  # fmt: skip
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/sitemaps/google-news.xml")

_ANNOUNCED = ", ".join(
    f"link[rel~=alternate][type*='{kind}']@href" for kind in ("rss", "atom", "feed+json")
)
_INDEX = re.compile(
    r"/(?:rss|kenh-rss|rss-feeds?|tin-rss|feeds)(?:\.(?:html?|aspx|chn|tpo|vnp))?/?$", re.IGNORECASE
)
_FEED = re.compile(r"\.(?:rss|atom)$|/rss/.|/feed/?$|/rss_feed/?$|rss\.xml$|atom\.xml$")
_COMMENTS = re.compile(r"comments?/|binh-luan")
# Sections on the monitor's subject, after those that show everything.
_TOPICS = (
    re.compile(r"home|trang-?chu|tin-?moi|latest|moi-?nhat"),
    re.compile(r"thoi-?su|cong-?nghe|chuyen-?doi-?so|khoa-?hoc|so-?hoa|thanh-?pho|tphcm|tp-hcm"),
    re.compile(r"kinh-?te|kinh-?doanh|xa-?hoi|giao-?duc|suc-?khoe|y-?te|phap-?luat|chinh-?tri"),
)


def announced_feeds(page: Page) -> list[str]:
    """The feeds that a page's link elements name, those of comments left out."""
    try:
        tree = html_tree(html_bytes(page.body, page.content_type))
    except ExtractionError:
        return []
    links = _resolved(page.url, select_text(tree, _ANNOUNCED))
    return [link for link in links if not _COMMENTS.search(link)]


def feed_indexes(page: Page) -> list[str]:
    """The pages about feeds that a page links to."""
    return [link for link in _links(page) if _INDEX.search(link)]


def linked_feeds(page: Page) -> list[str]:
    """The feeds that a page links to: the whole outlet's first, then those near our subject."""
    found = [link for link in _links(page) if _FEED.search(link) and not _INDEX.search(link)]
    ranks = {link: _rank(link) for link in found if not _COMMENTS.search(link)}
    return sorted(ranks, key=lambda link: ranks[link])


def usual_feeds(homepage: str) -> list[str]:
    """The places where outlets of this kind have their feeds."""
    return [urljoin(homepage, place) for place in USUAL_FEEDS]


def usual_sitemaps(homepage: str) -> list[str]:
    """The places where outlets have their sitemaps when robots.txt names none."""
    return [urljoin(homepage, place) for place in USUAL_SITEMAPS]


def _rank(link: str) -> int:
    path = link.partition("://")[2].partition("/")[2].lower()
    ranks = (rank for rank, topic in enumerate(_TOPICS) if topic.search(path))
    return next(ranks, len(_TOPICS))


def _links(page: Page) -> list[str]:
    try:
        return [entry.url for entry in read_listing(page.body, page.url, page.content_type)]
    except FeedError:
        return []


def _resolved(base: str, links: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(_addresses(base, links)))[:MOST_PLACES]


def _addresses(base: str, links: Iterable[str]) -> Iterator[str]:
    for link in links:
        with suppress(AddressError):
            yield resolve(base, link)
