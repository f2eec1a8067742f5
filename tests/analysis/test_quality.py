"""The gold texts, labelled by docs/labelling.md, and the floors of the judgement on them."""

import json
import sys
import tomllib
from collections import Counter, defaultdict
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from analysis.evaluation import evaluate
from analysis.labels import read_labels
from analysis.topics import topics

GOLD = Path(__file__).parents[2] / "analysis" / "data" / "gold"
FLOORS = tomllib.loads((Path(__file__).parent / "quality_floors.toml").read_text("utf-8"))
HALVES = ("build", "check")
# Texts by other writers, of which neither copies nor stories are labelled.
FRESH = ("build-2", "check-2", "build-3", "check-3")


def lines(half):
    return (GOLD / f"{half}.jsonl").read_text("utf-8").splitlines()


def items(half):
    return list(read_labels(lines(half)))


@cache
def measured(half):
    said = evaluate(lines(half))
    figures = {"topics": said["topics"]["micro"], **{k: said[k] for k in ("relevance", "entities")}}
    by_text = {f"{what} f1": one["f1"] for what, one in figures.items()}
    if half in FRESH:
        return by_text
    return by_text | {
        "duplicates precision": said["duplicates"]["precision"],
        "duplicates recall": said["duplicates"]["recall"],
        "stories f1": said["stories"]["f1"],
    }


@pytest.mark.parametrize("half", [*HALVES, *FRESH])
def test_quality_is_at_its_floor_and_the_floor_near_it(half, capsys):
    figures, floors = measured(half), FLOORS[half]
    with capsys.disabled():
        sys.stdout.write(f"\n{half}: {figures}\n")
    assert figures.keys() == floors.keys()
    fell = {name: figures[name] for name, floor in floors.items() if figures[name] < floor}
    rose = {n: figures[n] for n, floor in floors.items() if figures[n] > floor + FLOORS["slack"]}
    assert not fell, "below the floors in quality_floors.toml"
    assert not rose, "better than before: raise these floors in quality_floors.toml"


@pytest.mark.parametrize("half", [*HALVES, "build-2", "build-3"])
def test_half_is_relevant_in_half_and_covers_every_topic(half):
    verdicts = Counter(item.relevance for item in items(half))
    assert 0.45 <= verdicts["relevant"] / verdicts.total() <= 0.55
    assert {slug for item in items(half) for slug in item.topics or ()} == set(topics())


def test_there_are_some_nine_hundred_texts_each_once():
    both = [item for half in (*HALVES, *FRESH) for item in items(half)]
    assert len(both) >= 880
    assert len({item.id for item in both}) == len(both)


@pytest.mark.parametrize("half", [*HALVES, *FRESH])
def test_entities_stand_in_the_text_as_they_are_labelled(half):
    for item in items(half):
        whole = f"{item.title}\n{item.lead}\n{item.text}"
        assert [name for name, _ in item.entities or () if name not in whole] == []


@pytest.mark.parametrize("half", HALVES)
def test_copies_follow_their_original_in_the_same_story(half):
    seen = {}
    for item in items(half):
        if item.duplicate_of is not None:
            assert seen[item.duplicate_of].story == item.story
        seen[item.id] = item


@pytest.mark.parametrize("half", HALVES)
def test_second_reader_labelled_every_text_of_the_half(half):
    second = [json.loads(line) for line in lines(f"second/{half}")]
    assert [one["id"] for one in second] == [item.id for item in items(half)]
    assert all(("topics" in one) == (one["relevance"] == "relevant") for one in second)
    assert {slug for one in second for slug in one.get("topics", ())} == set(topics())


def test_no_event_is_told_in_both_halves():
    stories = [{item.story for item in items(half)} for half in HALVES]
    assert stories[0].isdisjoint(stories[1])


def test_events_told_independently_and_copies_are_many():
    pieces = defaultdict(int)
    for item in chain.from_iterable(map(items, HALVES)):
        pieces[item.story] += item.duplicate_of is None
    assert sum(count > 1 for count in pieces.values()) >= 20
    copies = [json.loads(line)["duplicate_of"] for half in HALVES for line in lines(half)]
    assert len([origin for origin in copies if origin]) >= 25
