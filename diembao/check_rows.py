"""What ``sources check`` saw, as rows in words: robots.txt, endpoints, sample articles, verdict."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from crawler.dates import VIETNAM
from crawler.documents import Document
from crawler.reports import SourceReport
from crawler.robots_answers import RobotsAnswer
from crawler.sources import Source
from crawler.spider import FORBIDDEN
from messages.catalogue import _
from scheduler.checking import Check, Sample, Seen

Row = dict[str, Any]

OLD = timedelta(days=30)
FIELDS = ("title", "lead", "text", "authors", "published_at", "image")


def rows_of(source: Source, desk: Check, report: SourceReport, now: datetime) -> list[Row]:
    """All stages in their order, each with ``hints`` on what to look at; the verdict is last."""
    rows = [_robots_row(answer, desk) for answer in report.robots]
    rows += [_endpoint_row(seen, now) for seen in desk.seen]
    rows += [_sample_row(sample, now) for sample in desk.samples]
    fault = first_to_mend(source, desk, now)
    verdict = {
        "stage": "verdict",
        "asked": source.homepage,
        "came": "mend" if fault else "fine",
        "understood": _("mend first: {fault}").format(fault=fault) if fault else _fine(desk),
        "hints": [],
    }
    return [{"source": source.id, **row} for row in [*rows, verdict]]


def first_to_mend(source: Source, desk: Check, now: datetime) -> str | None:
    """The fault to mend before all others, None if the source is fine."""
    read = [sample for sample in desk.samples if sample.document]
    return next(
        (fault for fault in (*_endpoint_faults(desk), *_page_faults(source, desk, read)) if fault),
        _age_fault(desk, now),
    )


def _endpoint_faults(desk: Check) -> Iterator[str | None]:
    if not desk.seen:
        yield _("it names no feeds, sitemaps or listings")
    for seen in desk.seen:
        if seen.visit.error:
            yield f"{seen.visit.url}: {_without(seen.visit.error, seen.visit.url)}"
    if not any(seen.articles for seen in desk.seen):
        yield _("article_pattern fits no address that was shown")


def _page_faults(source: Source, desk: Check, read: Sequence[Sample]) -> Iterator[str | None]:
    if not read and desk.samples:
        first = desk.samples[0]
        yield f"{first.url}: {_without(first.error or '', first.url)}"
    missed = [
        name
        for name in ("title", "lead", "body", "author", "date")
        if getattr(source.extract, name) and read and not any(s.hits.get(name) for s in read)
    ]
    if missed:
        yield _("selectors that hit on no sample: {names}").format(names=", ".join(missed))
    documents = [sample.document for sample in read if sample.document]
    for name in ("title", "text", "published_at"):
        if documents and not any(getattr(document, name) for document in documents):
            yield _("{field} was found on no sample").format(field=_label(name))
    if any(document.origins.get("text") == "trafilatura" for document in documents):
        yield _("the text comes from the general extractor: give [extract] body a selector")


def _age_fault(desk: Check, now: datetime) -> str | None:
    newest = max((seen.newest for seen in desk.seen if seen.newest), default=None)
    if newest is None or now - newest <= OLD:
        return None
    return _("nothing newer than {age} old").format(age=age(newest, now))


def _fine(desk: Check) -> str:
    shown = sum(seen.articles for seen in desk.seen)
    return _("fine: {endpoints} endpoints show {n} articles, and their pages can be read").format(
        endpoints=len(desk.seen), n=shown
    )


def _robots_row(answer: RobotsAnswer, desk: Check) -> Row:
    barred = [seen.visit.url for seen in desk.seen if _is_barred(seen.visit.error)]
    barred += [sample.url for sample in desk.samples if _is_barred(sample.error)]
    told = [_("forbids {n} of what was asked").format(n=len(barred)) if barred else _("bars none")]
    if answer.status != 200:
        told = [_("none: everything is allowed")] if answer.status < 500 else [_("unreadable")]
    if answer.crawl_delay:
        told.append(_("Crawl-delay {seconds:g} s").format(seconds=answer.crawl_delay))
    if answer.sitemaps:
        told.append(_("names {n} sitemaps").format(n=len(answer.sitemaps)))
    return {
        "stage": "robots.txt",
        "asked": answer.url,
        "came": f"HTTP {answer.status}",
        "understood": "; ".join(told),
        "status": answer.status,
        "crawl_delay": answer.crawl_delay,
        "sitemaps": list(answer.sitemaps),
        "forbidden": barred,
        "hints": [_("barred by robots.txt: {url}").format(url=url) for url in barred],
    }


def _endpoint_row(seen: Seen, now: datetime) -> Row:
    visit = seen.visit
    return {
        "stage": visit.kind,
        "asked": visit.url,
        "came": _answer(seen),
        "understood": _without(visit.error, visit.url) if visit.error else _shown(seen, now),
        "status": visit.status,
        "content_type": visit.content_type,
        "size": visit.size,
        "items": visit.items,
        "articles": seen.articles,
        "newest": local(seen.newest),
        "examples": list(seen.examples),
        "hints": list(_endpoint_hints(seen, now)),
    }


def _answer(seen: Seen) -> str:
    visit = seen.visit
    if not visit.status:
        return _("no answer")
    kind = visit.content_type.partition(";")[0].strip()
    size = f"{visit.size / 1024:.0f} kB" if visit.size >= 1024 else f"{visit.size} B"
    return ", ".join(part for part in (f"HTTP {visit.status}", kind[:40], size) if part)


def _shown(seen: Seen, now: datetime) -> str:
    visit = seen.visit
    if not visit.items and visit.validators.parts:
        return _("an index; {n} of its sitemaps asked").format(n=len(visit.validators.parts))
    told = _("{n} items, {articles} of them articles").format(n=visit.items, articles=seen.articles)
    looked_at = len(visit.entries)
    if visit.kind == "sitemap" and looked_at < visit.items:
        told = _("{n} addresses, of the latest {latest} {articles} are articles").format(
            n=visit.items, latest=looked_at, articles=seen.articles
        )
    if seen.newest is None:
        return _("{told}, no dates").format(told=told)
    when = f"{seen.newest.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
    return _("{told}, newest {when} ({age} old)").format(
        told=told, when=when, age=age(seen.newest, now)
    )


def _endpoint_hints(seen: Seen, now: datetime) -> Iterator[str]:
    visit = seen.visit
    if visit.error and "HTML" in visit.error:
        yield _("HTML instead of a feed: has it moved?")
    elif visit.status in {404, 410}:
        yield _("is the address still right?")
    if visit.error or (visit.validators.parts and not visit.items):
        return
    if not visit.items:
        yield _("empty: is this feed still alive?")
    elif not seen.articles:
        yield _("no article addresses: is article_pattern right?")
    if seen.newest and now - seen.newest > OLD:
        yield _("newest item is {n} days old: is this feed still alive?").format(
            n=(now - seen.newest).days
        )


def _sample_row(sample: Sample, now: datetime) -> Row:
    document, judgement = sample.document, sample.judgement
    row = {"stage": "article", "asked": sample.url}
    if document is None or judgement is None:
        error = _without(sample.error or "", sample.url)
        return {**row, "came": "–", "understood": error, "fields": {}, "missing": [], "hints": []}
    fields = _fields(document, now)
    missing = [name for name in FIELDS if not fields[name]["value"]]
    lost = [name for name, hit in sample.hits.items() if not hit]
    hints = [_("selectors without a hit: {names}").format(names=", ".join(lost))] if lost else []
    verdict = _("on topic") if judgement.relevance.relevant else _("off topic")
    return {
        **row,
        "came": _("{n} syllables").format(n=judgement.fingerprint.syllables),
        "understood": _("“{title}”, {when}, {verdict} ({score}); text by {stage}").format(
            title=document.title,
            when=local(document.published_at) or "?",
            verdict=verdict,
            score=round(judgement.relevance.score, 2),
            stage=document.origins.get("text", "?"),
        ),
        "fields": fields,
        "missing": missing,
        "selectors": dict(sample.hits),
        "verdict": f"{verdict} ({judgement.relevance.score:.2f})",
        "hints": hints,
    }


def _fields(document: Document, now: datetime) -> dict[str, dict[str, str]]:
    published = document.published_at
    parts = document.text.count("\n\n") + 1
    values: Mapping[str, str] = {
        "title": document.title,
        "lead": document.lead,
        "text": _("{n} letters in {parts} paragraphs").format(n=len(document.text), parts=parts),
        "authors": ", ".join(document.authors),
        "published_at": f"{local(published)} ({age(published, now)})" if published else "",
        "image": document.image or "",
    }
    return {
        name: {"value": value, "stage": document.origins.get(name, "")}
        for name, value in values.items()
    }


def local(moment: datetime | None) -> str | None:
    """A moment in Vietnam, to the minute."""
    return moment.astimezone(VIETNAM).isoformat(timespec="minutes") if moment else None


def age(moment: datetime, now: datetime) -> str:
    """How long ago a moment was, in the one unit that tells it best."""
    minutes = max(0, int((now - moment).total_seconds() // 60))
    if minutes < 120:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return _("{n} h").format(n=minutes // 60)
    return _("{n} days").format(n=minutes // 1440)


def _label(name: str) -> str:
    return _("date") if name == "published_at" else name


def _is_barred(error: str | None) -> bool:
    return bool(error) and FORBIDDEN in (error or "")


def _without(error: str, url: str) -> str:
    return error.removeprefix(f"{url}: ")
