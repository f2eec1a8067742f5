"""Crawls with other programs, in an interpreter that has them; knows nothing of ours.

    python peer_crawls.py fundus|news-please

Takes {"outlets": [{"name", "base", "rules", "urls"}]} as JSON on stdin, ``rules`` being selectors
of title, lead, body and author, and prints {"seconds", "read"}: how long, and how many articles
came with a title and a body of some length. Starting and importing are not counted.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

LEAST_BODY = 500  # characters; the pages have some thousands
Outlet = Mapping[str, Any]


def by_fundus(outlets: Sequence[Outlet]) -> Callable[[], int]:
    """Crawl each outlet's sitemap by publishers of our own with the outlet's selectors."""
    from fundus import Crawler, Sitemap  # noqa: PLC0415 - each peer where it is installed
    from fundus.publishers.base_objects import Publisher, PublisherGroup  # noqa: PLC0415

    def publisher(outlet: Outlet) -> Publisher:
        return Publisher(
            name=outlet["name"],
            domain=outlet["base"],
            parser=_parser(outlet["rules"]),
            sources=[Sitemap(f"{outlet['base']}/sitemap.xml")],
            suppress_robots=True,
        )

    made = {outlet["name"]: publisher(outlet) for outlet in outlets}
    group = PublisherGroup("Bench", (), {"default_language": "vi", **made})
    crawler = Crawler(group, delay=0.0, ignore_robots=True)  # type: ignore[arg-type]

    def crawl() -> int:
        # Articles without a body come, too: what is asked is how long reading all of them takes.
        articles = crawler.crawl(only_complete=False, error_handling="raise")
        return sum(
            bool(article.title) and len(str(article.body)) > LEAST_BODY for article in articles
        )

    return crawl


def _parser(rules: Mapping[str, str]) -> Any:
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute  # noqa: PLC0415
    from fundus.parser.utility import (  # noqa: PLC0415
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
    )
    from lxml.cssselect import CSSSelector  # noqa: PLC0415

    heading, lead, author = (CSSSelector(rules[name]) for name in ("title", "lead", "author"))
    paragraphs = CSSSelector(f"{rules['body']} > p")

    class V1(BaseParser):
        @attribute
        def title(self) -> str | None:
            found = heading(self.precomputed.doc)
            return found[0].text_content().strip() if found else None

        @attribute
        def authors(self) -> list[str]:
            return generic_author_parsing(
                [node.text_content() for node in author(self.precomputed.doc)]
            )

        @attribute
        def publishing_date(self) -> Any:
            told = self.precomputed.ld.xpath_search("//NewsArticle/datePublished", scalar=True)
            return generic_date_parsing(told)

        @attribute
        def body(self) -> ArticleBody | None:
            return extract_article_body_with_selector(
                self.precomputed.doc, summary_selector=lead, paragraph_selector=paragraphs
            )

    return type("BenchParser", (ParserProxy,), {"V1": V1})


def by_newsplease(outlets: Sequence[Outlet]) -> Callable[[], int]:
    """Fetch and read addresses by the library's own function: in threads, then in processes."""
    from newsplease import NewsPlease  # noqa: PLC0415 - as above

    urls = [url for outlet in outlets for url in outlet["urls"]]

    def crawl() -> int:
        articles = NewsPlease.from_urls(urls, request_args={}, fetch_images=False)
        return sum(
            bool(article) and bool(article.title) and len(article.maintext or "") > LEAST_BODY
            for article in articles.values()
        )

    return crawl


PEERS = {"fundus": by_fundus, "news-please": by_newsplease}


def main() -> None:
    crawl = PEERS[sys.argv[1]](json.load(sys.stdin)["outlets"])
    started = time.perf_counter()
    read = crawl()
    json.dump({"seconds": time.perf_counter() - started, "read": read}, sys.__stdout__)
    sys.__stdout__.flush()


if __name__ == "__main__":
    main()
