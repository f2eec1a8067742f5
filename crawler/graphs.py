"""JSON-LD as its objects: scripts mended where they are broken, references followed."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

MAX_SCRIPTS = 30
MAX_SCRIPT = 1024 * 1024
MAX_NODES = 2_000
MAX_REFERENCES = 20

_WRAPPING = re.compile(r"^\s*+(?:<!--|//\s*+<!\[CDATA\[)|(?://\s*+\]\]>|-->)\s*+;?+\s*+$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_DATE_FIELD = re.compile(r'"(datePublished|dateModified)"\s*:\s*"([^"\n]{8,60})"')

Thing = Mapping[str, Any]


def objects(scripts: Iterable[str]) -> list[Thing]:
    """The objects at the top of a page's JSON-LD scripts, of a broken script at least its dates."""
    told = islice(scripts, MAX_SCRIPTS)
    return [node for script in told for node in _nodes(_loaded(script[:MAX_SCRIPT]))]


def referred(node: Thing, fields: Sequence[str], nodes: Sequence[Thing]) -> Thing:
    """A node whose fields hold the nodes they refer to by ``@id``; one that leads nowhere is {}."""
    named = {
        item["@id"]: item for item in nodes if len(item) > 1 and isinstance(item.get("@id"), str)
    }
    told = {field: node[field] for field in fields if field in node}
    for field, value in told.items():
        many = isinstance(value, list)
        items = [_followed(item, named) for item in (value[:MAX_REFERENCES] if many else [value])]
        told[field] = items if many else items[0]
    return {**node, **told}


def _followed(value: object, named: Mapping[str, Thing]) -> object:
    if not isinstance(value, dict) or not value.keys() <= {"@id", "@type"}:
        return value
    name = value.get("@id")
    if not isinstance(name, str):
        return {}
    # A name without "#" may be the picture's own address.
    return named.get(name, {} if "#" in name else value)


def _loaded(script: str) -> object:
    """The value of a JSON-LD script; of a broken one at least its dates."""
    text = _WRAPPING.sub("", script).strip()
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text).rstrip(";")):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return dict(reversed(_DATE_FIELD.findall(text))) if "Article" in text else None


def _nodes(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects at the top of a JSON-LD value, in lists and graphs."""
    waiting, seen = [value], 0
    while waiting and seen < MAX_NODES:
        item, seen = waiting.pop(0), seen + 1
        if isinstance(item, list):
            waiting = item[:MAX_NODES] + waiting
        elif isinstance(item, dict):
            yield item
            if isinstance(item.get("@graph"), list):
                waiting = item["@graph"][:MAX_NODES] + waiting
