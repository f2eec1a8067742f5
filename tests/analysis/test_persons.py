import pytest

from analysis.persons import given_names, persons
from tests.analysis.reading import field


def names(text):
    return [found.name for found in persons(field(text))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("theo Nguyễn Văn Lành, dự án", "Nguyễn Văn Lành", id="common surname"),
        pytest.param("Giám đốc Lâm Gia Khiêm cho biết", "Lâm Gia Khiêm", id="rare surname, title"),
        pytest.param("Ông Trần Quốc Bảo nói", "Trần Quốc Bảo", id="capital ông is no name"),
        pytest.param("bà Maria Lindqvist, chuyên gia", "Maria Lindqvist", id="foreigner"),
        pytest.param("TS. Cao Thị Bình Minh nhận định", "Cao Thị Bình Minh", id="degree"),
        pytest.param("Chủ tịch UBND phường Lê Minh Hạ nói", "Lê Minh Hạ", id="after a unit"),
        pytest.param("Phó giám đốc Sở Đinh Thị Sao nói", "Đinh Thị Sao", id="after an office"),
        pytest.param("Mr Jean-Marc Weber said", "Jean-Marc Weber", id="hyphen"),
        pytest.param("Ông Kim Tae-sik giơ thẻ", "Kim Tae-sik", id="Korean given name"),
        pytest.param("engineer Tran Gia Sao said", "Tran Gia Sao", id="English, no accents"),
    ],
)
def test_person_is_found(text, name):
    assert names(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "trên đường Nguyễn Văn Linh",
        "Trường THPT Lê Quý Đôn",
        "ở quận Phú Nhuận",
        "cầu Trần Thị Lý",
        "tại 123 Trương Định",
        "tỉnh Hà Giang",
        "Cao Bằng đón khách",
        "tư tưởng Hồ Chí Minh",
        "Ảnh: Nguyễn An",
        "giao lộ với Lê Lợi, Nguyễn Huệ",
        "Phó Tổng Giám đốc cho biết",
        "chuyên gia Viện Nghiên cứu",
        "Nguyễn Văn LànhHiện nay",
        "phường Võ Thị Sáu",
    ],
)
def test_place_street_school_or_credit_is_no_person(text):
    assert names(text) == []


def test_name_that_streets_bear_is_a_persons_after_a_title():
    assert names("Giám đốc Nguyễn Văn Linh nói") == ["Nguyễn Văn Linh"]


def test_mention_is_where_it_says():
    text = "Sáng nay, bà Võ Thị Hạ phát biểu."
    found = next(persons(field(text)))
    assert (found.id, text[found.start : found.end]) == ("person:vo-thi-ha", "Võ Thị Hạ")


def test_given_name_after_ong_belongs_to_the_full_name():
    read = field("Ông Trần Văn Được phát biểu. Theo ông Được, việc này được ủng hộ.")
    full = list(persons(read))
    assert [read.text[f.start - 4 : f.end] for f in given_names(read, full)] == ["ông Được"]


def test_given_name_of_two_persons_stays_open():
    read = field("Ông Trần Văn An và ông Lê Minh An dự. Theo ông An, đúng.")
    assert [f for f in given_names(read, list(persons(read))) if f.start > 40] == []
