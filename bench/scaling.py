"""What so many outlets need in machines, reckoned from what each stage was measured to cost.

``scaling.py [OUTLETS…]`` prints the tables of docs/scaling.md. Every cost names where it was
measured, every assumption stands in `World`; change them and reckon again.
"""

import sys
from dataclasses import dataclass

DAY = 86_400.0


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU, and where they were measured (docs/benchmarks.md, docs/scaling.md)."""

    ms: float
    by: str


# One request of a poll that brings nothing new: ask, record, plan the next.
POLL = Cost(10.0, "bench_idle: 0.40 s for 40 feeds")
# A page: on its way through the loop, read, judged, stored here and in PostgreSQL.
FETCH = Cost(4.8, "bench_crawl: the loop's thread")
EXTRACT = Cost(4.8, "bench_extraction, with selectors")
EXTRACT_BLINDLY = Cost(37.8, "bench_extraction: the general extractor")
JUDGE = Cost(3.8, "bench_judge, 730 syllables")
STORE_HERE = Cost(4.0, "bench_archive, PostgreSQL at a million: this process")
STORE_THERE = Cost(4.4, "bench_archive, PostgreSQL at a million: its server")
COMPARE = Cost(1.7, "bench_neighbours: one exact comparison an article")
# News only: its story, and every instant subscription judged.
JOIN = Cost(1.5, "quality_stories")
MATCH = Cost(49.0, "bench_matching: 10,000 instant subscriptions on 50 filters")
MAIL = Cost(9.7, "bench_mail: set, stored, sent, recorded")
# What is due? Asked every second by each daemon: what that costs, and each outlet that is due.
DUE, DUE_EACH = Cost(2.0, "bench_archive"), Cost(0.01, "bench_archive: rows read and named")
# What a poll asks of PostgreSQL: some fifteen statements.
ASKED = Cost(6.0, "bench_archive: the questions of a poll, half of their CPU")


@dataclass(frozen=True)
class World:
    """What was not measured on our machines but must be assumed."""

    articles: float = 28.7  # a day and outlet: 8,036 a week of forty (bench/freshness)
    news: float = 0.05  # of them on topic
    copies: float = 0.07  # copies of known texts, which keep theirs
    blind: float = 0.1  # pages that need the general extractor
    looks: float = 6.0  # looks again at each piece of news
    polls: float = 144.0  # a day: one in ten minutes
    feeds: float = 2.8  # asked in each poll: the mean of the catalogue
    maps: float = 1.25  # sitemaps and listings, asked once an hour
    peak: float = 3.0  # the busiest hour against the mean
    readers: int = 10_000  # half of them instant, a mail a day each
    page_wire: float = 35_000.0  # bytes of a page as it travels, compressed
    feed_wire: float = 600.0  # bytes of an answer 'not modified', with TLS records
    handshake: float = 5_000.0  # bytes of a new TLS connection
    # Bytes of PostgreSQL with its indexes, from bench_archive at a million
    row_any: float = 5_100.0  # shingles, candidate, tags, the article without its text
    row_news: float = 2_900.0  # event, story words and facts, more evidence and tags
    text: float = 4_900.0  # text and search words, as PostgreSQL packs them
    page_kept: float = 30_000.0  # the page, of news only, for as long as texts
    kept_days: float = 90.0  # RETENTION_DAYS: what is off topic keeps its text so long
    # Pages of 8 kB that storing makes dirty: one a shingle, and those of a dozen indexes; reasoned
    writes: float = 45.0
    busy: float = 0.6  # of a core: more makes queues


@dataclass(frozen=True)
class Need:
    """What so many outlets need, per second in the busiest hour; a core-second is one core."""

    outlets: int
    requests: float
    pages: float
    polling: float
    reading: float
    storing: float
    telling: float
    server: float
    lock: float
    network: float
    rows_a_year: float
    gigabytes_first_year: float
    gigabytes_later: float
    dirty: float

    @property
    def cores(self) -> float:
        """Give the cores of daemons and workers."""
        return self.polling + self.reading + self.storing + self.telling


def need(outlets: int, world: World) -> Need:
    """Reckon what so many outlets need."""
    fetched = outlets * world.articles * (1 + world.news * world.looks)
    stored = outlets * world.articles
    asked = outlets * (world.polls * world.feeds + 24 * world.maps)
    pages, new, requests = (world.peak * each / DAY for each in (fetched, stored, asked + fetched))
    polls = world.peak * outlets * world.polls / DAY
    news = new * world.news
    extract = (1 - world.blind) * EXTRACT.ms + world.blind * (EXTRACT.ms + EXTRACT_BLINDLY.ms)
    match = MATCH.ms * world.readers / 20_000  # half of the readers are instant
    held = new * (STORE_HERE.ms + STORE_THERE.ms + COMPARE.ms) + news * (JOIN.ms + match)
    any_year = stored * 365
    news_year = any_year * world.news
    texts = stored * (1 - world.news - world.copies) * world.kept_days * world.text
    pages_kept = stored * world.news * world.kept_days * world.page_kept
    growing = any_year * world.row_any + news_year * world.row_news
    growing += any_year * (world.news + world.copies) * world.text  # kept for good
    return Need(
        outlets=outlets,
        requests=requests,
        pages=pages,
        polling=(world.peak * asked / DAY * POLL.ms + DUE.ms + polls * DUE_EACH.ms) / 1000,
        reading=pages * (FETCH.ms + extract + JUDGE.ms) / 1000,
        storing=(new * (STORE_HERE.ms + COMPARE.ms) + news * JOIN.ms) / 1000,
        telling=(news * match + world.peak * world.readers * MAIL.ms / DAY) / 1000,
        server=(new * STORE_THERE.ms + polls * ASKED.ms) / 1000,
        lock=held / 1000,
        network=(pages * world.page_wire
                 + (requests - pages) * (world.feed_wire + world.handshake)) * 8 / 1e6,
        rows_a_year=any_year,
        gigabytes_first_year=(growing + texts + pages_kept) / 1e9,
        gigabytes_later=growing / 1e9,
        dirty=new * world.writes,
    )  # fmt: skip


LINES = (
    ("requests a second", "requests", "{:.0f}"),
    ("pages a second", "pages", "{:.1f}"),
    ("articles a year, million", "rows_a_year", "{:.1f}"),
    ("network, Mbit/s", "network", "{:.1f}"),
    ("cores for polls that bring nothing", "polling", "{:.1f}"),
    ("cores for fetching, reading and judging", "reading", "{:.2f}"),
    ("cores for storing", "storing", "{:.2f}"),
    ("cores for matching and mails", "telling", "{:.2f}"),
    ("cores of PostgreSQL", "server", "{:.2f}"),
    ("writers' lock held, part of the time", "lock", "{:.1%}"),
    ("pages of 8 kB made dirty a second", "dirty", "{:.0f}"),
    ("database after the first year, GB", "gigabytes_first_year", "{:.0f}"),
    ("each further year, GB", "gigabytes_later", "{:.0f}"),
)


def main() -> None:
    asked = [int(given) for given in sys.argv[1:]] or [1_000, 10_000, 100_000]
    world = World()
    needs = [need(outlets, world) for outlets in asked]
    print("| in the busiest hour |" + "|".join(f" {n.outlets:,} outlets " for n in needs) + "|")
    print("| --- |" + " ---: |" * len(needs))
    for words, name, form in LINES:
        cells = []
        for each in needs:
            value = getattr(each, name) / (1e6 if name == "rows_a_year" else 1)
            cells.append(form.format(value))
        print(f"| {words} | " + " | ".join(cells) + " |")
    cells = [f"{each.cores / world.busy:.0f} + {each.server / world.busy:.0f}" for each in needs]
    print(f"| cores, at most {world.busy:.0%} busy: ours + PostgreSQL's | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
