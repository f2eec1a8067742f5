"""A look at a source without storing anything: what each stage asked, saw and understood."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from analysis.judgement import Judgement
from crawler.crawl import Manner, crawl_source
from crawler.documents import Candidate, Document, Page
from crawler.errors import CrawlerError
from crawler.newsroom import HostNote, Memory, Outcome, Visit
from crawler.reports import SourceReport
from crawler.sources import Source
from crawler.spider import Plan
from scheduler.readers import Readers

SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What one feed, sitemap or listing gave: article addresses, and the newest date among them."""

    visit: Visit
    articles: int
    newest: datetime | None
    example: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One article page as read and judged, or the error it gave."""

    url: str
    document: Document | None = None
    judgement: Judgement | None = None
    error: str | None = None


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
        dates = [c.published_at or c.updated_at for c in seen]
        newest = max((moment for moment in dates if moment), default=None)
        example = seen[0].canonical_url if seen else None
        self.seen.append(Seen(visit, len(seen), newest, example))
        picked = seen[: max(0, SAMPLES - self.wanted)]
        self.wanted += len(picked)
        return picked

    async def take(self, candidate: Candidate, page: Page) -> Outcome:
        """Read and judge a sample."""
        try:
            document, judgement = await self.readers.read(
                page, self.source, candidate, self.threshold
            )
        except CrawlerError as error:
            self.samples.append(Sample(candidate.url, error=str(error)))
            raise
        self.samples.append(Sample(candidate.url, document, judgement))
        return "new" if judgement.relevance.relevant else "off_topic"

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


async def check(
    source: Source, readers: Readers, manner: Manner, threshold: float, day: date
) -> tuple[Check, SourceReport]:
    """Ask a source's endpoints and read a few of its articles."""
    desk = Check(source, readers, threshold)
    report = await crawl_source(source, desk, Plan(day=day), manner)
    return desk, report
