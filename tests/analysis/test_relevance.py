from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.judge import judge
from analysis.labels import read_labels
from analysis.relevance import WEAKLY, calibrated
from analysis.relevance_rules import rules
from tests.analysis.articles import AFTER_MERGER, BEFORE_MERGER, BODY, OFF_TOPIC, RELEVANT

# Invented items, one or more for each rule of the definition of what is on topic.
CASES = Path(__file__).with_name("relevance_cases.jsonl").read_text(encoding="utf-8").splitlines()
GERMAN = "Die Stadt Saigon eröffnet ein Zentrum für digitale Dienste und Daten. " * 4


def score(title, text, day=AFTER_MERGER):
    return judge(title, "", text, day).relevance.score


@pytest.mark.parametrize(
    ("title", "text"), [pytest.param(*case, id=name) for name, case in RELEVANT.items()]
)
def test_article_on_the_citys_digital_transformation_is_relevant(title, text):
    assert judge(title, "", text, AFTER_MERGER).relevance.relevant


@pytest.mark.parametrize(
    ("title", "text"), [pytest.param(*case, id=name) for name, case in OFF_TOPIC.items()]
)
def test_near_miss_is_not_relevant(title, text):
    assert not judge(title, "", text, BEFORE_MERGER).relevance.relevant


@pytest.mark.parametrize("case", [pytest.param(c, id=c.id) for c in read_labels(CASES)])
def test_verdict_on_a_case_of_the_definition_is_a_readers(case):
    found = judge(case.title, case.lead, case.text, case.published_at).relevance
    assert found.relevant == (case.relevance == "relevant")


def test_national_piece_counts_when_a_third_of_it_is_about_the_city():
    title, lead = "Hồ sơ điện tử lan khắp nước", "Nhiều địa phương bỏ giấy tờ trong thủ tục."
    national = "Cả nước đẩy mạnh chuyển đổi số trong dịch vụ công. " * 6
    passing = f"{national}Hà Nội và TP.HCM cũng làm."
    third = (
        f"{national}\n\nUBND TP.HCM nối dữ liệu của 168 phường xã, đặc khu. "
        "Sở Tư pháp TP.HCM số hóa hộ tịch. TP.HCM đặt mục tiêu hoàn thành trong năm. "
    )
    assert not judge(title, lead, passing, AFTER_MERGER).relevance.relevant
    assert judge(title, lead, third, AFTER_MERGER).relevance.relevant


def test_text_in_another_language_is_set_aside_with_the_reason():
    found = judge("Saigon: AI und Blockchain", "", GERMAN).relevance
    assert (found.score, found.relevant) == (0.0, False)
    assert [piece.says for piece in found.evidence] == ["language"]


def test_evidence_says_what_it_speaks_for_and_against():
    title, lead = "Công an TP.HCM bắt đường dây lừa đảo", "Nhóm dùng dữ liệu lộ ở Hà Nội."
    says = {piece.text: piece.says for piece in judge(title, lead, "").relevance.evidence}
    assert says["Công an TP.HCM"] == "city"
    assert says["dữ liệu"] == "theme"
    assert says["đường dây lừa đảo"] == "against:crime"
    assert says["Hà Nội"] == "elsewhere"


def test_words_said_of_many_things_never_make_the_theme_alone():
    text = "Hệ thống phần mềm tự động giám sát, cảnh báo. " * 3
    assert judge("UBND TP.HCM", "UBND TP.HCM", text).relevance.theme <= WEAKLY


def test_things_that_are_spelled_like_the_theme_are_none_of_it():
    title = "TP.HCM: Tài xế công nghệ bị chặn đường, tuyến metro số 2 lỡ hẹn"
    assert judge(title, "", "").relevance.theme == 0


def test_province_in_a_persons_name_is_no_other_place():
    of_a_place = judge("Hòa Bình bàn dữ liệu mở của TP.HCM", "", "").relevance
    of_a_person = judge("Ông Nguyễn Hòa Bình bàn dữ liệu mở của TP.HCM", "", "").relevance
    assert "elsewhere" in {piece.says for piece in of_a_place.evidence}
    assert "elsewhere" not in {piece.says for piece in of_a_person.evidence}


def test_city_between_and_another_party_acts():
    lead = "Thỏa thuận giữa TP.HCM và Busan về dữ liệu đô thị vừa được ký."
    venue = "Thỏa thuận của Busan về dữ liệu đô thị vừa được ký ở TP.HCM."
    assert judge("", lead, "").relevance.city > judge("", venue, "").relevance.city


def test_merged_province_counts_from_the_day_of_the_merger():
    title, text = OFF_TOPIC["Bình Dương before"]
    last_day, first_day = datetime(2025, 6, 30, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    assert score(title, text, last_day) < 0.1 < score(title, text, first_day)


def test_province_is_another_place_before_the_merger():
    title = "Bình Dương sơ kết một năm trung tâm điều hành thông minh"
    text = "Sở Thông tin và Truyền thông Bình Dương nhận dữ liệu từ 27 hệ thống. " * 3
    told = judge(title, "", f"{text}Đại biểu đề nghị kết nối với TP.HCM.", BEFORE_MERGER).relevance
    assert not told.relevant
    assert "elsewhere" in {piece.says for piece in told.evidence}


def test_place_somebody_comes_from_does_not_speak_against():
    text = "{} trông bốn camera của UBND phường Vũng Tàu, máy tự cảnh báo dòng chảy xa bờ."
    title = "Con mắt trên chòi cứu hộ Bãi Sau"
    assert score(title, text.format("Anh Rinh, quê Sóc Trăng,")) > score(
        title, text.format("Anh Rinh ở Sóc Trăng,")
    )


def test_lead_that_the_text_repeats_is_no_further_evidence():
    title = "Hỏi giá thuốc, biết ngay tiệm nào bán mắc"
    lead = "Người dân quét mã bằng ứng dụng của Sở Y tế TP.HCM sẽ thấy mức giá kê khai."
    once, twice = (judge(title, lead, text, AFTER_MERGER) for text in ("", f"{lead}\n\n"))
    assert once.relevance.theme == twice.relevance.theme
    assert [(tag.slug, tag.score) for tag in once.topics] == [
        (tag.slug, tag.score) for tag in twice.topics
    ]


def test_day_of_the_merger_is_the_day_in_vietnam():
    title, text = OFF_TOPIC["Bình Dương before"]
    assert score(title, text, datetime(2025, 6, 30, 18, tzinfo=UTC)) > 0.1


def test_title_weighs_more_than_body():
    late = "Tin ngắn. " * 60 + "\n\nTP.HCM số hóa hồ sơ."
    assert score("TP.HCM số hóa hồ sơ", "Tin ngắn.") > score("Tin ngắn", late)


def test_name_inside_another_name_is_no_evidence():
    found = judge("Tư tưởng Hồ Chí Minh và báo Sài Gòn Giải Phóng", "", "Chuyển đổi số.").relevance
    assert found.score == 0.0


def test_verdict_follows_the_threshold_given():
    title, text = RELEVANT["5G"]
    assert not judge(title, "", text, AFTER_MERGER, threshold=0.9999).relevance.relevant


def test_evidence_names_both_axes_where_they_stand():
    title, text = RELEVANT["council"]
    evidence = judge(title, "", text).relevance.evidence
    fields = {"title": title, "text": text}
    assert {"HĐND TP.HCM", "kinh tế số"} <= {span.text for span in evidence}
    assert all(fields[span.field][span.start : span.end] == span.text for span in evidence)


def test_axes_tell_why_an_article_is_off_topic():
    elsewhere = judge("", "", " ".join(OFF_TOPIC["another city"]), BEFORE_MERGER).relevance
    other_theme = judge(*OFF_TOPIC["sport"], "", BEFORE_MERGER).relevance
    assert (round(elsewhere.city), round(elsewhere.theme)) == (0, 1)
    assert (round(other_theme.city), round(other_theme.theme)) == (1, 0)


def test_what_speaks_against_counts_less_where_the_body_is_about_the_theme():
    title, lead = "TP.HCM: công ty số hóa hồ sơ", "Công ty ở TP.HCM họp bàn."
    short = judge(title, lead, "Tin ngắn.").relevance
    assert judge(title, lead, BODY).relevance.score > short.score


def test_several_companies_do_not_speak_against_as_one_does():
    one, several = "Bệnh viện ở TP.HCM bỏ hồ sơ giấy", "46 bệnh viện ở TP.HCM bỏ hồ sơ giấy"
    text = "Bệnh án điện tử được dùng."
    assert score(several, text) > score(one, text)


def test_name_of_a_body_of_the_city_does_not_speak_against():
    text = "Công dân số dùng ứng dụng."
    assert score("Sở Du lịch TP.HCM số hóa vé", text) == score("Sở Y tế TP.HCM số hóa vé", text)


def test_city_counts_more_where_no_other_place_is_named():
    title, text = "Bệnh án điện tử ở 40 nơi", "Tin ngắn. " * 60 + "\n\nUBND TP.HCM số hóa bệnh án."
    assert score(title, text) > score(title, f"{text} Đà Nẵng học theo.")


def test_empty_article_has_no_score():
    assert judge("", "", "").relevance.score == 0.0


def test_score_grows_with_what_the_rules_say_from_0_to_1():
    scores = [calibrated(n / 100, rules()) for n in range(101)]
    assert scores == sorted(scores)
    assert (scores[0], scores[-1]) == (0.0, 1.0)
