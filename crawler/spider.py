"""One spider for all sources: endpoints → candidates → pages, each accounted for."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawler.addresses import canonical
from crawler.documents import Candidate, Entry, Page
from crawler.endpoints import (
    Answer,
    Endpoint,
    Scope,
    endpoints_of,
    page_behind,
    read_answer,
    wanted_entries,
    wanted_shards,
)
from crawler.errors import AddressError, CrawlerError
from crawler.hosts import HostResting, Waits, wished_wait
from crawler.middlewares import OffsiteRedirectError
from crawler.newsroom import EndpointKind, Newsroom, Validators, Visit
from crawler.paging import MAX_PARTS, joined, next_page
from crawler.reports import SourceReport
from crawler.robots import RobotsUnavailableError
from crawler.sources import Source, belongs
from crawler.windows import Window
from crawler.wishes import wished_pause

ENDPOINT_PRIORITY = 100
# A 404 may be an article not yet on every server; these say that it will not come back.
GONE = frozenset({410, 451})
_TLS_OBJECT = re.compile(r" ssl:(?:<[^>]*>|\w+)")  # aiohttp's messages show Python objects
FORBIDDEN = "Forbidden by robots.txt"  # Scrapy's words; it has no error of its own for this


@dataclass(frozen=True, slots=True)
class Plan:
    """What a crawl is to do: all of a source, or some addresses; whole, or what is new.

    ``limit`` bounds the article pages fetched from one source. ``full`` asks without validators
    and reads sitemaps whole. ``window``, a first and a last day, asks for what was published in
    these days only. ``endpoints`` leaves out the kinds that are not due.
    """

    day: date
    urls: tuple[str, ...] = ()
    limit: int | None = None
    full: bool = False
    endpoints: frozenset[EndpointKind] = frozenset({"feed", "sitemap", "listing"})
    window: Window | None = None

    @property
    def scope(self) -> Scope:
        """How much of each endpoint is wanted."""
        return Scope(self.full, self.window)


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
        self.robots: dict[str, str] = {}
        self.waits = Waits()

    async def start(self) -> AsyncIterator[Any]:
        """Ask the endpoints, and fetch what an earlier crawl left pending."""
        memory = await self.newsroom.recall(self.source.id)
        self.robots = {} if self.plan.full else dict(memory.robots)
        if self.plan.urls:
            for request in await self._by_hand():
                yield request
            return
        self.validators = dict(memory.validators)
        plan = self.plan
        for endpoint in endpoints_of(self.source, plan.endpoints, plan.day, plan.window):
            yield self._ask(endpoint)
        for candidate in memory.pending:
            if candidate.canonical_url not in self.seen:
                self._count(candidate)
                for request in self._fetch(candidate):
                    yield request

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

    def _ask(self, endpoint: Endpoint) -> Request:
        self.report.endpoints += 1
        return by_host(
            Request(
                endpoint.url,
                callback=self.read_endpoint,
                errback=self.endpoint_failed,
                cb_kwargs={"endpoint": endpoint},
                headers=self._conditions(endpoint.url),
                priority=ENDPOINT_PRIORITY,
            )
        )

    def _conditions(self, url: str) -> dict[str, str]:
        known = self.validators.get(url)
        if known is None or self.plan.scope.is_whole:
            return {}
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in conditions.items() if value}

    async def read_endpoint(self, response: Response, endpoint: Endpoint) -> AsyncIterator[Any]:
        """Turn an endpoint's answer into candidates and fetch the unknown ones."""
        if response.status == 304:
            self.report.counts["not_modified"] += 1
            self.report.note_wish(endpoint.url, wished_pause(response))
            await self._visited(endpoint, response.status, _validators(response), (), Answer())
            for part in self._known_parts(endpoint):
                yield self._ask(part)
            return
        if response.status == 404 and endpoint.page > 1:
            return  # behind a list's last page
        try:
            if response.status != 200:
                raise CrawlerError(f"HTTP {response.status}")
            answer = await asyncio.to_thread(self._read, response, endpoint)
        except CrawlerError as error:
            await self._endpoint_error(endpoint, str(error), response.status)
            return
        self.report.note_wish(endpoint.url, wished_pause(response, answer.pause))
        shards, note = wanted_shards(answer, self.plan.scope)
        for line in (*answer.notes, note):
            self.report.note(endpoint.url, line)
        validators = _validators(response, tuple(shard.url for shard in shards))
        # A part of the past is not the endpoint's last word: the next poll asks without condition.
        validators = Validators() if self.plan.window else validators
        candidates = self._candidates(answer.entries, endpoint)
        wanted = await self._visited(endpoint, 200, validators, candidates, answer)
        for request in self._next(endpoint, shards, wanted):
            yield request

    def _next(
        self, endpoint: Endpoint, shards: Iterable[Endpoint], wanted: Sequence[Candidate]
    ) -> Iterator[Request]:
        """What an answer leads to: further sitemaps, a list's next page, articles."""
        page = page_behind(endpoint, self.plan.scope, brought=bool(wanted))
        for further in (*shards, *((page,) if page else ())):
            yield self._ask(further)
        for candidate in wanted:
            yield from self._fetch(candidate)

    def _known_parts(self, endpoint: Endpoint) -> list[Endpoint]:
        """An index may stay as it is while its parts change."""
        known = self.validators.get(endpoint.url, Validators())
        return [Endpoint(url, "sitemap", shard=True) for url in known.parts]

    def _read(self, response: Response, endpoint: Endpoint) -> Answer:
        """Read an answer, its entries down to those that the plan looks at."""
        content_type, now = _header(response, "Content-Type"), datetime.now(UTC)
        answer = read_answer(endpoint, response.body, response.url, content_type, now)
        entries = wanted_entries(answer, endpoint, self.plan.scope)
        if endpoint.kind == "listing":
            # A page's links are candidates only where they look like articles.
            entries = [entry for entry in entries if self._is_article(entry.url)]
        return replace(answer, entries=entries)

    def _is_article(self, url: str) -> bool:
        try:
            return belongs(self.source, canonical(url, self.source))
        except AddressError:
            return False

    def _candidates(self, entries: Iterable[Entry], endpoint: Endpoint) -> list[Candidate]:
        found = []
        for entry in entries:
            try:
                address = canonical(entry.url, self.source)
            except AddressError:
                address = entry.url
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
            if belongs(self.source, address):
                found.append(candidate)
            else:
                self.report.skip("not_an_article_address")
        return found

    async def _visited(
        self,
        endpoint: Endpoint,
        status: int,
        validators: Validators,
        seen: Sequence[Candidate],
        answer: Answer,
    ) -> Sequence[Candidate]:
        visit = Visit(
            self.source.id,
            endpoint.url,
            endpoint.kind,
            status,
            validators,
            hub=answer.hub,
            topic=answer.topic,
            pause=answer.pause,
        )
        wanted = await self.newsroom.discovered(visit, seen)
        self.report.skip("known", len(seen) - len(wanted))
        self.report.note_found(c.published_at or c.updated_at for c in wanted)
        return wanted

    async def endpoint_failed(self, failure: Failure) -> None:
        """Name an endpoint that gave no answer."""
        endpoint = _arguments(failure)["endpoint"]
        await self._endpoint_error(endpoint, words(failure.value))

    async def _endpoint_error(
        self, endpoint: Endpoint, error: str, status: int | None = None
    ) -> None:
        self.report.endpoints_failed += 1
        self.report.error(endpoint.url, error)
        visit = Visit(self.source.id, endpoint.url, endpoint.kind, status, error=error)
        await self.newsroom.discovered(visit, ())

    def _fetch(self, candidate: Candidate) -> Iterator[Request]:
        if self.plan.limit is not None and self.asked >= self.plan.limit:
            self.report.skip("limit")
            return
        self.asked += 1
        yield by_host(
            Request(
                candidate.canonical_url,
                callback=self.read_article,
                errback=self.article_failed,
                cb_kwargs={"candidate": candidate},
            )
        )

    async def read_article(self, response: Response, candidate: Candidate) -> AsyncIterator[Any]:
        """Hand a page to the newsroom, once the article's further pages are there, too."""
        if response.status != 200:
            await self._not_fetched(candidate, response)
            return
        page = _page(response)
        following = self._following(page, page, candidate)
        if following:
            yield following
        else:
            await self._take(candidate, page)

    async def read_part(
        self, response: Response, candidate: Candidate, page: Page
    ) -> AsyncIterator[Any]:
        """Add a further page to an article, and ask for the next one or hand all of it over."""
        if response.status == 200:
            part = _page(response)
            page = joined(page, part)
            following = self._following(part, page, candidate)
            # A page that redirects to the first one would lead back to itself.
            if following and following.url != _asked_for(response):
                yield following
                return
        else:
            self.report.error(response.url, f"HTTP {response.status}")
        await self._take(candidate, page)

    async def part_failed(self, failure: Failure) -> None:
        """Hand over what there is of an article whose next page could not be had."""
        arguments = _arguments(failure)
        url = failure.request.url  # type: ignore[attr-defined]  # Scrapy puts it there
        self.report.error(url, words(failure.value))
        await self._take(arguments["candidate"], arguments["page"])

    def _following(self, last: Page, page: Page, candidate: Candidate) -> Request | None:
        url = next_page(last, self.source) if len(page.parts) < MAX_PARTS - 1 else None
        if url is None:
            return None
        return by_host(
            Request(
                url,
                callback=self.read_part,
                errback=self.part_failed,
                cb_kwargs={"candidate": candidate, "page": page},
            )
        )

    async def _take(self, candidate: Candidate, page: Page) -> None:
        """Account for what became of a page."""
        try:
            self.report.outcome(await self.newsroom.take(candidate, page))
        except CrawlerError as error:
            self.report.outcome("no_article")
            self.report.error(candidate.url, str(error))
            # It may have been a maintenance page: looked at again a few times before given up.
            await self.newsroom.put_off(candidate, str(error))

    async def _not_fetched(self, candidate: Candidate, response: Response) -> None:
        error = f"HTTP {response.status}"
        self.report.skip("failed")
        self.report.error(candidate.url, error)
        if wished_wait(response) is not None:
            await self.newsroom.postpone(candidate, error)
            return
        put_aside: Callable[[Candidate, str], Any] = (
            self.newsroom.refuse if response.status in GONE else self.newsroom.put_off
        )
        await put_aside(candidate, error)

    async def article_failed(self, failure: Failure) -> None:
        """Account for a page that could not be had."""
        candidate = _arguments(failure)["candidate"]
        error = words(failure.value)
        if isinstance(failure.value, OffsiteRedirectError):
            self.report.skip("failed")
            self.report.error(candidate.url, error)
            await self.newsroom.refuse(candidate, error)
        elif error.startswith(FORBIDDEN):
            self.report.skip("robots")
            await self.newsroom.refuse(candidate, error)
        elif isinstance(failure.value, HostResting | RobotsUnavailableError):
            # Nothing is wrong with this address: what is, has been told of the host.
            self.report.skip("postponed")
            await self.newsroom.postpone(candidate, error)
        else:
            self.report.skip("failed")
            self.report.error(candidate.url, error)
            await self.newsroom.put_off(candidate, error)


def by_host(request: Request) -> Request:
    """Let a request's pauses be those of its host and port, as they are kept in the archive."""
    request.meta["download_slot"] = urlparse_cached(request).netloc
    return request


def _asked_for(response: Response) -> str:
    """The address a request had before redirects."""
    asked: list[str] = response.meta.get("redirect_urls", [])
    return asked[0] if asked else response.url


def _page(response: Response) -> Page:
    return Page(
        url=response.url,
        body=response.body,
        fetched_at=datetime.now(UTC),
        content_type=_header(response, "Content-Type"),
    )


def _arguments(failure: Failure) -> dict[str, Any]:
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
    return request.cb_kwargs


def _validators(response: Response, parts: tuple[str, ...] = ()) -> Validators:
    etag, last_modified = _header(response, "ETag"), _header(response, "Last-Modified")
    return Validators(etag or None, last_modified or None, parts)


def _header(response: Response, name: str) -> str:
    value: bytes | None = response.headers.get(name)
    return value.decode("latin-1") if value else ""


def words(error: BaseException | None) -> str:
    """Give a download's failure as one line."""
    text = _TLS_OBJECT.sub("", " ".join(str(error).split()))
    return text[:300] or type(error).__name__
