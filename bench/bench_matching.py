"""Holding one fresh article against 10,000 instant subscriptions; another number may be given.

Each round an article is stored and judged for everybody. None of the filters asks for it, so what
is timed is what every article costs; who is concerned gets a digest, which is another figure. The
same article is also asked of the database, once a filter, as lists do it.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from alerts.waking import Pace, wake
from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED
from storage import events, polling
from storage.database import Database, open_database
from storage.filters import from_json
from storage.reading import matching
from storage.tables import Article, Story, Subscription

SUBSCRIPTIONS, ROUNDS = 10_000, 9
NOW = datetime(2025, 11, 28, 2, tzinfo=UTC)
# What no article of the bench is, has or says.
TOPICS = ("y-te-so", "giao-duc-so", "giao-thong-thong-minh", "an-toan-thong-tin", "khoi-nghiep")
WORDS = ("đường sắt", "bệnh viện", "học phí", "vệ tinh", "cà phê", "bóng đá", "thủy triều")


def filters(number: int) -> dict[str, Any]:
    """Invent a filter: topics, names, and words, alone and together; no two alike."""
    one, other = WORDS[number % 7], WORDS[number % 5]
    match number % 4:
        case 0:
            return {"topics": [TOPICS[number % 5]], "min_relevance": 0.5 + number / 100_000}
        case 1:
            return {"query": f'"{one}" OR title:"{other} {number}"'}
        case 2:
            return {"entities": [f"Ủy ban {number}"], "sources": ["mot", "hai", "ba"]}
    return {"query": f'({one} OR {other}) AND NOT topic:du-lieu AND "số {number} nào đó"'}


@contextmanager
def archive(subscriptions: int, distinct: int) -> Iterator[Database]:
    """Give an archive with so many instant subscriptions on so many filters."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'diembao.db'}")
        with database.writing() as session:
            polling.register(session, {"mot": ("Một", "press")}, NOW)
            session.add_all(
                Subscription(
                    id=f"sub-{number:05}", kind="mail" if number % 3 else "webhook",
                    address=f"ban-doc-{number}@example.org", status="active", schedule="instant",
                    timezone="Asia/Ho_Chi_Minh", language="vi", filters=filters(number % distinct),
                    period_from=NOW, created_at=NOW,
                )
                for number in range(subscriptions)
            )  # fmt: skip
        yield database
        database.close()


def publish(database: Database, number: int, text: str) -> None:
    """Store a relevant article and its event."""
    with database.writing() as session:
        story = Story(last_seen_at=NOW)
        session.add(story)
        session.flush()
        address = f"https://mot.example/{number}"
        article = Article(
            source="khac", url=address, canonical_url=address, title="Kho dữ liệu", text=text,
            first_seen_at=NOW, content_hash=str(number), relevance=0.4, status="new",
            story_id=story.id or 0, search=f" kho du lieu |  | {text.lower()} ",
        )  # fmt: skip
        session.add(article)
        session.flush()
        events.publish(session, "article.published", NOW, article=article)


def judged(database: Database) -> tuple[float, float]:
    """Judge what is new for everybody; gives wall and CPU seconds, with the commit."""
    wall, cpu = time.perf_counter(), time.process_time()
    with database.writing() as session:
        wake(session, NOW + timedelta(seconds=1), Pace())
    return time.perf_counter() - wall, time.process_time() - cpu


def asked(database: Database, distinct: int, newest: int) -> float:
    """Ask the database about the newest article, once a filter; gives CPU seconds."""
    cpu = time.process_time()
    with database.reading() as session:
        for number in range(distinct):
            matching(session, from_json(filters(number)), [newest])
    return time.process_time() - cpu


def measure(subscriptions: int, distinct: int) -> None:
    text = "\n\n".join(
        next(p for p in load_articles(SHIPPED).values()).wording.paragraphs
    )  # fmt: skip
    with archive(subscriptions, distinct) as database:
        figures = []
        for number in range(ROUNDS + 1):
            publish(database, number, text)
            figures.append(judged(database))
        first, *rest = figures
        wall, cpu = (median(part) * 1000 for part in zip(*rest, strict=True))
        sample = min(distinct, 500)
        sql = asked(database, sample, ROUNDS + 1) * distinct / sample * 1000
    print(
        f"matching: {subscriptions:,} subscriptions on {distinct:,} filters: {wall:.1f} ms,"
        f" CPU {cpu:.1f} ms (median of {ROUNDS}); the first time {first[1] * 1000:.0f};"
        f" one question a filter to the database {sql:.0f} ({sql / cpu:.0f} times)"
    )


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SUBSCRIPTIONS
    for share in (200, 10, 1):
        measure(wanted, max(wanted // share, 1))
