"""Everyday words that tell the theme only where several kinds of them stand together."""

import pytest

from analysis.cues import cue_terms
from analysis.errors import VocabularyError
from analysis.judge import judge
from tests.analysis.articles import AFTER_MERGER

TITLE = "Bà Sáu ở phường Bình Tiên khỏi chạy lên trụ sở"
TOLD = (
    "Trước kia bà Sáu phải xếp hàng nộp từng tờ giấy. Nay bà mở điện thoại, gõ tên, bấm gửi, "
    "mã hồ sơ hiện lên màn hình. UBND phường Bình Tiên cho người ngồi cạnh chỉ cách chụp ảnh gửi "
    "qua mạng."
)


def theme(title, text):
    return judge(title, "", text, AFTER_MERGER).relevance.theme


def test_scene_told_in_everyday_words_is_on_topic():
    assert judge(TITLE, "", TOLD, AFTER_MERGER).relevance.relevant


def test_scene_without_the_things_and_doings_is_not():
    text = "Trước kia bà Sáu phải đi bộ. Nay phường Bình Tiên sửa hẻm, bà ngồi nhà cũng thấy vui."
    assert not judge(TITLE, "", text, AFTER_MERGER).relevance.relevant


def test_cues_of_one_kind_say_little():
    assert theme("", "Màn hình, máy in, máy chiếu, bộ đàm, công tơ của phường.") < 0.5


def test_the_same_cues_say_less_in_a_long_text():
    longer = TOLD + " Sáng nay trời nắng, người dân trong phường đi chợ như mọi ngày." * 40
    assert theme(TITLE, longer) < theme(TITLE, TOLD)


def test_cues_say_less_where_no_body_and_no_ward_of_the_city_has_a_part():
    anywhere = TOLD.replace("UBND phường Bình Tiên", "Một hãng ở TP.HCM")
    assert theme("Bà Sáu khỏi chạy lên trụ sở", anywhere) < theme(TITLE, TOLD)


def test_crime_told_in_the_same_words_is_not_on_topic():
    crime = "Công an TP.HCM khởi tố nhóm giả danh. " + TOLD
    assert not judge("Bắt nhóm lừa bà Sáu", "", crime, AFTER_MERGER).relevance.relevant


def test_cues_are_shown_as_evidence_of_the_theme():
    found = judge(TITLE, "", TOLD, AFTER_MERGER).relevance.evidence
    assert "điện thoại" in {piece.text for piece in found if piece.says == "theme"}


def test_bad_file_of_cues_is_named(tmp_path):
    bad = tmp_path / "cues.toml"
    bad.write_text('[[cue]]\nof = "màn hình"\n')
    with pytest.raises(VocabularyError, match="kind"):
        cue_terms(bad)
