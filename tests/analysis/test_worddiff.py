import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.worddiff import MOST_PIECES, applied, difference, hunks
from tests.storage.sample import DATA_LAKE, DATA_LAKE_EDITED

WORDS = st.lists(st.sampled_from(["một", "hai", "ba\n\nbốn", "", "năm", ".", "sáu"]), max_size=60)
TEXTS = st.one_of(st.text(max_size=200), WORDS.map(" ".join))


@given(TEXTS, TEXTS)
@example("", "a")
@example(" a", "a ")
def test_operations_make_the_new_text_of_the_old_one(old, new):
    operations = difference(old, new)
    assert applied(old, operations) == new
    assert json.loads(json.dumps(operations)) == operations


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_what_lies_between_hunks_is_equal(old, new):
    place = target = 0
    for start, end, into, until in [*hunks(old, new), (len(old), 0, len(new), 0)]:
        assert old[place:start] == new[target:into]
        place, target = end, until


@given(TEXTS)
def test_equal_texts_have_no_hunks(text):
    assert hunks(text.split(), text.split()) == []


def test_one_word_changed_is_one_word_out_and_one_in():
    old = "Thành phố chi 100 tỉ đồng cho hạ tầng số của phường trong năm nay và cả năm sau nữa"
    assert difference(old, old.replace("100", "500")) == [
        ["=", 14, "Thành phố chi"],
        ["-", "100 "],
        ["+", "500 "],
        ["=", 65, "tỉ đồng cho hạ tầng số … nay và cả năm sau nữa"],
    ]


def test_edited_article_keeps_its_sentences():
    operations = difference(DATA_LAKE, DATA_LAKE_EDITED)
    kept = sum(operation[1] for operation in operations if operation[0] == "=")
    assert kept > len(DATA_LAKE) / 2
    assert applied(DATA_LAKE, operations) == DATA_LAKE_EDITED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("a b " * 40_000, "b a a " * 30_000, id="two-words-over-and-over"),
        pytest.param("từ " * (MOST_PIECES + 9), "từ " * MOST_PIECES + "x", id="more-than-any-text"),
        pytest.param("x" * 500_000, "y" * 500_000, id="one-word"),
    ],
)
def test_hostile_texts_are_compared_too(old, new):
    assert applied(old, difference(old, new)) == new
