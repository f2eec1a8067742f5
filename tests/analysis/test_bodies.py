import pytest

from analysis.bodies import bodies
from tests.analysis.reading import field


def found(text):
    return [(item.type, item.name) for item in bodies(field(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "UBND phường Rạng Đông ra mắt", ("government", "UBND phường Rạng Đông"), id="committee"
        ),
        pytest.param(
            "công an xã Hòa Lạc cho hay", ("government", "công an xã Hòa Lạc"), id="police"
        ),
        pytest.param("ở Q.7 trước đây", ("place", "Q.7"), id="numbered district"),
        pytest.param("tại KCN Sao Mai", ("place", "KCN Sao Mai"), id="industrial park"),
        pytest.param(
            "Tập đoàn Sao Biển đầu tư", ("organisation", "Tập đoàn Sao Biển"), id="company"
        ),
        pytest.param(
            "Bệnh viện Bình Minh dùng", ("organisation", "Bệnh viện Bình Minh"), id="hospital"
        ),
        pytest.param(
            "Sở Xây dựng TP.HCM Nguyễn Văn Hạ",
            ("government", "Sở Xây dựng TP.HCM"),
            id="name after",
        ),
        pytest.param("trên đường Sao Mai", ("place", "đường Sao Mai"), id="street"),
        pytest.param(
            "Sở Xây dựng Đồng Sao báo cáo", ("government", "Sở Xây dựng Đồng Sao"), id="office"
        ),
        pytest.param(
            "Đại hội đại biểu Đảng bộ phường Rạng Đông, TP.HCM lần thứ I khai mạc",
            ("event", "Đại hội đại biểu Đảng bộ phường Rạng Đông, TP.HCM lần thứ I"),
            id="congress with its number",
        ),
        pytest.param("Triển lãm Sao Mai 2025 mở", ("event", "Triển lãm Sao Mai 2025"), id="fair"),
        pytest.param(
            "UBND phường Sao Mai Lê Thị Ánh nói",
            ("government", "UBND phường Sao Mai"),
            id="holder after the unit",
        ),
        pytest.param("UBND P.Sao Mai họp", ("government", "UBND P.Sao Mai"), id="unit in short"),
        pytest.param(
            "Đoàn phường Sao Mai họp", ("organisation", "Đoàn phường Sao Mai"), id="youth union"
        ),
        pytest.param("ở đường D2 cũ", ("place", "đường D2"), id="letter and number"),
        pytest.param(
            "Trung tâm Y tế quận Sao Mai mở",
            ("government", "Trung tâm Y tế quận Sao Mai"),
            id="centre of a unit",
        ),
        pytest.param(
            "Trung tâm Thông tin trực thuộc Sở Xây dựng",
            ("government", "Trung tâm Thông tin"),
            id="centre of a department",
        ),
        pytest.param(
            "Hiệp hội Doanh nghiệp Việt Nam - Phần Lan họp",
            ("organisation", "Hiệp hội Doanh nghiệp Việt Nam - Phần Lan"),
            id="of two countries",
        ),
        pytest.param(
            "Tuần lễ Đổi mới sáng tạo Sao Mai mở",
            ("event", "Tuần lễ Đổi mới sáng tạo Sao Mai"),
            id="term of four syllables",
        ),
    ],
)
def test_body_is_known_by_its_head_word(text, expected):
    assert expected in found(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(
            "Hiệp hội Doanh nghiệp Sao Mai họp", "Hiệp hội Doanh nghiệp Sao Mai", id="pair"
        ),
        pytest.param(
            "Viện Khoa học và Công nghệ Sao Mai mở",
            "Viện Khoa học và Công nghệ Sao Mai",
            id="joined by và",
        ),
        pytest.param(
            "Ngân hàng Nông nghiệp và Phát triển nông thôn cho vay",
            "Ngân hàng Nông nghiệp và Phát triển nông thôn",
            id="goes on in small letters",
        ),
        pytest.param(
            "Hội Trí thức và chuyên gia Sao Mai họp",
            "Hội Trí thức và chuyên gia Sao Mai",
            id="joined small before a capital",
        ),
        pytest.param(
            "Trung tâm Dịch vụ việc làm phát triển thêm",
            "Trung tâm Dịch vụ việc làm",
            id="verb ends",
        ),
        pytest.param("Công ty Sao Mai trả lời", "Công ty Sao Mai", id="nothing to go on with"),
    ],
)
def test_name_of_two_syllable_words_is_not_cut_in_the_middle_of_one(text, name):
    assert [n for _, n in found(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "các phường, xã của thành phố",
        "toàn cầu Berlin",
        "tập đoàn lớn",
        "Bệnh viện TP HCM",
        "Công ty Cổ phần trả lời",
        "yêu cầu Sao Mai",
        "Bộ Lao động và Xã Hội",
        "ở Hội Sao",
        "mở Trung tâm R&D",
        "Trung tâm Nghiên cứu và Phát triển",
    ],
)
def test_head_word_without_a_name_is_nothing(text):
    assert found(text) == []


def test_count_of_people_is_no_companys_name():
    said = "Giám đốc một công ty 40 người nói tại Bệnh viện 115."
    assert found(said) == [("organisation", "Bệnh viện 115")]


def test_two_bodies_joined_by_and_are_two_names():
    assert found("Sở Xây dựng và Trung tâm Chuyển đổi số cùng làm") == [
        ("government", "Sở Xây dựng"),
        ("organisation", "Trung tâm Chuyển đổi số"),
    ]
