import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.trimming import trim
from tests.analysis.articles import BODY, OTHER_BODY


@given(st.text(max_size=200))
def test_length_and_kept_places_stay(text):
    trimmed = trim(text)
    assert len(trimmed) == len(text)
    assert all(new in {old, " "} for old, new in zip(text, trimmed, strict=True))


@pytest.mark.parametrize(
    "heading",
    ["Đọc thêm", "TIN LIÊN QUAN", "Tin cùng chuyên mục:", "Bài viết liên quan", "Xem thêm", "Tags"],
)
def test_reading_list_is_cut_with_its_heading(heading):
    assert trim(f"{BODY}\n\n{heading}\n\nMột bài khác\nHai bài khác").rstrip() == BODY


def test_list_longer_than_the_article_is_cut_under_a_clear_heading():
    assert trim(f"{BODY}\n\nĐọc thêm\n\n" + "\n\n".join([OTHER_BODY] * 6)).rstrip() == BODY


def test_heading_before_the_article_cuts_nothing():
    text = f"Tin liên quan\nMột bài khác\n\n{BODY}"
    assert trim(text) == text


def test_weak_heading_in_the_first_third_cuts_nothing():
    text = f"Mở đầu.\n\nChủ đề\n\n{BODY}"
    assert trim(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "Quang cảnh hội nghị. Ảnh: HOÀNG MINH",
        "Người dân làm thủ tục (Ảnh minh họa)",
        ">> Một bài khác cùng ngày",
        "Xem thêm: Một bài khác",
    ],
)
def test_line_that_is_no_text_is_blanked(line):
    first, rest = BODY.split("\n\n", 1)
    assert line not in trim(f"{first}\n\n{line}\n\n{rest}")


def test_line_said_twice_at_once_is_a_caption():
    text = f"Đại biểu dự hội nghị\nĐại biểu dự hội nghị\n\n{BODY}"
    assert trim(text).strip() == BODY


def test_byline_at_the_end_is_blanked():
    assert trim(f"{BODY}\n\nMINH XUÂN").rstrip() == BODY


def test_last_sentence_is_no_byline():
    assert trim(f"{BODY}\n\nViệt Nam.") == f"{BODY}\n\nViệt Nam."


def test_text_that_is_all_article_stays():
    assert trim(BODY) == BODY


def test_lone_name_is_not_cut_to_nothing():
    assert trim("Nguyễn An") == "Nguyễn An"
