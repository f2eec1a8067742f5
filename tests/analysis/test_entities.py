from datetime import UTC, datetime

import pytest

from analysis.judge import judge
from tests.analysis.articles import AFTER_MERGER, BEFORE_MERGER, BODY

ARTICLE = (
    "UBND TP.HCM thực hiện Nghị quyết số 57-NQ/TW. Ông Trần Quốc Bảo, giám đốc, cho biết "
    "nghị quyết 57 mở đường. UBND phường Rạng Đông cũng vậy. Ông Bảo nói về Nghị quyết 57-NQ/TW."
)


def by_id(title, text, day=AFTER_MERGER):
    return {tag.id: tag for tag in judge(title, "", text, day).entities}


def test_one_document_in_three_spellings_is_one_entity():
    tag = by_id("", ARTICLE)["nghi-quyet-57-nq-tw"]
    assert [m.text for m in tag.mentions] == [
        "Nghị quyết số 57-NQ/TW",
        "nghị quyết 57",
        "Nghị quyết 57-NQ/TW",
    ]


def test_person_gathers_full_and_given_name():
    tag = by_id("", ARTICLE)["person:tran-quoc-bao"]
    assert [m.text for m in tag.mentions] == ["Trần Quốc Bảo", "Bảo"]


def test_body_unknown_to_the_list_is_found_by_rule():
    assert by_id("", ARTICLE)["government:ubnd-phuong-rang-dong"].type == "government"


def test_longest_mention_wins():
    names = {m.text for tag in by_id("", ARTICLE).values() for m in tag.mentions}
    assert "UBND TP.HCM" in names
    assert "TP.HCM" not in names


def test_mentions_lie_where_they_say_in_title_and_text():
    title = "TP.HCM học Singapore"
    fields = {"title": title, "text": BODY}
    mentions = [m for tag in by_id(title, BODY).values() for m in tag.mentions]
    assert {m.field for m in mentions} == {"title", "text"}
    assert all(fields[m.field][m.start : m.end] == m.text for m in mentions)


def test_reading_list_gives_no_entities():
    text = f"{BODY}\n\nĐọc thêm\n\nUBND phường Sao Hôm ra quân"
    assert "government:ubnd-phuong-sao-hom" not in by_id("", text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("TP.HCM họp. UBND Thành phố giao việc.", True, id="city named"),
        pytest.param("UBND Thành phố giao việc.", False, id="city not named"),
    ],
)
def test_short_name_counts_only_where_the_city_is_named(text, found):
    assert ("ubnd-tphcm" in by_id("", text)) is found


def test_ward_with_a_name_of_many_is_the_citys_where_the_city_is_named_and_no_other_follows():
    text = "TP.HCM họp. {}"
    assert "phuong-an-phu" in by_id("", text.format("Phường An Phú dự."))
    assert "phuong-an-phu" not in by_id("", text.format("Phường An Phú, TP Cần Thơ, dự."))
    assert "phuong-an-phu" not in by_id("", "Phường An Phú dự.")


def test_older_ward_of_the_same_name_is_not_todays():
    ids = by_id("", "Phường Bến Thành (TP.HCM) họp.", BEFORE_MERGER)
    assert "phuong-ben-thanh" not in ids
    assert "place:phuong-ben-thanh" in ids


def test_number_of_a_document_to_come_is_another_documents():
    earlier = by_id("", "TP.HCM bàn Nghị quyết 57.", datetime(2023, 5, 1, tzinfo=UTC))
    assert "nghi-quyet-57" in earlier
    assert "nghi-quyet-57-nq-tw" not in earlier


def test_body_that_is_no_more_keeps_its_name_and_id():
    tag = by_id("", "TP.HCM: Sở TT&TT trước đây làm.")["so-thong-tin-va-truyen-thong-tphcm"]
    assert tag.name == "Sở Thông tin và Truyền thông TP.HCM"


def test_words_after_a_name_do_not_make_it_another():
    ids = by_id("", "TP.HCM: Phường An Phú đông dân.")
    assert "phuong-an-phu" in ids
    assert "phuong-an-phu-dong" not in ids


def test_english_names_are_the_same_entities():
    text = "Mr Nguyen Van Duoc met the HCM City Department of Science and Technology."
    ids = by_id("", text)
    assert {"nguyen-van-duoc", "so-khoa-hoc-va-cong-nghe-tphcm"} <= ids.keys()


def test_person_named_without_surname_is_the_one_whose_name_ends_so():
    tags = by_id("", "Bà Đinh Thị Sao Mai dự. Chị Sao Mai cho biết.")
    assert [m.text for m in tags["person:dinh-thi-sao-mai"].mentions] == [
        "Đinh Thị Sao Mai",
        "Sao Mai",
    ]


def test_known_firm_with_the_word_for_what_it_is_stays_the_known_one():
    tags = by_id("", "Theo ngân hàng BIDV và BIDV.")
    assert [m.text for m in tags["bidv"].mentions] == ["ngân hàng BIDV", "BIDV"]


def test_app_in_quotation_marks_is_a_platform():
    tags = by_id("", "Phường Rạng Đông (TP.HCM) mở ứng dụng “Hỏi đáp Rạng Đông”.")
    assert tags["platform:hoi-dap-rang-dong"].type == "platform"


def test_former_district_is_named_without_its_kind_where_the_city_is_and_is_todays_ward():
    text = "TP.HCM mở rộng sang Dĩ An."
    assert "tp-di-an" in by_id("", text, BEFORE_MERGER)
    assert "phuong-di-an" in by_id("", text)
    assert "phuong-di-an" not in by_id("", "Mở rộng sang Dĩ An.")


def test_year_belongs_to_the_event():
    tag = by_id("", "Sự kiện InnoEx 2031 mở cửa.")["innoex"]
    assert [m.text for m in tag.mentions] == ["InnoEx 2031"]


def test_short_name_of_a_body_needs_its_capital():
    assert "trung-tam-khoi-nghiep-sang-tao-tphcm" not in by_id(
        "", "TP.HCM muốn thành trung tâm khởi nghiệp sáng tạo hàng đầu."
    )


def test_wards_in_a_row_share_the_word_before_the_first():
    ids = by_id("", "TP.HCM: các phường Bình Hòa, Thuận Giao và An Phú thí điểm, Bình Dương chờ.")
    assert {"phuong-binh-hoa", "phuong-thuan-giao", "phuong-an-phu"} <= ids.keys()


def test_bare_name_of_a_ward_needs_the_word_ward_or_the_city_near():
    assert "phuong-phu-loi" in by_id("", "Ở Phú Lợi (TP.HCM), máy chạy.")
    assert "phuong-phu-loi" not in by_id("", "Ở Phú Lợi, máy chạy. TP.HCM chờ.")
    assert "phuong-phu-loi" not in by_id("", "Các phường như Phú Lợi chờ.")
