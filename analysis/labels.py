"""Reading labelled texts: one JSON object a line, everything in it checked."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from analysis.entity_types import TYPES
from analysis.errors import LabelError
from analysis.topics import topics
from messages.catalogue import N_

VERDICTS = ("relevant", "not", "borderline")
# Bounds on what is read: a line is one article with its labels.
MAX_LINES = 200_000
MAX_LINE_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled text; what the line does not label is None."""

    id: str
    title: str
    lead: str
    text: str
    published_at: datetime | None
    relevance: str | None
    topics: frozenset[str] | None
    entities: tuple[tuple[str, str], ...] | None
    duplicate_of: str | None
    labels_duplicates: bool
    story: str | None


def read_labels(lines: Iterable[str]) -> Iterator[Labelled]:
    """Read labelled lines, blank ones left out; LabelError names the line and what is wrong."""
    for number, line in enumerate(lines, 1):
        if number > MAX_LINES:
            raise LabelError(
                N_("line {number}: more than {most} lines"), number=number, most=MAX_LINES
            )
        if len(line) > MAX_LINE_CHARACTERS:
            raise LabelError(
                N_("line {number}: longer than {most} characters"),
                number=number,
                most=MAX_LINE_CHARACTERS,
            )
        if line.strip():
            yield _labelled(number, line)


def _labelled(number: int, line: str) -> Labelled:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LabelError(
            N_("line {number}: no JSON: {error}"), number=number, error=error
        ) from error
    if not isinstance(data, dict):
        raise LabelError(N_("line {number}: must be an object"), number=number)
    text = {key: _text(data, key, number) for key in ("title", "lead", "text")}
    verdict = data.get("relevance")
    if verdict is not None and verdict not in VERDICTS:
        raise LabelError(
            N_("line {number}: relevance: must be one of {verdicts}"),
            number=number,
            verdicts=", ".join(VERDICTS),
        )
    duplicate_of = data.get("duplicate_of")
    return Labelled(
        id=str(data.get("id", number)),
        **text,
        published_at=_moment(data, number),
        relevance=verdict,
        topics=_slugs(data, number),
        entities=_names(data, number),
        duplicate_of=None if duplicate_of is None else str(duplicate_of),
        labels_duplicates="duplicate_of" in data,
        story=None if data.get("story") is None else str(data["story"]),
    )


def _text(data: Mapping[str, Any], key: str, number: int) -> str:
    value = data.get(key) or ""
    if not isinstance(value, str):
        raise LabelError(N_("line {number}: {key}: must be a text"), number=number, key=key)
    return value


def _moment(data: Mapping[str, Any], number: int) -> datetime | None:
    """Read the time of publication; ``published`` is understood too, without zone it is UTC."""
    value = data.get("published_at") or data.get("published")
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise LabelError(
            N_("line {number}: published_at: {value!r} is no time"), number=number, value=value
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _slugs(data: Mapping[str, Any], number: int) -> frozenset[str] | None:
    value = data.get("topics")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
        raise LabelError(N_("line {number}: topics: must be a list of slugs"), number=number)
    unknown = sorted(set(value) - set(topics()))
    if unknown:
        raise LabelError(
            N_("line {number}: topics: no topic is called {name}"), number=number, name=unknown[0]
        )
    return frozenset(value)


def _names(data: Mapping[str, Any], number: int) -> tuple[tuple[str, str], ...] | None:
    value = data.get("entities")
    if value is None:
        return None
    try:
        pairs = tuple((str(item["name"]), str(item["type"])) for item in value)
    except (TypeError, KeyError) as error:
        raise LabelError(
            N_("line {number}: entities: must be objects with name and type"), number=number
        ) from error
    unknown = sorted({kind for _, kind in pairs} - set(TYPES))
    if unknown:
        raise LabelError(
            N_("line {number}: entities: no type is called {name}"), number=number, name=unknown[0]
        )
    return pairs
