import pickle
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.judge import RULES, judge
from analysis.vocabulary import rules_version, vocabulary
from tests.analysis.articles import AFTER_MERGER, BODY, RELEVANT

TITLE, LEAD = RELEVANT["one-stop portal"]


def spans(judgement):
    yield from judgement.relevance.evidence
    for tag in judgement.topics:
        yield from tag.evidence
    for tag in judgement.entities:
        yield from tag.mentions


def verdict(judgement):
    topics = [(tag.slug, tag.score) for tag in judgement.topics]
    return judgement.relevance.score, topics, [tag.id for tag in judgement.entities]


def test_whole_judgement_of_an_article():
    said = judge(TITLE, LEAD, BODY, AFTER_MERGER)
    assert (said.rules, said.language, said.relevance.relevant) == (RULES, "vi", True)
    assert said.topics[0].slug == "chinh-quyen-so"
    assert "ubnd-tphcm" in {tag.id for tag in said.entities}


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(lambda text: unicodedata.normalize("NFD", text), id="decomposed"),
        pytest.param(lambda text: text.replace(" ", "\u00a0"), id="no-break spaces"),
        pytest.param(lambda text: text.replace("ô", "ô\u200b"), id="zero width spaces"),
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
    ],
)
def test_odd_text_is_judged_the_same_with_offsets_of_its_own(variant):
    fields = {"title": variant(TITLE), "lead": variant(LEAD), "text": variant(BODY)}
    said = judge(*fields.values(), AFTER_MERGER)
    assert verdict(said) == verdict(judge(TITLE, LEAD, BODY, AFTER_MERGER))
    assert all(fields[s.field][s.start : s.end] == s.text for s in spans(said))


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_judged_with_true_offsets(text):
    said = judge(text[:50], "", text)
    fields = {"title": text[:50], "text": text}
    assert all(fields[s.field][s.start : s.end] == s.text for s in spans(said))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" + "\u0301\u0323" * 50_000, id="piled marks"),
        pytest.param("TP.HCM " * 50_000, id="one name"),
        pytest.param("ông Nguyễn An " * 30_000, id="one person"),
        pytest.param("Ảnh: a\n" * 40_000, id="captions"),
        pytest.param("x" * 1_000_000, id="one word"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_hostile_text_is_judged_too(text):
    assert not judge("", "", text).relevance.relevant


def test_judgement_crosses_processes():
    said = judge(TITLE, LEAD, BODY, AFTER_MERGER)
    assert pickle.loads(pickle.dumps(said)) == said  # noqa: S301 - made one line above


def test_rules_version_is_stable_and_short():
    assert rules_version() == RULES
    assert len(RULES) < 32


def test_vocabulary_is_built_once():
    assert vocabulary() is vocabulary()
