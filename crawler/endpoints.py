"""Where a source is asked for news, and what of the answers is worth looking at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.documents import Entry
from crawler.feeds import read_feed
from crawler.listings import MAX_LINKS, read_listing
from crawler.newsroom import EndpointKind
from crawler.sitemaps import read_sitemap
from crawler.source_values import PAGE
from crawler.sources import Source
from crawler.windows import Shards, Window, entries_within, expansions, shards_within

# A poll looks at what is new: the latest part of a long sitemap and of a sitemap index.
LATEST_ENTRIES = 200
LATEST_SHARDS = 3
MOST_SHARDS = 500
# Indexes of indexes are not meant to be, and are there.
MAX_DEPTH = 3
TOO_DEEP = f"a sitemap index below {MAX_DEPTH} others is not followed"
LATEST_PAGES = 3
MOST_PAGES = 50
# Of the past all of an index is asked that may hold something of it, and a list by its pages.
PAST_SHARDS = 10_000
PAST_PAGES = 2_000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A feed, sitemap or listing page to ask.

    ``depth`` is how many sitemap indexes led to a sitemap; ``pages`` is the listing's address with
    ``{page}`` where it has further pages, ``page`` the number of this one.
    """

    url: str
    kind: EndpointKind
    depth: int = 0
    pages: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of an outlet is wanted: what is new, all of it (``full``), or some days of it."""

    full: bool = False
    window: Window | None = None

    @property
    def is_whole(self) -> bool:
        """Whether more than the latest is wanted."""
        return self.full or self.window is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint showed: entries and further sitemaps; of a feed, what it says of itself.

    ``items`` is how many entries or links there were in all. ``notes`` tell in one line each what
    of the answer was left unread.
    """

    entries: Sequence[Entry] = ()
    shards: Shards = ()
    items: int = 0
    hub: str | None = None
    topic: str | None = None
    pause: timedelta | None = None
    notes: tuple[str, ...] = ()


def endpoints_of(
    source: Source, kinds: frozenset[EndpointKind], day: date, window: Window | None = None
) -> Iterator[Endpoint]:
    """The endpoints of a source, their placeholders filled in for a day or a window's days."""
    places: tuple[tuple[EndpointKind, Sequence[str]], ...] = (
        ("feed", source.feeds),
        ("sitemap", source.sitemaps),
        ("listing", source.listings),
    )
    for kind, addresses in places:
        for address in addresses if kind in kinds else ():
            for one in expansions(address, day, window):
                pages = one if PAGE in one else ""
                yield Endpoint(one.replace(PAGE, "1"), kind, pages=pages)


def read_answer(
    endpoint: Endpoint, body: bytes, url: str, content_type: str, now: datetime
) -> Answer:
    """All that an endpoint's answer shows; raises FeedError."""
    if endpoint.kind == "feed":
        feed = read_feed(body, url, content_type, now)
        notes = (feed.note,) if feed.note else ()
        return Answer(feed.entries, (), len(feed.entries), feed.hub, feed.topic, feed.pause, notes)
    if endpoint.kind == "listing":
        entries = read_listing(body, url, content_type)
        cut = len(entries) >= MAX_LINKS
        notes = (f"{MAX_LINKS} links; what may follow them is not read",) if cut else ()
        return Answer(entries, items=len(entries), notes=notes)
    sitemap = read_sitemap(body, url, content_type, now)
    deep = endpoint.depth >= MAX_DEPTH and sitemap.children
    shards = () if deep else sitemap.children
    left = tuple(note for note in (sitemap.note, TOO_DEEP if deep else "") if note)
    return Answer(sitemap.entries, shards, len(sitemap.entries), notes=left)


def wanted_entries(answer: Answer, endpoint: Endpoint, scope: Scope) -> Sequence[Entry]:
    """The entries of an answer that a crawl looks at: of a long sitemap, its latest."""
    if scope.window and endpoint.kind == "listing":
        return answer.entries  # how far a list has come shows on all of its page
    if scope.window:
        return entries_within(answer.entries, endpoint.url, scope.window)
    if endpoint.kind != "sitemap" or scope.full or len(answer.entries) <= LATEST_ENTRIES:
        return answer.entries
    newest = sorted(
        answer.entries, key=lambda e: e.updated_at or e.published_at or _LONG_AGO, reverse=True
    )
    return newest[:LATEST_ENTRIES]


def wanted_shards(answer: Answer, scope: Scope, depth: int = 1) -> tuple[Sequence[Endpoint], str]:
    """The sitemaps that an index leads to and a crawl asks now, and a note if not all of them."""
    # Indexes without dates list their newest shard first or last: no way to tell, so both ends
    # of the list come before its middle.
    shards = answer.shards
    ordered = sorted(enumerate(shards), key=lambda s: (s[1][1] or _LONG_AGO, -s[0]), reverse=True)
    most = MOST_SHARDS if scope.full else LATEST_SHARDS
    if len(ordered) > most and not any(moment for _, (_, moment) in ordered):
        ordered = [*ordered[: most - 1], ordered[-1]]
    chosen = [Endpoint(url, "sitemap", depth) for _, (url, _) in ordered[:most]]
    cut = scope.full and len(shards) > most
    return chosen, f"{len(shards)} sitemaps; {most} of them are read" if cut else ""


def past_shards(answer: Answer, window: Window) -> tuple[Shards, str]:
    """The sitemaps of an index that may hold something of a window, and a note if not all."""
    shards = shards_within(answer.shards, window)
    cut = len(shards) > PAST_SHARDS
    return (
        shards[:PAST_SHARDS],
        f"{len(shards)} sitemaps; {PAST_SHARDS} of them are read" if cut else "",
    )


def page_behind(endpoint: Endpoint, scope: Scope, *, brought: bool) -> Endpoint | None:
    """The page of a listing behind one that brought something unknown, if it has one."""
    most = MOST_PAGES if scope.full else LATEST_PAGES
    most = PAST_PAGES if scope.window else most
    if not endpoint.pages or not brought or endpoint.page >= most:
        return None
    page = endpoint.page + 1
    return Endpoint(endpoint.pages.replace(PAGE, f"{page}"), "listing", 0, endpoint.pages, page)
