import json

import pytest

from diembao.demo.newsroom.article import load_articles
from diembao.demo.newsroom.site import SHIPPED

SEED = (SHIPPED / "seed.txt").read_text("utf-8")
ARTICLE = load_articles(SHIPPED)["bennghemoi/dien-tap-la-chan-song-310209"]
RECORD = {
    "id": "a-1",
    "url": "https://example.org/a-1.html",
    "title": ARTICLE.wording.title,
    "lead": ARTICLE.wording.lead,
    "text": "\n\n".join(ARTICLE.wording.paragraphs),
    "published_at": "2025-11-28T09:00:00+07:00",
}
FIELDS = {"id", "relevance", "topics", "entities", "content_hash", "language", "near"}


def lines(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.fixture(scope="module")
def answers(crawled):
    """What is made of a relevant article, of the demo's seed and of a text alone."""
    given = lines(RECORD, {"id": "s", "text": SEED}, {"text": "Mưa."})
    return crawled.program.ok("analyze", "-", stdin=given).rows


def test_every_line_is_answered_by_a_line(answers):
    assert [answer["id"] for answer in answers] == ["a-1", "s", None]
    assert {frozenset(answer) for answer in answers} == {frozenset(FIELDS)}


def test_relevance_is_told_in_words(answers):
    why = answers[0]["relevance"]["why"]
    assert [reason.split(":")[0] for reason in why][:2] == [
        "about the city",
        "about its digital change",
    ]


def test_relevance_has_a_score_a_verdict_and_evidence(answers):
    relevance = answers[0]["relevance"]
    assert relevance["relevant"] is True
    assert 0.5 < relevance["score"] <= 1
    assert relevance["evidence"]


def test_text_about_nothing_has_no_evidence(answers):
    assert answers[2]["relevance"]["relevant"] is False
    assert (answers[2]["topics"], answers[2]["entities"], answers[2]["near"]) == ([], [], [])


def test_topics_and_entities_are_named(answers):
    assert "an-toan-thong-tin" in [topic["slug"] for topic in answers[0]["topics"]]
    assert "tphcm" in [entity["id"] for entity in answers[0]["entities"]]
    assert {"id", "name", "type", "mentions"} == set(answers[0]["entities"][0])


def test_offsets_name_the_phrases_of_the_given_text(answers):
    spans = list(answers[0]["relevance"]["evidence"])
    spans += [span for topic in answers[0]["topics"] for span in topic["evidence"]]
    spans += [span for entity in answers[0]["entities"] for span in entity["mentions"]]
    for span in spans:
        assert RECORD[span.get("field", "text")][span["start"] : span["end"]] == span["text"]


def test_copy_of_a_seed_is_told(answers):
    near = answers[1]["near"][0]
    assert (near["seed"], near["similarity"]) == ("seed-000", 1.0)
    assert near["reason"] == "the text is word for word that of seed-000"


def test_copy_of_a_stored_article_is_told(crawled, answers):
    near = answers[0]["near"][0]
    stored = crawled.program.ok("articles", "show", near["article"], "--format", "json").json
    # Of the two outlets that have this text either may have been stored first.
    assert stored["content_hash"] == answers[0]["content_hash"]
    assert near["similarity"] == 1.0


def test_file_gives_the_same_as_standard_input(crawled, answers, tmp_path):
    path = tmp_path / "texts.jsonl"
    path.write_text(lines(RECORD), "utf-8")
    assert crawled.program.ok("analyze", path).rows == answers[:1]


def test_nothing_is_written(program):
    program.ok("analyze", "-", stdin=lines({"text": "TP.HCM chuyển đổi số"}))
    assert not program.data.exists()


@pytest.mark.parametrize(
    ("second", "words"),
    [
        pytest.param("{nope", "-:2: not JSON", id="no-json"),
        pytest.param("[1]", "-:2: not a JSON object", id="no-object"),
        pytest.param('{"text": 5}', "-:2: text is not text", id="no-text"),
        pytest.param("[" * 100_000, "-:2: not JSON", id="deep"),
    ],
)
def test_bad_line_is_named(program, second, words):
    done = program.run("analyze", "-", stdin=f'{{"text": "Mưa."}}\n{second}\n')
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert words in done.err
    assert len(done.rows) == 1


def test_file_that_is_not_there_is_wrong_use(program):
    done = program.run("analyze", "khong-co.jsonl")
    assert done.code == 2
    assert done.err.startswith("diembao: khong-co.jsonl: ")
