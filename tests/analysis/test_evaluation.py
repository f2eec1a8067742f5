import json

import pytest

from analysis.errors import LabelError
from analysis.evaluation import Tally, evaluate
from tests.analysis.articles import BODY, OFF_TOPIC, RELEVANT


def line(name, source=RELEVANT, **labels):
    title, text = source[name]
    day = "2025-11-20T10:00:00+07:00"
    return json.dumps({"id": name, "title": title, "text": text, "published_at": day, **labels})


def test_right_verdicts_score_one():
    said = evaluate([line("5G", relevance="relevant"), line("sport", OFF_TOPIC, relevance="not")])
    assert said["relevance"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 2}


def test_wrong_verdict_is_listed_among_the_misses():
    said = evaluate([line("5G", relevance="not")])
    assert said["relevance"]["precision"] == 0.0
    assert [(miss["id"], miss["what"]) for miss in said["misses"]] == [("5G", "relevance")]


def test_borderline_lines_do_not_count():
    assert evaluate([line("5G", relevance="borderline")])["relevance"]["n"] == 0


def test_topics_are_scored_together_and_each():
    said = evaluate([line("teachers", topics=["giao-duc-so", "y-te-so"])])["topics"]
    assert said["by_topic"]["giao-duc-so"]["recall"] == 1.0
    assert said["by_topic"]["y-te-so"]["recall"] == 0.0
    assert said["micro"]["n"] == 2


def test_topics_of_off_topic_lines_do_not_count():
    labelled = line("sport", OFF_TOPIC, relevance="not", topics=["ai"])
    assert evaluate([labelled])["topics"]["micro"]["n"] == 0


def test_entity_agrees_by_type_and_any_spelling_of_the_text():
    labels = [{"name": "ubnd tp.hcm", "type": "government"}, {"name": "Sao Hỏa", "type": "place"}]
    said = evaluate([line("one-stop portal", entities=labels)])["entities"]
    assert said["by_type"]["government"]["recall"] == 1.0
    assert said["by_type"]["place"]["recall"] == 0.0


def test_person_meant_by_office_alone_counts_only_where_labelled():
    labels = [{"name": "UBND TP.HCM", "type": "government"}]
    text = {"text": "Chủ tịch UBND TP.HCM họp về số hóa.", "published_at": "2025-11-20T03:00:00Z"}
    named = [*labels, {"name": "Nguyễn Văn Được", "type": "person"}]
    for expected, right in ((labels, 1), (named, 2)):
        said = evaluate([json.dumps({**text, "entities": expected})])["entities"]
        assert (said["precision"], said["recall"], said["n"]) == (1.0, 1.0, right)


def test_copy_of_an_earlier_line_is_a_duplicate():
    lines = [
        json.dumps({"id": "a", "text": BODY, "duplicate_of": None}),
        json.dumps({"id": "b", "text": BODY + "\n\nLê An", "duplicate_of": "a"}),
    ]
    said = evaluate(lines)
    assert said["duplicates"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 1}
    assert said["misses"] == []


def test_text_alone_suffices():
    assert evaluate(['{"text": "Xin chào"}', "", "  \n"])["misses"] == []


def test_nothing_labelled_scores_nothing():
    assert Tally().figures() == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 0}


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        pytest.param("{", "no JSON", id="no JSON"),
        pytest.param("[" * 100_000, "no JSON", id="too deep"),
        pytest.param("[]", "object", id="no object"),
        pytest.param('{"text": 3}', "text", id="text no text"),
        pytest.param('{"relevance": "maybe"}', "relevance", id="verdict"),
        pytest.param('{"relevance": ["not"]}', "relevance", id="verdict no text"),
        pytest.param('{"topics": ["moon"]}', "moon", id="topic"),
        pytest.param('{"topics": "ai"}', "topics", id="topics no list"),
        pytest.param('{"entities": [{"name": "A"}]}', "entities", id="entity without type"),
        pytest.param('{"entities": [{"name": "A", "type": "x"}]}', "called x", id="entity type"),
        pytest.param('{"published_at": "yesterday"}', "yesterday", id="time"),
    ],
)
def test_bad_line_is_named_with_its_number(bad, named):
    with pytest.raises(LabelError, match=rf"^line 2: .*{named}"):
        evaluate(["{}", bad])


def test_misses_are_one_a_thing_and_grouped_with_what_speaks_for_them():
    labels = [{"name": "Sở Xây dựng TP.HCM", "type": "government"}]
    both = [line("5G", relevance="not", topics=["y-te-so"]), line("5G", entities=labels)]
    misses = evaluate([json.dumps({**json.loads(text), "id": i}) for i, text in enumerate(both)])
    kinds = [miss["what"] for miss in misses["misses"]]
    assert kinds == sorted(kinds, key=("relevance", "topics", "entities").index)
    verdict = misses["misses"][0]
    assert (verdict["expected"], verdict["got"]) == ("not", "relevant")
    assert any("5G" in phrase for phrase in verdict["evidence"])
    missed = next(miss for miss in misses["misses"] if miss["what"] == "entities")
    assert (missed["expected"], missed["got"]) == ("government: Sở Xây dựng TP.HCM", None)


def test_stories_are_scored_where_they_are_labelled():
    labels = [line("5G", story="one"), line("teachers", story="two")]
    assert evaluate(labels)["stories"]["f1"] == 1.0
    assert evaluate([line("5G")])["stories"]["n"] == 0
