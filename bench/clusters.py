"""Real articles grouped by event, as the bench of stories reads them."""

import gzip
import hashlib
import json
import os
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from analysis import entities
from analysis.judgement import StoryFacts
from analysis.language import language
from analysis.reading import read_article
from analysis.story_facts import story_facts
from analysis.vocabulary import vocabulary

_VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Piece:
    """An article, its time, what it is known by; ``cluster`` is a person's judgement."""

    id: str
    outlet: str
    title: str
    time: datetime
    facts: StoryFacts
    cluster: str = ""


def folder() -> Path:
    """Give the folder of real material; without it there is nothing to measure."""
    named = os.environ.get("DIEMBAO_REAL")
    if not named:
        sys.exit("DIEMBAO_REAL names no folder of real articles: nothing measured")
    return Path(named)


def lines(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(folder() / name, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def facts(title: str, lead: str, text: str, time: datetime | None = None) -> StoryFacts:
    """Give what an article is known by, as `analysis.judge` does for what is on topic."""
    reading = read_article(title, lead, text, time, vocabulary())
    return story_facts(reading, entities.find(reading), language(f"{title}\n{lead}\n{text}"))


def clustered() -> list[Piece]:
    """Give the articles of 2013 in the order of time; their title and summary were segmented."""
    found = []
    for line in lines("same_event_2013.jsonl.gz"):
        told = dict(part.split(":", 1) for part in line["info"].splitlines() if ":" in part)
        title, lead = _plain(told["TITLE"]), _plain(told.get("SUMMARY", ""))
        time = datetime.strptime(told["TIME"].strip(), "%d/%m/%Y %H:%M").replace(tzinfo=_VIETNAM)
        outlet = re.search(r"/Home/[^/]+/([^/]+)/", told["LINK"])
        known = facts(title, lead, line["text"], time)
        found.append(
            Piece(line["id"], outlet[1] if outlet else "", title, time, known, line["cluster"])
        )
    return sorted(found, key=lambda piece: (piece.time, piece.id))


def halves(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Divide articles by their clusters: to build with, to check with."""
    names = sorted({piece.cluster for piece in pieces}, key=int)
    random.Random(7).shuffle(names)  # noqa: S311 - a fixed division, no secret
    build = set(names[: len(names) // 2])
    return (
        [piece for piece in pieces if piece.cluster in build],
        [piece for piece in pieces if piece.cluster not in build],
    )


def pairs() -> Iterator[tuple[Piece, Piece, float]]:
    """Give pairs of two outlets' feed items with similar titles, and how similar (Jaccard)."""
    for line in lines("cross_outlet_candidate_pairs.jsonl.gz"):
        yield _item(line["a"]), _item(line["b"]), line["title_jaccard"]


def digest(address: str) -> str:
    """Name a feed item by its address, without telling it."""
    return hashlib.sha256(address.encode()).hexdigest()[:12]


def feed_items() -> Iterator[Piece]:
    """Give single feed items of both kinds: of the pairs, and labelled on our theme."""
    for one, other, _ in pairs():
        yield from (one, other)
    for line in lines("relevance_dev.jsonl.gz"):
        time = datetime.fromisoformat(line["published"]).replace(tzinfo=_VIETNAM)
        known = facts(line["title"], line["text"] or "", "", time)
        yield Piece(line["url"], line["outlet"], line["title"], time, known)


def _item(line: dict[str, Any]) -> Piece:
    time = datetime.fromisoformat(line["fetched"]).astimezone(UTC)
    known = facts(line["title"], line["summary"] or "", "", time)
    return Piece(line["link"], line["source"], line["title"], time, known)


def _plain(segmented: str) -> str:
    """Undo word segmentation: 'đối_lập', spaces before punctuation."""
    joined = segmented.replace("_", " ").strip()
    return re.sub(r"([(“]) +", r"\1", re.sub(r" +([,.;:?!)”])", r"\1", joined))
