"""The newsroom of a backfill: what places of the past show waits, pages are told to nobody.

Each call has stored what it was given when it returns, but for pages that could not be had: whether
these are at fault, or their host, shows at the end of the piece.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlmodel import Session

from crawler.dates import VIETNAM, date_from_id
from crawler.documents import Candidate, Page
from crawler.endpoints import PAST_PAGES, PAST_SHARDS, Endpoint, Scope, page_behind
from crawler.errors import CrawlerError, ExtractionError
from crawler.history import PROBES, Reach, lies_within, oldest_day, probes, reach
from crawler.newsroom import HostNote, Memory, Taken, Visit
from crawler.pages import MISSING
from crawler.windows import Window
from scheduler.intake import ROBOTS_KEPT, Archive
from storage import backfill_candidates as awaited
from storage import backfills, hosts
from storage.backfill_accounts import NO_ARTICLE
from storage.backfill_tables import BackfillPlace

# A sitemap of 50,000 addresses must not keep others from writing.
AT_ONCE = 500


@dataclass(slots=True)
class Past:
    """The newsroom of one piece of a backfill. It fulfils `crawler.newsroom.Newsroom`.

    ``good`` counts what was answered and settled, ``bad`` are the pages that could not be had.
    """

    archive: Archive
    backfill: tuple[int, str]  # its id and source
    window: Window
    candidates: Sequence[Candidate] = ()
    good: int = 0
    bad: list[tuple[Candidate, str]] = field(default_factory=list)

    async def recall(self, source: str) -> Memory:
        """Give the candidates of this piece."""
        known = self.archive.sources.get(source)

        def read() -> dict[str, str]:
            since = self.archive.clock() - ROBOTS_KEPT
            with self.archive.database.reading() as session:
                return hosts.robots(session, known.hosts if known else (), since)

        return Memory(robots=await asyncio.to_thread(read), pending=self.candidates)

    async def discovered(self, visit: Visit, seen: Sequence[Candidate]) -> Sequence[Candidate]:
        """Store what a place showed; none of it is to be fetched in this piece."""
        if visit.error is not None:
            await self.archive.written(partial(self._failed, visit))
            return ()
        if visit.kind == "listing":
            await self.archive.written(partial(self._listed, visit, self._of_the_window(seen)))
        else:
            known = 0
            for start in range(0, len(seen), AT_ONCE):
                known += await self.archive.written(
                    partial(self._expect, seen[start : start + AT_ONCE])
                )
            await self.archive.written(partial(self._read_whole, visit, known))
        self.good += 1
        return ()

    async def take(self, candidate: Candidate, page: Page) -> Taken:
        """Read, judge and store a page; raises CrawlerError when there is no article in it."""
        try:
            taken = await self.archive.take(candidate, page)
        except CrawlerError as error:
            words = str(error)
            told = words if words.startswith(NO_ARTICLE) else f"{NO_ARTICLE}: {words}"
            raise ExtractionError(told) from error
        self.good += 1
        return taken

    async def refuse(self, candidate: Candidate, reason: str) -> None:
        """Note that a candidate is not to be tried again."""
        await self.archive.refuse(candidate, reason)
        self.good += 1

    async def put_off(self, candidate: Candidate, reason: str) -> None:
        """Keep in mind that a page could not be had."""
        self.bad.append((candidate, reason))

    async def postpone(self, candidate: Candidate, reason: str) -> None:
        """Leave a candidate as it is: its host was not to be asked now."""

    async def unchanged(self, candidate: Candidate) -> None:
        """Leave a known article as it is."""

    async def gone(self, candidate: Candidate, reason: str, *, for_good: bool) -> None:
        """Leave a known article as it is."""

    async def noted(self, note: HostNote) -> None:
        """Keep what a host said of itself."""
        await self.archive.noted(note)

    def _failed(self, visit: Visit, session: Session) -> None:
        place = backfills.place(session, self.backfill[0], visit.url)
        backfills.place_failed(place, visit.error or "", self.archive.clock())
        if visit.status in MISSING:
            place.status = "failed"  # many months and lists were never there

    def _expect(
        self, seen: Sequence[Candidate], session: Session, *, status: str = "waiting"
    ) -> int:
        sightings = [self.archive.sighting(candidate) for candidate in seen]
        now = self.archive.clock()
        return awaited.expect(session, self.backfill, sightings, now, status=status)

    def _read_whole(self, visit: Visit, known: int, session: Session) -> None:
        """Settle a sitemap, and take down those that it leads to."""
        place = backfills.place(session, self.backfill[0], visit.url)
        place.status, place.reason, place.known = "done", None, known
        place.notes = list(visit.notes)
        # Indexes may lead to indexes, and on for ever.
        room = max(0, PAST_SHARDS - backfills.places(session, self.backfill[0]))
        if len(visit.shards) > room:
            place.notes += [f"{len(visit.shards)} sitemaps; there is room for {room}"]
        backfills.add_places(
            session,
            (
                self._shard(url, changed_at, place.depth + 1)
                for url, changed_at in visit.shards[:room]
            ),
        )

    def _shard(self, url: str, changed_at: datetime | None, depth: int) -> BackfillPlace:
        return BackfillPlace(
            backfill_id=self.backfill[0], url=url, kind="sitemap", depth=depth,
            day=oldest_day(url, changed_at), next_at=self.archive.clock(),
        )  # fmt: skip

    def _of_the_window(self, seen: Sequence[Candidate]) -> list[tuple[Candidate, datetime | None]]:
        """Give what a list shows with the date that its address tells."""
        return [(candidate, date_from_id(candidate.canonical_url)) for candidate in seen]

    def _listed(
        self,
        visit: Visit,
        seen: Sequence[tuple[Candidate, datetime | None]],
        session: Session,
    ) -> None:
        """Store what a page of a list shows; how far back it is may have to be found out first."""
        place = backfills.place(session, self.backfill[0], visit.url)
        place.reason, place.notes = None, list(visit.notes)
        before = {*place.before}
        own = [pair for pair in seen if pair[0].canonical_url not in before]
        place.shown = [candidate.canonical_url for candidate, _ in seen]
        if not own:
            # Behind the last page, or once more the one before.
            place.status, place.shown, place.before = "done", [], []
            return
        addresses = [candidate.canonical_url for candidate, _ in own]
        told = [moment for _, moment in own if moment]
        told += awaited.dates(session, addresses)
        wanted = [pair for pair in own if pair[1] is None or self._has(pair[1])]
        unknown = awaited.unknown(session, [candidate.canonical_url for candidate, _ in wanted])
        fresh = [candidate for candidate, _ in wanted if candidate.canonical_url in unknown]
        place.known = self._expect([c for c, _ in wanted], session, status="held")
        if lies_within(visit.url, self.window):
            _settle(session, place, "within", self.window)
        elif len(told) >= PROBES or not fresh:
            _settle(session, place, reach(told, self.window), self.window)
        else:
            self._expect(probes(fresh), session)
            place.status = "probing"

    def _has(self, moment: datetime) -> bool:
        return self.window[0] <= moment.astimezone(VIETNAM).date() <= self.window[1]


def settle_probed(session: Session, backfill_id: int, window: Window) -> None:
    """Decide on the pages of lists whose articles' dates are known by now."""
    for place in backfills.probing(session, backfill_id):
        own = [address for address in place.shown if address not in {*place.before}]
        _settle(session, place, reach(awaited.dates(session, own), window), window)


def _settle(session: Session, place: BackfillPlace, reach: Reach, window: Window) -> None:
    """Let a page's articles be fetched or forget them, and go on to the next page."""
    session.flush()
    if reach in ("later", "older"):
        awaited.drop(session, place.backfill_id, place.url)
    else:
        awaited.let_go_on(session, place.backfill_id, place.url)
    if reach != "older":
        backfills.add_places(session, _next_page(place, window))
    place.status, place.shown, place.before = "done", [], []
    session.add(place)


def _next_page(place: BackfillPlace, window: Window) -> Iterator[BackfillPlace]:
    here = Endpoint(place.url, "listing", pages=place.pages, page=place.page)
    further = page_behind(here, Scope(window=window), brought=True)
    if further is not None:
        yield BackfillPlace(
            backfill_id=place.backfill_id, url=further.url, kind="listing", pages=further.pages,
            page=further.page, day=place.day, next_at=place.next_at, before=list(place.shown),
        )  # fmt: skip
    elif place.pages:
        place.notes = [*place.notes, f"{PAST_PAGES} pages; what may follow them is not read"]
