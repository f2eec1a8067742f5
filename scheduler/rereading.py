"""Reading a kept page anew, with the selectors and rules of today."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.documents import Candidate, Page
from crawler.sources import Source
from scheduler.readers import PageRead, Readers
from storage import snapshots
from storage.tables import Snapshot


@dataclass(frozen=True, slots=True)
class Rereading:
    """What kept pages are read with."""

    readers: Readers
    sources: Mapping[str, Source]
    threshold: float

    async def read(self, snapshot: Snapshot, candidate: Candidate) -> PageRead:
        """Read the pages of a snapshot; raises ExtractionError or SnapshotError."""
        first, *others = await asyncio.to_thread(snapshots.unpack, snapshot.page)
        parts = tuple(leaf.body for leaf in others)
        page = Page(first.url, first.body, snapshot.fetched_at, first.content_type, parts)
        source = self.sources.get(candidate.source)
        return await self.readers.read(page, source, candidate, self.threshold)
