"""Putting labelled texts into stories as the archive would, and scoring that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from analysis.judgement import StoryFacts
from analysis.stories import JOINS_FROM, WITHIN, Weighed, confidence, standing, weighed


@dataclass(frozen=True, slots=True)
class Telling:
    """A text of a story: what it is known by, when it was published, what it is a copy of."""

    id: str
    facts: StoryFacts | None
    moment: datetime | None
    copy_of: str | None = None


def grouped_into_stories(tellings: Iterable[Telling]) -> dict[str, str]:
    """Give each text's story, named by its first text; earlier ones come first, as they arrive.

    A copy shares its original's story. A text without time or facts begins one of its own.
    """
    stories: dict[str, str] = {}
    told: list[tuple[Telling, Weighed, datetime]] = []
    for one in sorted(
        tellings, key=lambda t: (t.moment is None, t.moment and t.moment.timestamp())
    ):
        if one.copy_of in stories:
            stories[one.id] = stories[one.copy_of]
        elif one.facts is None or one.moment is None:
            stories[one.id] = one.id
        else:
            fresh = weighed(one.facts)
            stories[one.id] = _story(fresh, one.moment, told, stories) or one.id
            told.append((one, fresh, one.moment))
    return stories


def _story(
    fresh: Weighed,
    moment: datetime,
    told: Iterable[tuple[Telling, Weighed, datetime]],
    stories: Mapping[str, str],
) -> str | None:
    """Give the story that a text surely belongs to, if there is one."""
    pieces: defaultdict[str, list[float]] = defaultdict(list)
    for other, known, then in told:
        if abs(moment - then) <= WITHIN:
            pieces[stories[other.id]].append(confidence(fresh, known, moment - then))
    sure = {story: standing(confidences) for story, confidences in pieces.items()}
    best = max(sure, key=lambda story: sure[story], default=None)
    return best if best is not None and sure[best] >= JOINS_FROM else None


def b_cubed(told: Mapping[str, str], true: Mapping[str, str]) -> dict[str, float | int]:
    """Give B-cubed precision, recall and F1 (Bagga and Baldwin 1998) over the texts of ``true``.

    For each text: which share of those put with it belong with it, and the other way round.
    """
    if not true:
        return {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 0}
    here, there = _members(told, true), _members(true, true)
    both = {key: len(here[told[key]] & there[true[key]]) for key in true}
    precision = sum(both[key] / len(here[told[key]]) for key in true) / len(true)
    recall = sum(both[key] / len(there[true[key]]) for key in true) / len(true)
    f1 = 2 * precision * recall / (precision + recall)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "n": len(true),
    }


def _members(groups: Mapping[str, str], keys: Iterable[str]) -> dict[str, set[str]]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        members[groups[key]].add(key)
    return dict(members)
