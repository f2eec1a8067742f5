"""Bringing the archive up to date with better rules and extraction, in batches."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlmodel import Session

from analysis.judgement import Judgement
from crawler.errors import CrawlerError
from scheduler.intake import Archive
from scheduler.looks import as_it_was_found
from storage import articles, looking, revisions
from storage.arrivals import Arrival
from storage.batches import Part, articles_after, snapshots_after
from storage.errors import SnapshotError
from storage.revisions import Rules
from storage.tables import Article, Snapshot

BATCH = 50


@dataclass(slots=True)
class Retagged:
    """What came of it: articles by field that changed, and what could not be read."""

    seen: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    on_topic: int = 0
    off_topic: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Anew:
    """An article, and what is made of it now; ``fresh`` is None where only the rules are new."""

    article: Article
    fresh: Arrival | None
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class _Correction:
    """What was put right of an article: the fields, and its status before and after."""

    fields: list[str]
    before: str
    after: str


async def retag(
    archive: Archive,
    part: Part,
    *,
    reextract: bool = False,
    batch: int = BATCH,
    tell: Callable[[Retagged], None] = lambda _: None,
) -> Retagged:
    """Judge stored articles again, if asked for after reading their snapshots anew.

    A batch is one transaction, of which ``tell`` hears. To do it again changes nothing, so what
    was interrupted may simply be started once more.
    """
    done = Retagged()
    batch_after = snapshots_after if reextract else articles_after
    position = 0

    def read() -> Sequence[tuple[Article, Snapshot | None]]:
        with archive.database.reading() as session:
            return batch_after(session, position, part, batch)

    while found := await asyncio.to_thread(read):
        position = found[-1][0].id or 0
        anew = await asyncio.gather(*(_one(archive, *pair, done) for pair in found))
        rules = Rules(archive.threshold, archive.clock())
        work = partial(_corrected, [one for one in anew if one], rules)
        for correction in await archive.written(work):
            _count(done, correction)
        tell(done)
    return done


async def _one(
    archive: Archive, article: Article, snapshot: Snapshot | None, done: Retagged
) -> _Anew | None:
    done.seen += 1
    try:
        if snapshot is not None:
            return await _read(archive, article, snapshot)
        return _Anew(article, None, await archive.readers.judge(article, archive.threshold))
    except (CrawlerError, SnapshotError) as error:
        done.errors.append({"url": article.canonical_url, "error": str(error)})
        return None


async def _read(archive: Archive, article: Article, snapshot: Snapshot) -> _Anew:
    with archive.database.reading() as session:
        candidate = as_it_was_found(session, article)
    read = await archive.rereading.read(snapshot, candidate)
    return _Anew(article, archive.arrival(read.document), read.judgement)


def _corrected(batch: Sequence[_Anew], rules: Rules, session: Session) -> list[_Correction]:
    corrections = []
    for one in batch:
        known = articles.get(session, one.article.id or 0)
        if known.revised_at != one.article.revised_at:
            continue  # its outlet changed it meanwhile: what was read is out of date
        before = known.status
        fields = revisions.correct(session, known, one.fresh, one.judgement, rules)
        if known.status != before:
            looking.begin(known, rules.now)
        corrections.append(_Correction(fields, before, known.status))
    return corrections


def _count(done: Retagged, correction: _Correction) -> None:
    done.changed += bool(correction.fields)
    done.fields.update(correction.fields)
    done.on_topic += (correction.before, correction.after) == ("off_topic", "new")
    done.off_topic += (correction.before, correction.after) == ("new", "off_topic")
