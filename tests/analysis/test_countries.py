import pytest

from tests.analysis.test_entities import by_id


@pytest.mark.parametrize(
    ("text", "country"),
    [
        pytest.param("TP.HCM mời doanh nghiệp Nhật đầu tư.", "nhat-ban", id="firms"),
        pytest.param("Đại sứ Mỹ dự.", "my", id="ambassador"),
    ],
)
def test_country_in_one_syllable_is_known_by_the_word_before(text, country):
    tag = by_id("", text)[country]
    assert [len(m.text.split()) for m in tag.mentions] == [1]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Chị Nhật và anh Đức dự.", id="given names"),
        pytest.param("công ty Nhật Minh", id="the name goes on"),
        pytest.param("doanh nghiệp Anhtech", id="inside a word"),
    ],
)
def test_syllable_elsewhere_is_no_country(text):
    assert not {"nhat-ban", "duc", "anh-quoc"} & by_id("", text).keys()
