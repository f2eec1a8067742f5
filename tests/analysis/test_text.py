import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text import (
    bare,
    fold,
    letters,
    normalise,
    normalise_mapped,
    paragraphs,
    search_fold,
    slug,
    syllables,
)
from tests.analysis.writing import texts, written_otherwise

VIETNAMESE = "aàăâbcdđeẻêghiỉoòôơỡuủưyý AHOÀÙ̉.,-–“”\u00a0\u200b\u00ad\ufeff\u0301\u0323\n"
TONES = [
    ("hoà", "hòa"),
    ("khoẻ", "khỏe"),
    ("uỷ", "ủy"),
    ("thuý", "thúy"),
    ("qúy", "quý"),
    ("loè", "lòe"),
    ("hoàng", "hoàng"),
    ("toán", "toán"),
    ("huỳnh", "huỳnh"),
    ("quý", "quý"),
    ("quỳnh", "quỳnh"),
    ("khuỷu", "khuỷu"),
]


@pytest.mark.parametrize(("written", "folded"), [pytest.param(*case, id=case[0]) for case in TONES])
def test_tone_mark_gets_its_one_place(written, folded):
    assert fold(normalise(written)) == folded


@pytest.mark.parametrize(("written", "folded"), [pytest.param(*case, id=case[0]) for case in TONES])
def test_tone_mark_gets_its_one_place_in_decomposed_text_too(written, folded):
    assert fold(normalise(unicodedata.normalize("NFD", written))) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        pytest.param("“Số” – ‘hóa’", "\"số\" - 'hóa'", id="quotes and dashes"),
        pytest.param("TP.HCM\u00a0và", "tp.hcm và", id="no-break space"),
        pytest.param("Ðường Ɖông", "đường đông", id="look-alikes of đ"),
        pytest.param("İstanbul", "istanbul", id="dotted capital I"),
    ],
)
def test_variants_of_signs_become_one(written, folded):
    assert fold(written) == folded


@given(st.text(alphabet=st.characters(), max_size=80))
def test_folding_composed_text_keeps_its_length(text):
    composed = unicodedata.normalize("NFC", text)
    assert len(fold(composed)) == len(composed)


@given(st.text(alphabet=VIETNAMESE, max_size=60))
def test_mapped_form_is_the_normal_form(text):
    assert normalise_mapped(text)[0] == normalise(text)


@given(st.text(max_size=60))
def test_normal_form_is_stable(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet=VIETNAMESE, max_size=60))
def test_every_offset_maps_back_to_where_it_came_from(text):
    normal, origins = normalise_mapped(text)
    places = origins or list(range(len(text) + 1))
    assert len(places) == len(normal) + 1
    for character, start in zip(normal, places, strict=False):
        end = min(place for place in places if place > start)
        assert character in normalise(text[start:end])


@given(st.data())
def test_any_part_maps_back_to_what_it_was_made_of(data):
    text = data.draw(texts.flatmap(written_otherwise))
    normal, origins = normalise_mapped(text)
    places = origins or list(range(len(text) + 1))
    start, end = sorted(data.draw(st.integers(0, len(normal))) for _ in range(2))
    assert normalise(text[places[start] : places[end]]) == normal[start:end]


@given(st.text(alphabet=VIETNAMESE, max_size=60))
def test_folded_text_stays_as_it_is(text):
    folded = fold(normalise(text))
    assert fold(folded) == folded


@given(st.text(alphabet=st.characters(), max_size=60))
def test_letters_and_syllables_are_the_same_whatever_stands_beside(text):
    folded = fold(normalise(text))
    beside = f"{folded} \u4e2d"
    assert syllables(beside) == [*syllables(folded), "\u4e2d"]
    assert letters(beside) == (letters(folded)[0] + 1, letters(folded)[1])
    assert bare(beside) == f"{bare(folded)} \u4e2d"


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\ufeff", "\u2067", "\u2069", "\ufe0f"])
def test_invisible_characters_disappear(hidden):
    assert normalise(hidden.join("chuyển đổi số")) == "chuyển đổi số"


def test_line_separators_are_line_ends():
    assert normalise("một\u2028hai\u2029ba") == "một\nhai\nba"


def test_half_characters_are_replaced():
    assert normalise("số \ud800 hóa") == "số \ufffd hóa"


def test_piled_up_marks_are_cut():
    assert len(normalise("a" + "\u0301\u0323" * 10_000)) < 40


def test_search_form_has_no_accents():
    assert search_fold("Đường Chuyển đổi số") == "duong chuyen doi so"


def test_slug_is_plain_ascii():
    assert slug("Nghị quyết 57-NQ/TW") == "nghi-quyet-57-nq-tw"


def test_syllables_leave_signs_out():
    assert syllables("tp.hcm: 5g, ai_số") == ["tp", "hcm", "5g", "ai", "số"]


def test_paragraphs_are_lines_without_the_spaces_around():
    text = "  Một \n\n hai\n"
    assert [text[a:b] for a, b in paragraphs(text)] == ["Một", "hai"]
