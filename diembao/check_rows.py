"""What ``sources check`` saw, as rows in words: robots.txt, endpoints, sample articles, verdict."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from crawler.documents import Document
from crawler.pages import FORBIDDEN
from crawler.reports import SourceReport
from crawler.robots_answers import RobotsAnswer
from crawler.sources import Source
from diembao.ages import dated, local
from diembao.check_verdict import OLD, fine, first_to_mend
from diembao.failures import kept
from messages.catalogue import _
from scheduler.checking import Check, Sample, Seen

Row = dict[str, Any]


def rows_of(source: Source, desk: Check, report: SourceReport, now: datetime) -> list[Row]:
    """All stages in their order, each with ``hints`` on what to look at; the verdict is last."""
    rows = [*_robots_rows(source, desk, report)]
    rows += [_endpoint_row(seen, now) for seen in desk.seen]
    samples = sorted(desk.samples, key=lambda sample: sample.url)
    rows += [_sample_row(sample, now) for sample in samples]
    fault = first_to_mend(source, desk, now)
    verdict: Row = {
        "stage": "verdict",
        "asked": source.homepage,
        "came": "mend" if fault else "fine",
        "understood": _("mend first: {fault}").format(fault=fault) if fault else fine(desk),
        "hints": [],
    }
    return [{"source": source.id, **row} for row in [*rows, verdict]]


def _robots_rows(source: Source, desk: Check, report: SourceReport) -> Iterator[Row]:
    yield from (_robots_row(answer, desk) for answer in report.robots)
    errors = (seen.visit.error or "" for seen in desk.seen)
    if not report.robots and any(error.startswith("robots.txt: ") for error in errors):
        yield {
            "stage": "robots.txt",
            "asked": urljoin(source.homepage, "/robots.txt"),
            "came": _("no answer"),
            "understood": _("unreadable, so nothing is asked"),
            "hints": [],
        }


def _robots_row(answer: RobotsAnswer, desk: Check) -> Row:
    barred = [seen.visit.url for seen in desk.seen if _is_barred(seen.visit.error)]
    barred += [sample.url for sample in desk.samples if _is_barred(sample.error)]
    return {
        "stage": "robots.txt",
        "asked": answer.url,
        "came": f"HTTP {answer.status}",
        "understood": "; ".join(_robots_words(answer, len(barred))),
        "status": answer.status,
        "crawl_delay": answer.crawl_delay,
        "sitemaps": list(answer.sitemaps),
        "forbidden": barred,
        "hints": [_("barred by robots.txt: {url}").format(url=url) for url in barred],
    }


def _robots_words(answer: RobotsAnswer, barred: int) -> Iterator[str]:
    if answer.status >= 500 or answer.status == 429:
        yield _("unreadable, so nothing is asked")
    elif answer.status != 200:
        yield _("there is none: everything is allowed")
    elif barred:
        yield _("forbids {n} of what was asked").format(n=barred)
    else:
        yield _("bars none of what was asked")
    if answer.crawl_delay:
        yield _("Crawl-delay {seconds:g} s").format(seconds=answer.crawl_delay)
    if answer.sitemaps:
        yield _("names {n} sitemaps").format(n=len(answer.sitemaps))


def _endpoint_row(seen: Seen, now: datetime) -> Row:
    visit = seen.visit
    return {
        "stage": visit.kind,
        "asked": visit.url,
        "came": _answer(seen),
        "understood": kept(visit.error, visit.url) if visit.error else _shown(seen, now),
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
    return _("{told}, newest {when}").format(told=told, when=dated(seen.newest, now))


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
        error = kept(sample.error or "", sample.url)
        return {**row, "came": "–", "understood": error, "fields": {}, "missing": [], "hints": []}
    fields = _fields(document, now)
    missing = [name for name, told in fields.items() if not told["value"]]
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
        "hints": list(_sample_hints(sample, document)),
    }


def _sample_hints(sample: Sample, document: Document) -> Iterator[str]:
    lost = [name for name, hit in sample.hits.items() if not hit]
    if lost:
        yield _("selectors without a hit: {names}").format(names=", ".join(lost))
    if document.origins.get("text") == "trafilatura":
        yield _("text by the general extractor: a selector for body would be surer and quicker")


def _fields(document: Document, now: datetime) -> dict[str, Row]:
    """Each field's value for programs, as shown to people, and the stage that gave it."""
    parts = document.text.count("\n\n") + 1
    values: Mapping[str, tuple[Any, str]] = {
        "title": (document.title, document.title),
        "lead": (document.lead, document.lead),
        "text": (
            len(document.text),
            _("{n} letters in {parts} paragraphs").format(n=len(document.text), parts=parts),
        ),
        "authors": (list(document.authors), ", ".join(document.authors)),
        "published_at": (local(document.published_at), dated(document.published_at, now)),
        "image": (document.image, document.image or ""),
    }
    return {
        name: {"value": value, "shown": shown, "stage": document.origins.get(name, "")}
        for name, (value, shown) in values.items()
    }


def _is_barred(error: str | None) -> bool:
    return bool(error) and FORBIDDEN in (error or "")
