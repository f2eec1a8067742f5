"""The verdict of ``sources check``: the source is fine, or what to mend first."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain

from crawler.pages import FORBIDDEN
from crawler.sources import Source
from crawler.trying import FIELDS
from diembao.ages import age
from diembao.failures import kept
from messages.catalogue import _
from scheduler.checking import Check, Sample

OLD = timedelta(days=30)


def first_to_mend(source: Source, desk: Check, now: datetime) -> str | None:
    """The fault to mend before all others, None if the source is fine."""
    faults = chain(
        _endpoint_faults(desk), _page_faults(source, desk.samples), _age_fault(desk, now)
    )
    return next(faults, None)


def _endpoint_faults(desk: Check) -> Iterator[str]:
    if not desk.seen:
        yield _("it names no feeds, sitemaps or listings")
        return
    for seen in desk.seen:
        if seen.visit.error:
            yield f"{seen.visit.url}: {kept(seen.visit.error, seen.visit.url)}"
    if not any(seen.articles for seen in desk.seen):
        yield _("article_pattern fits no address that was shown")


def _page_faults(source: Source, samples: Sequence[Sample]) -> Iterator[str]:
    read = [sample for sample in samples if sample.document]
    broken = [s for s in samples if s.error and not s.error.startswith(FORBIDDEN)]
    if broken and not read:
        yield _told(broken[0])
    if not read:
        return
    missed = [
        name
        for name in FIELDS
        if getattr(source.extract, name) and not any(s.hits.get(name) for s in read)
    ]
    if missed:
        yield _("selectors that hit on no sample: {names}").format(names=", ".join(missed))
    for name, label in (("title", _("title")), ("published_at", _("date"))):
        if not any(getattr(sample.document, name) for sample in read):
            yield _("{field} was found on no sample").format(field=label)
    yield from (_told(sample) for sample in broken)


def _told(sample: Sample) -> str:
    return f"{sample.url}: {kept(sample.error or '', sample.url)}"


def _age_fault(desk: Check, now: datetime) -> Iterator[str]:
    newest = max((seen.newest for seen in desk.seen if seen.newest), default=now)
    if now - newest > OLD:
        yield _("nothing newer than {age} old").format(age=age(newest, now))


def fine(desk: Check) -> str:
    """What to say of a source with no fault."""
    shown = sum(seen.articles for seen in desk.seen)
    return _("fine: {endpoints} endpoints show {n} articles, and their pages can be read").format(
        endpoints=len(desk.seen), n=shown
    )
