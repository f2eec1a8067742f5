"""Where a judgement and the labels differ: one miss a thing, in an order that groups them."""

from collections.abc import Iterable
from typing import Any

from analysis.judgement import EntityTag, Judgement, Span, TopicTag
from analysis.labels import Labelled

KINDS = ("relevance", "topics", "entities", "duplicates", "stories")
MOST_EVIDENCE = 8


def relevance_miss(item: Labelled, said: Judgement) -> dict[str, Any]:
    """Give a wrong verdict with its score and the phrases it rests on."""
    got = "relevant" if said.relevance.relevant else "not"
    verdict = said.relevance
    axes = f"{verdict.score:.2f} (city {verdict.city:.2f}, theme {verdict.theme:.2f})"
    return miss(item, "relevance", item.relevance, got, [axes, *_phrases(verdict.evidence)])


def topic_misses(
    item: Labelled, true: set[str], tags: Iterable[TopicTag]
) -> Iterable[dict[str, Any]]:
    """Give the topics that were missed, and those told by mistake with what made them."""
    told = {tag.slug: tag for tag in tags}
    for slug in sorted(true - set(told)):
        yield miss(item, "topics", slug, None)
    for slug in sorted(set(told) - true):
        yield miss(item, "topics", None, slug, _phrases(told[slug].evidence))


def entity_misses(
    item: Labelled, missed: set[tuple[str, str]], wrong: set[tuple[str, str]], tags: list[EntityTag]
) -> Iterable[dict[str, Any]]:
    """Give the entities, (id or name, type), missed or told by mistake, as 'type: name'."""
    known = {(tag.id, tag.type): tag for tag in tags}
    for identity, kind in sorted(missed, key=lambda pair: pair[::-1]):
        yield miss(item, "entities", f"{kind}: {identity}", None)
    for identity, kind in sorted(wrong, key=lambda pair: pair[::-1]):
        tag = known[identity, kind]
        yield miss(item, "entities", None, f"{kind}: {tag.name}", _phrases(tag.mentions))


def miss(
    item: Labelled, what: str, expected: Any, got: Any, evidence: Iterable[str] = ()
) -> dict[str, Any]:
    """Give one miss as it is listed; what was not expected or not told is None."""
    return {
        "id": item.id,
        "title": item.title,
        "what": what,
        "expected": expected,
        "got": got,
        "evidence": list(evidence),
    }


def grouped(misses: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the same mistakes next to each other: kind, then missed before told, then what it was."""
    return sorted(
        misses,
        key=lambda m: (
            KINDS.index(m["what"]),
            m["expected"] is None,
            str(m["expected"] or m["got"]),
            m["id"],
        ),
    )


def _phrases(spans: Iterable[Span]) -> list[str]:
    return list(dict.fromkeys(span.text for span in spans))[:MOST_EVIDENCE]
