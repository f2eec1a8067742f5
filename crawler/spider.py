"""One spider for all sources: endpoints → candidates → pages, each accounted for."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.addresses import canonical
from crawler.answers import arguments, by_host, conditions, header, validators
from crawler.documents import Candidate, Entry
from crawler.endpoints import (
    MOST_SHARDS,
    Answer,
    Endpoint,
    Scope,
    endpoints_of,
    page_behind,
    past_shards,
    read_answer,
    wanted_entries,
    wanted_shards,
)
from crawler.errors import AddressError, CrawlerError
from crawler.failures import Trouble, of_body, of_error, of_status
from crawler.hosts import Waits
from crawler.hubs import named_hub
from crawler.newsroom import EndpointKind, Newsroom, Validators, Visit
from crawler.pages import ArticlePages
from crawler.reasons import refusal, words
from crawler.reports import SourceReport
from crawler.source_values import host_and_port
from crawler.sources import Source, belongs
from crawler.windows import Window
from crawler.wishes import SPEAKING, wished_pause

ENDPOINT_PRIORITY = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What a crawl is to do: all of a source, or some addresses; whole, or what is new.

    ``limit`` bounds the article pages fetched from one source. ``full`` asks without validators
    and reads sitemaps whole. ``endpoints`` leaves out the kinds that are not due. With a ``window``
    it is a piece of a longer crawl of some days of the past: ``places`` are asked, and what they
    lead to is only told to the newsroom.
    """

    day: date
    urls: tuple[str, ...] = ()
    limit: int | None = None
    full: bool = False
    endpoints: frozenset[EndpointKind] = frozenset({"feed", "sitemap", "listing"})
    window: Window | None = None
    places: tuple[Endpoint, ...] = ()

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
        self.pages = ArticlePages(
            source, newsroom, report, plan.limit,
            whole=plan.scope.is_whole, past=plan.window is not None,
        )  # fmt: skip
        self.seen: set[str] = set()
        self.shards: set[str] = set()
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
        self.validators = {} if self.plan.scope.is_whole else dict(memory.validators)
        plan = self.plan
        own = endpoints_of(self.source, plan.endpoints, plan.day)
        for endpoint in plan.places if plan.window else own:
            yield self._ask(endpoint)
        # Looks come last, and leave what --limit allows to what is new.
        looks = memory.looks if plan.limit is None else ()
        for candidate in (*memory.pending, *looks):
            if candidate.canonical_url not in self.seen:
                self._count(candidate)
                for request in self.pages.fetch(candidate):
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
        return [request for candidate in candidates for request in self.pages.fetch(candidate)]

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
                headers=conditions(self._known(endpoint)),
                priority=ENDPOINT_PRIORITY,
            )
        )

    def _ask_shards(self, shards: Iterable[Endpoint]) -> Iterator[Request]:
        """Ask sitemaps that indexes led to, each once and no more of them than a crawl takes."""
        for shard in shards:
            if shard.url in self.shards:
                continue
            if len(self.shards) >= MOST_SHARDS:
                self.report.note(shard.url, f"more than {MOST_SHARDS} sitemaps; not asked now")
                return
            self.shards.add(shard.url)
            yield self._ask(shard)

    def _known(self, endpoint: Endpoint) -> Validators:
        return self.validators.get(endpoint.url, Validators())

    async def read_endpoint(self, response: Response, endpoint: Endpoint) -> AsyncIterator[Any]:
        """Turn an endpoint's answer into candidates and fetch the unknown ones."""
        # Asked without conditions, 'not modified' is no answer.
        if response.status == 304 and conditions(self._known(endpoint)):
            for part in await self._not_modified(endpoint, response):
                yield part
            return
        if response.status == 404 and endpoint.page > 1:
            # Behind a list's last page.
            if self.plan.window:
                await self._visited(self._visit(endpoint, response), ())
            return
        try:
            if fault := refusal(response):
                raise CrawlerError(fault)
            answer = await asyncio.to_thread(self._read, response, endpoint)
        except CrawlerError as error:
            whole = response.status == 200
            trouble = of_body(response.body) if whole else of_status(response.status)
            await self._endpoint_error(self._visit(endpoint, response, error=str(error)), trouble)
            return
        for request in await self._answered(endpoint, response, answer):
            yield request

    async def _not_modified(self, endpoint: Endpoint, response: Response) -> list[Request]:
        """Note that an endpoint is as it was; an index may stay so while its parts change."""
        self.report.counts["not_modified"] += 1
        self._answers(endpoint, response, Answer())
        await self._visited(self._visit(endpoint, response, validators(response)), ())
        parts = self._known(endpoint).parts
        return list(self._ask_shards(Endpoint(url, "sitemap", endpoint.depth + 1) for url in parts))

    async def _answered(
        self, endpoint: Endpoint, response: Response, answer: Answer
    ) -> Iterator[Request]:
        """Store what an endpoint showed; give what is to be asked next."""
        self._answers(endpoint, response, answer)
        if self.plan.window:
            return await self._past(endpoint, response, answer, self.plan.window)
        shards, note = wanted_shards(answer, self.plan.scope, endpoint.depth + 1)
        shards = [shard for shard in shards if self._is_own(shard)]
        for line in (*answer.notes, note):
            self.report.note(endpoint.url, line)
        said = validators(response, tuple(shard.url for shard in shards))
        candidates = self._candidates(answer.entries, endpoint)
        visit = self._visit(endpoint, response, said, answer)
        if endpoint.kind == "feed" and (named := named_hub(response)):
            visit = replace(visit, hub=named[0], topic=named[1])
        return self._next(endpoint, shards, await self._visited(visit, candidates))

    async def _past(
        self, endpoint: Endpoint, response: Response, answer: Answer, window: Window
    ) -> Iterator[Request]:
        """Tell of what a place of the past showed and leads to; nothing of it is asked for now."""
        shards, note = past_shards(answer, window)
        own = [shard for shard in shards if self._is_own(Endpoint(shard[0], "sitemap"))]
        foreign = len(shards) - len(own)
        strays = f"{foreign} sitemaps on hosts that are not the source's" if foreign else ""
        notes = tuple(line for line in (*answer.notes, note, strays) if line)
        for line in notes:
            self.report.note(endpoint.url, line)
        visit = self._visit(endpoint, response, answer=answer)
        # Not in the loop: the addresses of a whole sitemap take seconds.
        seen = await asyncio.to_thread(self._candidates, answer.entries, endpoint)
        await self.newsroom.discovered(replace(visit, shards=own, notes=notes), seen)
        return iter(())

    def _is_own(self, shard: Endpoint) -> bool:
        try:
            own = host_and_port(shard.url) in self.source.hosts
        except ValueError:
            own = False
        if not own:
            self.report.note(shard.url[:200], "a sitemap on a host that is not the source's")
        return own

    def _answers(self, endpoint: Endpoint, response: Response, answer: Answer) -> None:
        """Note that an endpoint is well, and what a feed wishes."""
        self.report.answered.add(endpoint.url)
        if endpoint.kind == "feed":
            headers = {name: header(response, name) for name in SPEAKING}
            wish = wished_pause(response.status, headers, answer.pause)
            if wish is not None:
                self.report.wishes[endpoint.url] = wish

    def _next(
        self, endpoint: Endpoint, shards: Iterable[Endpoint], wanted: Sequence[Candidate]
    ) -> Iterator[Request]:
        """What an answer leads to: further sitemaps, a list's next page, articles."""
        page = page_behind(endpoint, self.plan.scope, brought=bool(wanted))
        yield from self._ask_shards(shards)
        if page:
            yield self._ask(page)
        for candidate in wanted:
            yield from self.pages.fetch(candidate)

    def _read(self, response: Response, endpoint: Endpoint) -> Answer:
        """Read an answer, its entries down to those that the plan looks at."""
        content_type, now = header(response, "Content-Type"), datetime.now(UTC)
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

    def _visit(
        self,
        endpoint: Endpoint,
        response: Response,
        said: Validators = Validators(),  # noqa: B008 - it cannot be changed
        answer: Answer | None = None,
        error: str | None = None,
    ) -> Visit:
        answer = answer or Answer()
        return Visit(
            source=self.source.id,
            url=endpoint.url,
            kind=endpoint.kind,
            status=response.status,
            validators=said,
            error=error,
            hub=answer.hub,
            topic=answer.topic,
            content_type=header(response, "Content-Type"),
            size=len(response.body),
            items=answer.items,
            entries=answer.entries,
        )

    async def _visited(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        wanted = await self.newsroom.discovered(visit, seen)
        self.report.skip("known", len(seen) - len(wanted))
        self.report.note_found(one.published_at or one.updated_at for one in wanted)
        return wanted

    async def endpoint_failed(self, failure: Failure) -> None:
        """Name an endpoint that gave no answer."""
        endpoint = arguments(failure)["endpoint"]
        visit = Visit(self.source.id, endpoint.url, endpoint.kind, error=words(failure.value))
        await self._endpoint_error(visit, of_error(failure.value))

    async def _endpoint_error(self, visit: Visit, trouble: Trouble) -> None:
        self.report.endpoint_error(visit.url, visit.error or "", trouble)
        await self.newsroom.discovered(visit, ())
