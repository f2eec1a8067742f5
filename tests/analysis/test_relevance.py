from datetime import UTC, datetime

import pytest

from analysis.judge import judge
from analysis.relevance import BALANCE, calibrated
from tests.analysis.articles import AFTER_MERGER, BEFORE_MERGER, BODY, OFF_TOPIC, RELEVANT


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


def test_merged_province_counts_from_the_day_of_the_merger():
    title, text = OFF_TOPIC["Bình Dương before"]
    last_day, first_day = datetime(2025, 6, 30, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    assert score(title, text, last_day) < 0.1 < score(title, text, first_day)


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


def test_calibration_keeps_the_ends_and_puts_the_balance_in_the_middle():
    assert [calibrated(0.0), round(calibrated(BALANCE), 6), calibrated(1.0)] == [0.0, 0.5, 1.0]
