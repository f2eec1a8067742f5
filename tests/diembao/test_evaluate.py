import pytest

from tests.diembao.test_analyze import RECORD, lines

SECOND = {
    "id": "b",
    "title": "Giá vàng trong nước giảm",
    "text": "Sáng nay giá vàng trong nước giảm 200.000 đồng mỗi lượng so với hôm qua.",
    "relevance": "not",
    "topics": [],
}
LABELS = [
    {**RECORD, "relevance": "relevant", "topics": ["an-toan-thong-tin"],
     "entities": [{"name": "TP.HCM", "type": "place"}]},
    SECOND,
    {**SECOND, "id": "c", "relevance": "borderline"},
    {**RECORD, "id": "d", "relevance": "relevant", "duplicate_of": "a-1"},
    {**SECOND, "id": "e", "relevance": "relevant"},
]  # fmt: skip


@pytest.fixture(scope="module")
def scores(crawled):
    return crawled.program.ok("evaluate", "-", "--format", "json", stdin=lines(*LABELS)).json


def test_scores_have_the_promised_parts(scores):
    assert {"relevance", "topics", "entities", "duplicates", "misses"} <= scores.keys()
    assert {"precision", "recall", "f1"} <= scores["topics"]["micro"].keys()
    assert {"precision", "recall", "f1"} <= scores["duplicates"].keys()


def test_borderline_lines_do_not_count_for_relevance(scores):
    assert scores["relevance"]["n"] == 4


def test_missed_article_costs_recall_and_is_named(scores):
    assert scores["relevance"]["precision"] == 1.0
    assert scores["relevance"]["recall"] == pytest.approx(2 / 3, abs=1e-3)
    assert "e" in [str(miss["id"]) for miss in scores["misses"]]


def test_duplicate_is_found(scores):
    assert (scores["duplicates"]["precision"], scores["duplicates"]["recall"]) == (1.0, 1.0)


def test_topics_are_scored_one_by_one(scores):
    assert scores["topics"]["by_topic"]["an-toan-thong-tin"]["recall"] == 1.0


def test_table_has_a_row_for_each_part(crawled, tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(lines(*LABELS), "utf-8")
    out = crawled.program.ok("evaluate", path, "--format", "table").out
    assert all(word in out for word in ("relevance", "topics", "entities", "duplicates"))


@pytest.mark.parametrize("label", [{"relevance": "maybe"}, {"topics": "ai"}, {"entities": [3]}])
def test_bad_label_is_named_with_its_line(program, label):
    (program.folder / "nhan.jsonl").write_text("\n\n" + lines({**SECOND, **label}), "utf-8")
    done = program.run("evaluate", "nhan.jsonl")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("diembao: nhan.jsonl: line 3: ")
