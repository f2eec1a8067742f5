"""How long judging some 700 syllables takes, against trafilatura reading a page of them."""

import time
from collections.abc import Callable
from html import escape
from statistics import median

from trafilatura import bare_extraction

from analysis.judge import judge
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED

RUNS = 30
SYLLABLES = 700


def sample() -> list[str]:
    """Paragraphs of the sample newsroom's first outlet, up to the wanted length."""
    paragraphs: list[str] = []
    for article in load_articles(SHIPPED).values():
        for paragraph in article.wording.paragraphs:
            if sum(len(kept.split()) for kept in paragraphs) >= SYLLABLES:
                return paragraphs
            paragraphs.append(paragraph)
    return paragraphs


def page(title: str, paragraphs: list[str]) -> str:
    """Set the paragraphs as the plainest news page there is: a menu, an article, a footer."""
    menu = "".join(f'<li><a href="/muc-{n}">Mục {n}</a></li>' for n in range(30))
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html lang=vi><head><title>{escape(title)}</title></head><body>"
        f"<nav><ul>{menu}</ul></nav><article><h1>{escape(title)}</h1>{body}</article>"
        "<footer><p>Tòa soạn mẫu</p></footer></body></html>"
    )


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    title, paragraphs = "TP.HCM mở cổng dữ liệu dùng chung", sample()
    text, html = "\n\n".join(paragraphs), page(title, paragraphs)
    judging, extracting = [], []
    judge(title, "", text)  # the vocabulary is read once a process
    for _ in range(RUNS):
        judging.append(seconds(lambda: judge(title, "", text)))
        extracting.append(seconds(lambda: bare_extraction(html, with_metadata=True)))
    count = len(text.split())
    print(f"judge: {count} syllables {median(judging) * 1000:.1f} ms (median of {RUNS})")
    print(f"judge: trafilatura {median(extracting) * 1000:.1f} ms (median of {RUNS})")
    print(f"judge: ratio {median(judging) / median(extracting):.2f}")


if __name__ == "__main__":
    main()
