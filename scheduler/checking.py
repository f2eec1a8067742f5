"""A look at a source without storing anything: what each stage asked, saw and understood."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from analysis.judgement import Judgement
from crawler.addresses import canonical
from crawler.crawl import Manner, crawl_source
from crawler.documents import Candidate, Document, Entry, Page
from crawler.errors import AddressError, CrawlerError
from crawler.newsroom import HostNote, Memory, Outcome, Taken, Visit
from crawler.reports import SourceReport
from crawler.sources import Source, belongs
from crawler.spider import Plan
from crawler.trying import hits
from scheduler.readers import Readers
from scheduler.refereeing import taken

SAMPLES = 2
EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What one feed, sitemap or listing gave: article addresses, and the newest date among them.

    Other endpoints may have shown the same articles: they count here all the same.
    """

    visit: Visit
    articles: int
    newest: datetime | None
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One article page as read and judged, or the error it gave.

    ``hits`` says of each of the source's selectors whether it gave something.
    """

    url: str
    document: Document | None = None
    judgement: Judgement | None = None
    error: str | None = None
    hits: Mapping[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Check:
    """The newsroom of a check: it remembers what it is shown and keeps nothing."""

    source: Source
    readers: Readers
    threshold: float
    seen: list[Seen] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    wanted: int = 0

    async def recall(self, source: str) -> Memory:  # noqa: ARG002 - the newsroom's signature
        """Know nothing, so that everything is asked for."""
        return Memory()

    async def discovered(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        """Remember the visit; ask for a few articles in all."""
        self.seen.append(await asyncio.to_thread(_seen, visit, self.source))
        picked = seen[: max(0, SAMPLES - self.wanted)]
        self.wanted += len(picked)
        return picked

    async def take(self, candidate: Candidate, page: Page) -> Taken:
        """Read and judge a sample."""
        try:
            read = await self.readers.read(page, self.source, candidate, self.threshold)
            found = await asyncio.to_thread(hits, page, self.source.extract)
        except CrawlerError as error:
            self.samples.append(Sample(candidate.url, error=str(error)))
            raise
        self.samples.append(Sample(candidate.url, read.document, read.judgement, hits=found))
        outcome: Outcome = "new" if read.judgement.relevance.relevant else "off_topic"
        return taken(outcome, read.document, page.fetched_at)

    async def unchanged(self, candidate: Candidate) -> None:
        """Nothing: a check knows no article."""

    async def gone(
        self,
        candidate: Candidate,
        reason: str,
        *,
        for_good: bool,  # noqa: ARG002 - the newsroom's signature
    ) -> None:
        """Remember why a sample was not fetched."""
        await self.refuse(candidate, reason)

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Remember why a sample was not fetched."""
        if all(sample.url != candidate.url for sample in self.samples):
            self.samples.append(Sample(candidate.url, error=reason))

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Remember why a sample was not fetched."""
        await self.refuse(candidate, reason)

    async def postpone(self, candidate: Candidate, reason: str) -> None:
        """Remember why a sample was not fetched."""
        await self.refuse(candidate, reason)

    async def noted(self, note: HostNote) -> None:
        """Keep nothing of a host."""


def _seen(visit: Visit, source: Source) -> Seen:
    fit: dict[str, Entry] = {}
    for entry in visit.entries:
        with suppress(AddressError):
            address = canonical(entry.url, source)
            if belongs(source, address):
                fit.setdefault(address, entry)
    dates = [entry.published_at or entry.updated_at for entry in fit.values()]
    newest = max((moment for moment in dates if moment), default=None)
    return Seen(visit, len(fit), newest, tuple(islice(fit, EXAMPLES)))


async def check(
    source: Source, readers: Readers, manner: Manner, threshold: float, day: date
) -> tuple[Check, SourceReport]:
    """Ask a source's endpoints and read a few of its articles."""
    desk = Check(source, readers, threshold)
    report = await crawl_source(source, desk, Plan(day=day), manner)
    return desk, report
