from datetime import UTC, datetime

import pytest

from analysis.mentions import mentions
from analysis.reading import read_article
from analysis.relevance_rules import rules
from analysis.vocabulary import vocabulary
from tests.analysis.articles import AFTER_MERGER, BEFORE_MERGER


def kinds(title, text="", day=AFTER_MERGER):
    found = mentions(read_article(title, "", text, day, vocabulary()), rules())
    return {m.field.text[m.hit.start : m.hit.end]: m.kind for m in found}


@pytest.mark.parametrize(
    ("title", "mention", "kind"),
    [
        pytest.param("Sở Y tế TP.HCM họp", "Sở Y tế TP.HCM", "body", id="body with the city"),
        pytest.param("TP.HCM: Sở Y tế họp", "Sở Y tế", "body", id="body, the city named before"),
        pytest.param("Phường Cầu Kiệu mở sổ", "Phường Cầu Kiệu", "unit", id="ward alone"),
        pytest.param("Mở sổ tại phường Cầu Kiệu", "phường Cầu Kiệu", "venue", id="ward as venue"),
        pytest.param("Côn Đảo mở sổ", "Côn Đảo", "subject", id="part since the merger"),
        pytest.param("TP.HCM: thành phố mở sổ", "thành phố", "other", id="generic word"),
        pytest.param("Bệnh viện Từ Dũ mở sổ", "Bệnh viện Từ Dũ", "unit", id="city hospital"),
        pytest.param("HCMC Market Department opens", "HCMC", "body", id="English name of a body"),
        pytest.param("In May, HCMC will open it", "HCMC", "subject", id="acts in English"),
        pytest.param("A fair opens at a hall in HCMC", "HCMC", "venue", id="place in English"),
        pytest.param("ĐHQG TP.HCM đã mở sổ", "ĐHQG TP.HCM", "name", id="university of that name"),
    ],
)
def test_mention_of_the_city_stands_for(title, mention, kind):
    assert kinds(title)[mention] == kind


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Sở Y tế họp", id="department without the city"),
        pytest.param("Hà Nội: Sở Y tế họp, có khách từ nơi khác", id="another city's"),
        pytest.param("Các thành phố châu Âu mở sổ", id="cities in general"),
        pytest.param("Bệnh viện Chợ Rẫy mở sổ", id="the ministry's hospital"),
        pytest.param("Tư tưởng Hồ Chí Minh", id="inside another name"),
    ],
)
def test_name_that_is_not_the_citys_is_no_mention(title):
    assert kinds(title) == {}


def test_department_followed_by_another_name_is_somebody_elses():
    assert "Sở Y tế" not in kinds("TP.HCM tiếp đoàn Sở Y tế Nghệ An")


def test_generic_words_count_only_where_no_place_is_named_more_often():
    text = "Đà Nẵng họp. Thành phố mở sổ. Đà Nẵng xong. TP.HCM gửi hoa."
    assert "Thành phố" not in kinds("Đà Nẵng mở sổ", text)


def test_ward_of_a_joined_province_counts_from_the_merger():
    title = "Phường Dĩ An mở sổ"
    assert (kinds(title), kinds(title, day=BEFORE_MERGER)) == ({"Phường Dĩ An": "unit"}, {})


def test_former_department_counts_while_it_stood():
    title = "Sở Thông tin và Truyền thông TP.HCM mở sổ"
    there = kinds(title, day=datetime(2024, 5, 1, tzinfo=UTC))
    assert there == {"Sở Thông tin và Truyền thông TP.HCM": "body"}


def test_ward_said_again_and_again_counts_four_times():
    text = "Phường Cầu Kiệu họp. " * 9
    reading = read_article("", "", text, AFTER_MERGER, vocabulary())
    assert len(mentions(reading, rules())) == 4
