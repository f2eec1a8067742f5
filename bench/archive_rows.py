"""An invented archive of two years, table by table, the same rows for the same number of articles.

Shares are those of a broad catalogue: of a hundred articles fifteen are news, seven copies, the
others off topic; these keep their texts for ninety days. Hashes of shingles are those of
`bench_neighbours`. Pages and mails are left short: they are read one by one, by their keys.
"""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
from random import Random
from typing import Any

import numpy as np

from analysis.text import search_fold
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED

NOW = datetime(2025, 11, 28, 2, tzinfo=UTC)
YEARS = timedelta(days=730)
KEPT = timedelta(days=90)
OUTLETS, ENTITIES, SUBSCRIPTIONS = 400, 500, 10_000
NEWS, COPIES = 0.15, 0.07
TOPICS = (
    "chinh-quyen-so", "du-lieu", "ai", "kinh-te-so", "do-thi-thong-minh", "y-te-so", "giao-duc-so",
    "an-toan-thong-tin", "khoi-nghiep", "ha-tang-so", "nhan-luc-so", "tai-chinh-so",
)  # fmt: skip
PARAGRAPHS, SYLLABLES, A_TEXT = 4_000, 100, 7
Row = dict[str, Any]


def _spans(count: int) -> str:
    spans = [{"text": "chuyển đổi số", "start": 40 * n, "end": 40 * n + 13} for n in range(count)]
    return json.dumps(spans, ensure_ascii=False)


_SPANS, _MUCH = _spans(2), _spans(8)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What all tables must agree on of one article."""

    id: int
    source: str
    seen: datetime
    status: str
    original: int | None
    earlier: int  # an article with a story of its own
    chance: Random

    @property
    def is_news(self) -> bool:
        """Say whether readers are told of it."""
        return self.status == "new"

    @property
    def address(self) -> str:
        """Give its canonical address."""
        return f"https://{self.source}.example/bai-viet-ve-chuyen-doi-so-{self.id * 7919}.html"


def sketches(first: int, last: int, of: int) -> Iterator[Sketch]:
    """Give the sketches of the articles from one to another, of so many in all, oldest first."""
    chance = Random(first)  # noqa: S311 - chance that is to repeat itself
    own: deque[int] = deque(maxlen=2_000)
    for number in range(first, last):
        if number % 1_000 == 0:
            chance = Random(number)  # noqa: S311
        kind = chance.random()
        status, original, earlier = "off_topic", None, chance.choice(own) if own else number + 1
        if kind < NEWS:
            status = "new"
        elif kind < NEWS + COPIES and number > 1:
            status = "near_duplicate" if kind < NEWS + COPIES / 2 else "exact_duplicate"
            original = earlier
        outlet = int(OUTLETS * chance.random() ** 2.5)
        seen = NOW - YEARS * (1 - number / of)
        if original is None:
            own.append(number + 1)
        source = f"outlet-{outlet:03}"
        yield Sketch(number + 1, source, seen, status, original, earlier, chance)


@cache
def _paragraphs() -> list[tuple[str, str]]:
    chance = np.random.default_rng(1)
    words = sorted({
        word
        for known in load_articles(SHIPPED).values()
        for paragraph in known.wording.paragraphs
        for word in paragraph.split()
    })  # fmt: skip
    weights = np.arange(1, len(words) + 1, dtype=float) ** -0.7
    weights = chance.permutation(weights) / weights.sum()
    made = [" ".join(chance.choice(words, SYLLABLES, p=weights)) for _ in range(PARAGRAPHS)]
    return [(paragraph, search_fold(paragraph)) for paragraph in made]


def article(sketch: Sketch) -> Iterator[tuple[str, Row]]:
    """Give the rows that one article brings, with their tables."""
    seen, key, chance = sketch.seen, sketch.id, sketch.chance
    published = None if chance.random() < 0.05 else seen - timedelta(minutes=chance.random() * 60)
    title = f"Thành phố mở kho dữ liệu số {key}"
    text = search = ""
    if sketch.status != "off_topic" or seen > NOW - KEPT:
        chosen = chance.sample(_paragraphs(), A_TEXT)
        text = "\n\n".join(part for part, _ in chosen)
        search = f" {search_fold(title)} |  | {' '.join(part for _, part in chosen)} "
    story = sketch.original or key
    if sketch.original is None:
        into = sketch.earlier if chance.random() < 0.1 and key > 60 else None
        yield "story", {
            "id": key, "first_article_id": key, "first_published_at": published,
            "last_seen_at": seen, "article_count": 1, "merged_into": into,
        }  # fmt: skip
    young = sketch.is_news and seen > NOW - timedelta(days=7)
    yield "article", {
        "id": key, "source": sketch.source, "url": sketch.address, "canonical_url": sketch.address,
        "title": title, "text": text, "search": search, "published_at": published,
        "authors": ["Nguyễn Văn A"], "first_seen_at": seen, "language": "vi",
        "content_hash": f"{key * 0x9E3779B97F4A7C15 % 2**128:032x}", "syllables": 700,
        "rules": "2025-11", "relevance": 0.9 if sketch.is_news else 0.1 * chance.random(),
        "evidence": _MUCH if sketch.is_news else _SPANS,
        "status": sketch.status, "duplicate_of": sketch.original, "story_id": story,
        "similarity": 0.9 if sketch.original else None,
        "article_key": f"{sketch.source}:{key}" if chance.random() < 0.8 else None,
        "next_look_at": seen + timedelta(days=7) if young else None,
    }  # fmt: skip
    yield "candidate", {
        "canonical_url": sketch.address, "source": sketch.source, "url": sketch.address,
        "title": title, "via": "feed", "status": "fetched", "article_id": key,
        "first_seen_at": seen, "next_attempt_at": seen,
        "hints": {f"https://{sketch.source}.example/rss": seen.isoformat() + "||"},
        "article_key": f"{sketch.source}:{key}" if chance.random() < 0.8 else None,
    }  # fmt: skip
    yield from _tags(sketch)
    if sketch.is_news:
        yield from _news(sketch, published or seen)


def _tags(sketch: Sketch) -> Iterator[tuple[str, Row]]:
    key, chance = sketch.id, sketch.chance
    most = 4 if sketch.is_news else 2
    places = {int(len(TOPICS) * chance.random() ** 2) for _ in range(int(most * chance.random()))}
    named = {int(ENTITIES * chance.random() ** 3) for _ in range(int(2 * most * chance.random()))}
    for place in places or ({0} if sketch.is_news else set()):
        yield "article_topic", {
            "article_id": key, "slug": TOPICS[place], "score": 0.8, "evidence": _SPANS,
        }  # fmt: skip
    for number in named:
        yield "article_entity", {
            "article_id": key, "entity_id": f"entity-{number:03}", "mentions": _SPANS,
        }  # fmt: skip


def _news(sketch: Sketch, told: datetime) -> Iterator[tuple[str, Row]]:
    key, chance = sketch.id, sketch.chance
    about = {"article_id": key, "source": sketch.source, "created_at": sketch.seen}
    yield "event", {"type": "article.published", **about}
    if chance.random() < 0.1:
        yield "event", {"type": "article.revised", **about}
        text = _paragraphs()[key % PARAGRAPHS][0]
        yield "revision", {
            "article_id": key, "title": "Kho dữ liệu", "text": text * A_TEXT,
            "content_hash": str(key), "replaced_at": sketch.seen,
        }  # fmt: skip
    words = {f"tu_{int(20_000 * chance.random() ** 2)}" for _ in range(24)}
    facts = {"words": dict.fromkeys(words, 3.5), "names": {}, "figures": []}
    yield "story_fact", {"article_id": key, "told_at": told, "facts": facts}
    for word in words:
        yield "story_word", {"word": word, "day": told.toordinal(), "article_id": key}
    yield "snapshot", {
        "article_id": key, "url": sketch.address, "fetched_at": sketch.seen, "size": 150_000,
        "page": b"\x28" * 100,
    }  # fmt: skip
    if key > 100 and chance.random() < 0.2:
        yield "story_change", {
            "kind": "joined", "story_id": sketch.earlier, "other_id": key, "articles": [key],
            "made_at": sketch.seen, "made_by": "2025-11", "confidence": 0.8,
        }  # fmt: skip
        yield "related", {
            "article_id": key, "other_id": sketch.earlier, "kind": "related", "similarity": 0.6,
            "own_share": 0.3,
        }  # fmt: skip


def outlets() -> Iterator[tuple[str, Row]]:
    """Give what is known of the outlets: their state, days, hosts and feeds."""
    for number in range(OUTLETS):
        source = f"outlet-{number:03}"
        due = NOW + timedelta(minutes=10 * number / OUTLETS - 2)
        yield "source", {"id": source, "name": source, "next_check_at": due,
                         "rhythm": {"counts": [0.5] * 48}}  # fmt: skip
        yield "host", {"name": f"{source}.example", "robots": "User-agent: *\n" * 20,
                       "robots_at": NOW}  # fmt: skip
        for feed in range(3):
            yield "endpoint", {"url": f"https://{source}.example/{feed}.rss", "source": source,
                               "kind": "feed", "etag": "abc"}  # fmt: skip
        for day in range(YEARS.days):
            yield "source_day", {
                "source": source, "day": date(2025, 11, 28) - timedelta(days=day),
                "counts": {"polls": 144, "articles": 20, "bytes": 3_000_000, "pages": 21},
            }  # fmt: skip
        for waits in range(5):
            address = f"https://{source}.example/cho-{waits}"
            yield "candidate", {
                "canonical_url": address, "source": source, "url": address, "first_seen_at": NOW,
                "next_attempt_at": NOW, "status": "pending",
            }  # fmt: skip
    for number in range(ENTITIES):
        yield "entity", {"id": f"entity-{number:03}", "name": f"Sở {number}", "type": "government"}


def readers(events: int, deliveries: int) -> Iterator[tuple[str, Row]]:
    """Give subscriptions, and deliveries of two years with their attempts."""
    for number in range(SUBSCRIPTIONS):
        yield "subscription", {
            "id": f"sub-{number:05}", "kind": "webhook" if number % 3 == 0 else "mail",
            "address": f"ban-doc-{number}@example.org", "status": "active", "language": "vi",
            "schedule": "instant" if number % 2 else "daily@07:00", "position": events - 1,
            "timezone": "Asia/Ho_Chi_Minh", "filters": {"topics": [TOPICS[number % 12]]},
            "period_from": NOW, "created_at": NOW - YEARS,
            "due_at": None if number % 2 else NOW + timedelta(minutes=number % 1440 - 60),
        }  # fmt: skip
    for number in range(deliveries):
        made = NOW - YEARS * (1 - number / deliveries)
        event = max(1, events * number // deliveries)
        status = "done" if number < deliveries - 500 else "retrying" if number % 2 else "pending"
        key = f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"
        yield "delivery", {
            "id": key, "subscription_id": f"sub-{number % SUBSCRIPTIONS:05}", "status": status,
            "type": "digest.published", "payload": {"text": "Tin mới " * 20}, "articles": [event],
            "first_event": event, "last_event": event, "created_at": made, "due_at": made,
            "attempts": 1, "done_at": made if status == "done" else None,
        }  # fmt: skip
        yield "attempt", {"delivery_id": key, "number": 1, "started_at": made,
                          "finished_at": made, "outcome": "done"}  # fmt: skip
    for number in range(1_000):
        yield "run", {"id": f"run-{number}", "started_at": NOW - timedelta(hours=number),
                      "seconds": 3.5, "report": {"totals": {"requests": 40}}}  # fmt: skip


def everything(articles: int) -> Iterator[tuple[str, Row]]:
    """Give all rows but the shingles', each with its table."""
    counted = int(articles * NEWS * 1.1)
    return chain(
        outlets(),
        chain.from_iterable(map(article, sketches(0, articles, articles))),
        readers(counted, articles // 5),
    )


def packed(value: Any, *, for_sqlite: bool) -> Any:
    """Give a value as the driver takes it."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if for_sqlite and isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if for_sqlite and isinstance(value, date):
        return value.isoformat()
    return value
