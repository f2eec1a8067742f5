"""One spider for all sources: endpoints → candidates → pages, each accounted for."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.addresses import canonical
from crawler.documents import Candidate, Entry, Page
from crawler.errors import AddressError, CrawlerError
from crawler.failures import refusal, words
from crawler.feeds import read_feed
from crawler.hubs import named_hub
from crawler.listings import read_listing
from crawler.middlewares import OffsiteRedirectError, TimeIsUpError
from crawler.newsroom import EndpointKind, Newsroom, Validators, Visit
from crawler.reports import SourceReport
from crawler.sitemaps import read_sitemap
from crawler.source_values import host_and_port
from crawler.sources import Source, belongs, expand

ENDPOINT_PRIORITY = 100
# A poll looks at what is new: the latest part of a long sitemap and of a sitemap index.
LATEST_ENTRIES = 200
LATEST_SHARDS = 3
MOST_SHARDS = 500
# A 404 may be an article not yet on every server; these say that it will not come back.
GONE = frozenset({410, 451})
# A poll asks for so many pages; the others stay pending, and the next poll takes them up.
MOST_PAGES = 5_000
MAX_VALIDATOR = 1_000
FORBIDDEN = "Forbidden by robots.txt"  # Scrapy's words; it has no error of its own for this
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a crawl is to do: all of a source, or some addresses; whole, or what is new.

    ``limit`` bounds the article pages fetched from one source. ``full`` asks without validators
    and reads sitemaps whole. ``endpoints`` leaves out the kinds that are not due.
    """

    day: date
    urls: tuple[str, ...] = ()
    limit: int | None = None
    full: bool = False
    endpoints: frozenset[EndpointKind] = frozenset({"feed", "sitemap", "listing"})


@dataclass(frozen=True, slots=True)
class _Endpoint:
    url: str
    kind: EndpointKind
    shard: bool = False


class OutletSpider(Spider):
    """Reads one source for a newsroom, as planned, into a report."""

    name = "outlet"

    def __init__(
        self, *, source: Source, newsroom: Newsroom, plan: Plan, report: SourceReport
    ) -> None:
        super().__init__()
        self.source = source
        self.newsroom = newsroom
        self.plan = plan
        self.report = report
        self.seen: set[str] = set()
        self.asked = 0
        self.validators: dict[str, Validators] = {}

    async def start(self) -> AsyncIterator[Any]:
        """Ask the endpoints, and fetch what an earlier crawl left pending."""
        if self.plan.urls:
            for request in await self._by_hand():
                yield request
            return
        memory = await self.newsroom.recall(self.source.id)
        self.validators = dict(memory.validators)
        for endpoint in self._endpoints():
            yield self._ask(endpoint)
        for candidate in memory.pending:
            if candidate.canonical_url not in self.seen:
                self._count(candidate)
                for request in self._fetch(candidate):
                    yield request

    def _endpoints(self) -> Iterator[_Endpoint]:
        kinds: tuple[tuple[EndpointKind, Sequence[str]], ...] = (
            ("feed", self.source.feeds),
            ("sitemap", self.source.sitemaps),
            ("listing", self.source.listings),
        )
        for kind, addresses in kinds:
            if kind in self.plan.endpoints:
                for address in addresses:
                    yield _Endpoint(expand(address, self.plan.day), kind)

    async def _by_hand(self) -> list[Request]:
        candidates = []
        for url in self.plan.urls:
            address = canonical(url, self.source)
            candidate = Candidate(self.source.id, url, address)
            if address not in self.seen:
                self._count(candidate)
                candidates.append(candidate)
        await self.newsroom.discovered(Visit(self.source.id, "", "listing"), candidates)
        return [request for candidate in candidates for request in self._fetch(candidate)]

    def _count(self, candidate: Candidate) -> None:
        self.seen.add(candidate.canonical_url)
        self.report.counts["discovered"] += 1

    def _ask(self, endpoint: _Endpoint) -> Request:
        self.report.endpoints += 1
        return Request(
            endpoint.url,
            callback=self.read_endpoint,
            errback=self.endpoint_failed,
            cb_kwargs={"endpoint": endpoint},
            headers=self._conditions(endpoint.url),
            priority=ENDPOINT_PRIORITY,
        )

    def _conditions(self, url: str) -> dict[str, str]:
        known = self.validators.get(url)
        if known is None or self.plan.full:
            return {}
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in conditions.items() if value}

    async def read_endpoint(self, response: Response, endpoint: _Endpoint) -> AsyncIterator[Any]:
        """Turn an endpoint's answer into candidates and fetch the unknown ones."""
        if response.status == 304 and self._conditions(endpoint.url):
            self.report.counts["not_modified"] += 1
            visit = self._visit(endpoint, response.status, validators=_validators(response))
            await self._visited(visit, ())
            for part in self._known_parts(endpoint):
                yield self._ask(part)
            return
        try:
            if fault := refusal(response):
                raise CrawlerError(fault)
            entries, shards = await asyncio.to_thread(self._read, response, endpoint)
        except CrawlerError as error:
            await self._endpoint_error(endpoint, str(error), response.status)
            return
        shards = [shard for shard in shards if self._is_own(shard)]
        for shard in shards:
            yield self._ask(shard)
        validators = _validators(response, tuple(shard.url for shard in shards))
        candidates = self._candidates(entries, endpoint)
        hub, topic = (endpoint.kind == "feed" and named_hub(response)) or (None, None)
        visit = self._visit(endpoint, response.status, validators=validators, hub=hub, topic=topic)
        for candidate in await self._visited(visit, candidates):
            for request in self._fetch(candidate):
                yield request

    def _is_own(self, shard: _Endpoint) -> bool:
        try:
            own = host_and_port(shard.url) in self.source.hosts
        except ValueError:
            own = False
        if not own:
            self.report.error(shard.url[:200], "a sitemap on a host that is not the source's")
        return own

    def _known_parts(self, endpoint: _Endpoint) -> list[_Endpoint]:
        """An index may stay as it is while its parts change."""
        known = self.validators.get(endpoint.url, Validators())
        return [_Endpoint(url, "sitemap", shard=True) for url in known.parts]

    def _read(
        self, response: Response, endpoint: _Endpoint
    ) -> tuple[Sequence[Entry], Sequence[_Endpoint]]:
        content_type, now = _header(response, "Content-Type"), datetime.now(UTC)
        if endpoint.kind == "feed":
            return read_feed(response.body, response.url, content_type, now), ()
        if endpoint.kind == "listing":
            entries = read_listing(response.body, response.url, content_type)
            # A page's links are candidates only where they look like articles.
            return [entry for entry in entries if self._is_article(entry.url)], ()
        sitemap = read_sitemap(response.body, response.url, now)
        shards = () if endpoint.shard else sitemap.children
        return self._latest(sitemap.entries), self._latest_shards(shards)

    def _is_article(self, url: str) -> bool:
        try:
            return belongs(self.source, canonical(url, self.source))
        except AddressError:
            return False

    def _latest(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        if self.plan.full or len(entries) <= LATEST_ENTRIES:
            return entries
        newest = sorted(
            entries, key=lambda e: e.updated_at or e.published_at or _LONG_AGO, reverse=True
        )
        return newest[:LATEST_ENTRIES]

    def _latest_shards(self, shards: Iterable[tuple[str, datetime | None]]) -> Sequence[_Endpoint]:
        # Indexes without dates list their newest shard first or last: no way to tell, so both ends
        # of the list come before its middle.
        ordered = sorted(
            enumerate(shards), key=lambda s: (s[1][1] or _LONG_AGO, -s[0]), reverse=True
        )
        most = MOST_SHARDS if self.plan.full else LATEST_SHARDS
        if len(ordered) > most and not any(moment for _, (_, moment) in ordered):
            ordered = [*ordered[: most - 1], ordered[-1]]
        return [_Endpoint(url, "sitemap", shard=True) for _, (url, _) in ordered[:most]]

    def _candidates(self, entries: Iterable[Entry], endpoint: _Endpoint) -> list[Candidate]:
        found = []
        for entry in entries:
            try:
                address, is_one = canonical(entry.url, self.source), True
            except AddressError:
                # Whatever its shape: two readers of such an address could find two hosts in it.
                address, is_one = entry.url, False
            if address in self.seen:
                continue
            candidate = Candidate(
                source=self.source.id,
                url=entry.url,
                canonical_url=address,
                via=endpoint.url,
                title=entry.title,
                lead=entry.lead,
                published_at=entry.published_at,
                updated_at=entry.updated_at,
            )
            self._count(candidate)
            if is_one and belongs(self.source, address):
                found.append(candidate)
            else:
                self.report.skip("not_an_article_address")
        return found

    def _visit(self, endpoint: _Endpoint, status: int | None, **said: Any) -> Visit:
        return Visit(self.source.id, endpoint.url, endpoint.kind, status, **said)

    async def _visited(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        wanted = await self.newsroom.discovered(visit, seen)
        self.report.skip("known", len(seen) - len(wanted))
        return wanted

    async def endpoint_failed(self, failure: Failure) -> None:
        """Name an endpoint that gave no answer."""
        endpoint = _arguments(failure)["endpoint"]
        await self._endpoint_error(endpoint, words(failure.value))

    async def _endpoint_error(
        self, endpoint: _Endpoint, error: str, status: int | None = None
    ) -> None:
        self.report.endpoints_failed += 1
        self.report.error(endpoint.url, error)
        visit = self._visit(endpoint, status, error=error)
        await self.newsroom.discovered(visit, ())

    def _fetch(self, candidate: Candidate) -> Iterator[Request]:
        if self.plan.limit is not None and self.asked >= self.plan.limit:
            self.report.skip("limit")
            return
        if self.asked >= MOST_PAGES:
            self.report.skip("next_time")
            return
        self.asked += 1
        yield Request(
            candidate.canonical_url,
            callback=self.read_article,
            errback=self.article_failed,
            cb_kwargs={"candidate": candidate},
        )

    async def read_article(self, response: Response, candidate: Candidate) -> None:
        """Hand a page to the newsroom and account for what became of it."""
        if fault := refusal(response):
            await self._not_fetched(candidate, response.status, fault)
            return
        page = Page(
            url=response.url,
            body=response.body,
            fetched_at=datetime.now(UTC),
            content_type=_header(response, "Content-Type"),
        )
        try:
            self.report.outcome(await self.newsroom.take(candidate, page))
        except CrawlerError as error:
            self.report.outcome("no_article")
            self.report.error(candidate.url, str(error))
            # It may have been a maintenance page: looked at again a few times before given up.
            await self.newsroom.put_off(candidate, str(error))

    async def _not_fetched(self, candidate: Candidate, status: int, error: str) -> None:
        self.report.skip("failed")
        self.report.error(candidate.url, error)
        put_aside: Callable[[Candidate, str], Any] = (
            self.newsroom.refuse if status in GONE else self.newsroom.put_off
        )
        await put_aside(candidate, error)

    async def article_failed(self, failure: Failure) -> None:
        """Account for a page that could not be had."""
        candidate = _arguments(failure)["candidate"]
        error = words(failure.value)
        if isinstance(failure.value, TimeIsUpError):
            self.report.skip("next_time")
        elif isinstance(failure.value, OffsiteRedirectError):
            self.report.skip("failed")
            self.report.error(candidate.url, error)
            await self.newsroom.refuse(candidate, error)
        elif error.startswith(FORBIDDEN):
            self.report.skip("robots")
            await self.newsroom.refuse(candidate, error)
        else:
            self.report.skip("failed")
            self.report.error(candidate.url, error)
            await self.newsroom.put_off(candidate, error)


def _arguments(failure: Failure) -> dict[str, Any]:
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
    return request.cb_kwargs


def _validators(response: Response, parts: tuple[str, ...] = ()) -> Validators:
    return Validators(_kept(response, "ETag"), _kept(response, "Last-Modified"), parts)


def _kept(response: Response, name: str) -> str | None:
    """A validator; one too long to be sent back is none."""
    value = _header(response, name)
    return value if 0 < len(value) <= MAX_VALIDATOR else None


def _header(response: Response, name: str) -> str:
    value: bytes | None = response.headers.get(name)
    return value.decode("latin-1") if value else ""
