import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sentences import ends, sentence_around


def sentences(text):
    places = [0, *ends(text), len(text)]
    parts = [text[one:other].strip() for one, other in itertools.pairwise(places)]
    return [part for part in parts if part]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Ngày 5-7, TP. HCM và TP.HCM họp.", id="city"),
        pytest.param("TS. Lê An và PGS.TS. Võ Bình dự.", id="degrees"),
        pytest.param("Trụ sở ở Q.1, P.Bến Thành, Q. 3.", id="district and ward"),
        pytest.param("Dự án chi 1.600 tỉ đồng, tăng 5.5 lần.", id="numbers"),
        pytest.param("Sở KH-CN và UBND ký kết.", id="abbreviations without a stop"),
        pytest.param("Bà J. K. Lee đến.", id="initials"),
        pytest.param("1. Một việc cần làm.", id="number of a list"),
        pytest.param("Có đường, trường, v.v. và chợ.", id="what follows is small"),
        pytest.param("Ông hỏi: “Bao giờ?” rồi đi.", id="question inside"),
    ],
)
def test_one_sentence_stays_one(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("Ở TP.HCM. Năm 2025. Xong!", ["Ở TP.HCM.", "Năm 2025.", "Xong!"], id="stops"),
        pytest.param("Hồ sơ về UBND. Dân chờ…", ["Hồ sơ về UBND.", "Dân chờ…"], id="capitals"),
        pytest.param("“Được!” Bà nói.", ["“Được!”", "Bà nói."], id="quotes"),
        pytest.param("Tiêu đề\nMột câu", ["Tiêu đề", "Một câu"], id="lines"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, parts):
    assert sentences(text) == parts


def test_sentence_around_a_place_is_the_whole_one():
    text = "Một. Ông ở TP. HCM năm 2019. Ba."
    place = text.index("HCM")
    assert text[slice(*sentence_around(text, place, place + 3, 400))] == " Ông ở TP. HCM năm 2019."


@given(st.text(alphabet='aA1.!? \n"”', max_size=40), st.integers(0, 40), st.integers(0, 20))
def test_sentence_around_holds_its_place(text, place, length):
    place = min(place, len(text))
    begin, end = sentence_around(text, place, min(len(text), place + length), 10)
    assert begin <= place <= min(len(text), place + length) <= end <= len(text)
