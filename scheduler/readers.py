"""The processes that read pages: extraction and judgement cost tens of milliseconds of CPU each."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import TypeVar

from analysis.judge import judge
from analysis.judgement import Judgement
from crawler.documents import Candidate, Document, Page
from crawler.errors import ExtractionError
from crawler.extraction import extract
from crawler.sources import Source
from scheduler.handfuls import Handfuls
from scheduler.memory import give_back, settle
from scheduler.meters import EXTRACTION, JUDGEMENT, PAGE_READ, PAGES_UNREAD
from storage.snapshots import Leaf, Packed, pack
from storage.tables import Article

T = TypeVar("T")

# Extractors keep caches that only grow; a process is replaced before that matters.
PAGES_PER_PROCESS = 2_000
SECONDS_PER_PAGE = 30
# Pages of 90 kB pass in many copies, and the pieces between what stays pile up.
PAGES_PER_GIVING_BACK = 250


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page as extracted and judged; ``packed`` is the page itself, if it may be worth keeping.

    ``extracting`` and ``judging`` are the seconds that each took.
    """

    document: Document
    judgement: Judgement
    packed: Packed | None = None
    extracting: float = 0.0
    judging: float = 0.0


def read_page(
    page: Page,
    source: Source | None,
    candidate: Candidate | None,
    threshold: float,
    *,
    referee: bool = False,
) -> PageRead:
    """Extract and judge one page; raises ExtractionError when it holds no article.

    ``referee``: the general extractor reads it too, see `Document.agreement`.
    """
    begun = time.perf_counter()
    document = extract(page, source, candidate, referee=referee)
    extracted = time.perf_counter()
    judgement = judge(
        document.title, document.lead, document.text, document.published_at, threshold
    )
    took = extracted - begun, time.perf_counter() - extracted
    if judgement.relevance.relevant or (candidate and candidate.known):
        bodies = (page.body, *page.parts)
        leaves = [Leaf(page.url, page.content_type, body) for body in bodies]
        return PageRead(document, judgement, pack(leaves, page.fetched_at), *took)
    return PageRead(document, judgement, None, *took)


@dataclass(slots=True)
class Readers:
    """A small pool of reading processes, started with the first page and replaced if they die."""

    processes: int = field(default_factory=lambda: max(1, min(4, os.cpu_count() or 1)))
    pages_per_process: int = PAGES_PER_PROCESS
    _given: int = 0
    _pool: ProcessPoolExecutor | None = None
    _handfuls: Handfuls | None = None
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(
        self,
        page: Page,
        source: Source | None,
        candidate: Candidate | None,
        threshold: float,
        *,
        referee: bool = False,
    ) -> PageRead:
        """Read one page in another process; raises ExtractionError as `read_page` does."""
        work = partial(read_page, page, source, candidate, threshold, referee=referee)
        begun = time.perf_counter()
        try:
            read = await self._done(page.url, work)
        except ExtractionError:
            PAGES_UNREAD.inc()
            raise
        PAGE_READ.observe(time.perf_counter() - begun)
        EXTRACTION.observe(read.extracting)
        JUDGEMENT.observe(read.judging)
        return read

    async def judge(self, article: Article, threshold: float) -> Judgement:
        """Judge a stored text in another process."""
        texts = article.title, article.lead, article.text
        work = partial(judge, *texts, article.published_at, threshold)
        return await self._done(article.canonical_url, work)

    async def _done(self, name: str, work: Callable[[], T]) -> T:
        pool = self._started()
        try:
            return await self._into(pool).done(partial(_done_in_time, name, work))
        except BrokenProcessPool:
            self._discard(pool)
        # Some page took its process down, and with it all that was in hand. Each of these is read
        # once more, alone, so that the guilty one takes none of the others down with it again.
        async with self._alone:
            pool = _new_pool(1)
            try:
                return await _done_in(pool, name, work)
            except BrokenProcessPool as error:
                raise ExtractionError(f"{name}: reading it killed the reader twice") from error
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _into(self, pool: ProcessPoolExecutor) -> Handfuls:
        """Give what hands work to a pool; another event loop gets its own."""
        loop, known = asyncio.get_running_loop(), self._handfuls
        if known is None or known.pool is not pool or known.loop is not loop:
            known = self._handfuls = Handfuls(pool, self.processes, loop)
        return known

    def _started(self) -> ProcessPoolExecutor:
        """Give the pool for one more page: a new one once the old has read its share.

        The executor's own way of replacing processes (max_tasks_per_child) stands still for ever
        under Python 3.11 when pages wait. The old pool ends with the last page in its hands.
        """
        if self._pool and self._given >= self.pages_per_process * self.processes:
            if self._handfuls is not None and self._handfuls.pool is self._pool:
                self._handfuls.give_all()
            self._pool.shutdown(wait=False)
            self._pool = None
        if self._pool is None:
            settle()  # a page is here, so the crawl's part of the program is, too
            self._pool, self._given = _new_pool(self.processes), 0
        self._given += 1
        if self._given % PAGES_PER_GIVING_BACK == 0:
            give_back()
        return self._pool

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the processes, in the middle of a page if need be: it will be fetched again."""
        if self._pool is not None:
            if self._handfuls is not None:
                self._handfuls.cancel()
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            self._pool = self._handfuls = None


def _new_pool(processes: int) -> ProcessPoolExecutor:
    # Imports and vocabularies take two seconds: once, in the process that readers are forked from.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["scheduler.preloading"])
    return ProcessPoolExecutor(
        max_workers=processes,
        mp_context=context,
        initializer=_begin,
    )


async def _done_in(pool: ProcessPoolExecutor, name: str, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, _done_in_time, name, work)


def _begin() -> None:
    # Ctrl-C and the service manager's signals are the parent's business.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, _out_of_time)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot say goodbye: its readers must not wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _OutOfTimeError(Exception):
    """A page takes too long."""


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise _OutOfTimeError


def _done_in_time(name: str, work: Callable[[], T]) -> T:
    signal.alarm(SECONDS_PER_PAGE)
    try:
        return work()
    except _OutOfTimeError as error:
        raise ExtractionError(f"{name}: not read within {SECONDS_PER_PAGE} s") from error
    finally:
        signal.alarm(0)
