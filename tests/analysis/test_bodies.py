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
    ],
)
def test_body_is_known_by_its_head_word(text, expected):
    assert expected in found(text)


@pytest.mark.parametrize(
    "text", ["các phường, xã của thành phố", "toàn cầu Berlin", "tập đoàn lớn", "Bệnh viện TP HCM"]
)
def test_head_word_without_a_name_is_nothing(text):
    assert found(text) == []


def test_count_of_people_is_no_companys_name():
    said = "Giám đốc một công ty 40 người nói tại Bệnh viện 115."
    assert found(said) == [("organisation", "Bệnh viện 115")]
