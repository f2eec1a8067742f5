"""Reads pages with other extractors, in an interpreter that has them; knows nothing of ours.

Takes {"runs", "pages": [{"url", "html"}]} as JSON on stdin and prints, for each extractor, what it
made of each page and how long that took at the median.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

Reading = dict[str, Any]


def by_newspaper() -> Callable[[str, str], Reading]:
    import newspaper  # noqa: PLC0415 - told apart from the other where it is missing

    def read(url: str, html: str) -> Reading:
        article = newspaper.Article(url, language="vi")
        article.download(input_html=html)
        article.parse()
        told = article.publish_date
        return {
            "title": article.title,
            "text": article.text,
            "authors": list(article.authors),
            "published_at": told.isoformat() if told else "",
        }

    return read


def by_newsplease() -> Callable[[str, str], Reading]:
    from newsplease import NewsPlease  # noqa: PLC0415 - as above

    def read(url: str, html: str) -> Reading:
        # Without request_args even a page that is at hand comes out empty.
        article = NewsPlease.from_html(html, url=url, fetch_images=False)
        told = article.date_publish
        return {
            "title": article.title or "",
            "text": article.maintext or "",
            "authors": list(article.authors or []),
            "published_at": told.isoformat() if told else "",
        }

    return read


EXTRACTORS = {"newspaper4k": by_newspaper, "news-please": by_newsplease}


def main() -> None:
    told = json.load(sys.stdin)
    results: dict[str, Any] = {}
    for name, prepare in EXTRACTORS.items():
        try:
            read = prepare()
        except ImportError as error:
            results[name] = str(error)
            continue
        readings = []
        for page in told["pages"]:
            taken = []
            for _ in range(told["runs"]):
                started = time.process_time()
                reading = read(page["url"], page["html"])
                taken.append(time.process_time() - started)
            readings.append({**reading, "seconds": statistics.median(taken)})
        results[name] = readings
    json.dump(results, sys.__stdout__)


if __name__ == "__main__":
    main()
