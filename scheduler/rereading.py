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
        """Read the first page of a snapshot; raises ExtractionError or SnapshotError."""
        leaf = (await asyncio.to_thread(snapshots.unpack, snapshot.page))[0]
        page = Page(leaf.url, leaf.body, snapshot.fetched_at, leaf.content_type)
        source = self.sources.get(candidate.source)
        return await self.readers.read(page, source, candidate, self.threshold)
