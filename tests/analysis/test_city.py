import pytest

from analysis.city import SPELLINGS, expand, kind_of_mention
from analysis.relevance_rules import rules


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Sở Y tế TP.HCM cho biết", "body", id="department"),
        pytest.param("Phó chủ tịch UBND TP.HCM dự", "body", id="office"),
        pytest.param("TP.HCM đặt mục tiêu mới", "subject", id="first word"),
        pytest.param("Năm nay TP.HCM sẽ làm", "subject", id="acts"),
        pytest.param("Phường Rạng Đông (TP.HCM) mở", "unit", id="ward"),
        pytest.param("nhiều cửa hàng tại TP.HCM", "venue", id="place"),
        pytest.param("ở đường A, phường B, TP.HCM", "venue", id="address"),
        pytest.param("triển lãm diễn ra tại TP.HCM", "name", id="event"),
        pytest.param("Trường Đại học Luật TP.HCM tuyển", "name", id="university"),
        pytest.param("Bệnh viện TP.HCM chạy nước rút", "unit", id="the city's hospitals"),
        pytest.param("Bệnh viện Rạng Đông TP.HCM mổ", "name", id="a hospital of some name"),
        pytest.param("cơ sở TP.HCM của hãng", "other", id="sở inside cơ sở"),
        pytest.param("với Hà Nội, TP.HCM", "venue", id="in a list"),
        pytest.param("thỏa thuận giữa TP.HCM và Busan", "subject", id="party"),
        pytest.param("Sở Giao dịch Chứng khoán TP.HCM tăng", "name", id="longer head"),
        pytest.param("Chỉ trong ba tháng, TP.HCM liên tiếp đón", "subject", id="circumstance"),
        pytest.param("Tại nhà hàng trong hẻm, TP.HCM vào tối qua", "venue", id="place and time"),
        pytest.param("Đại học Quốc gia (ĐHQG) TP.HCM", "name", id="name with its abbreviation"),
    ],
)
def test_kind_of_mention_follows_the_words_around(text, kind):
    start = text.index("TP.HCM")
    assert kind_of_mention(text, start, start + 6, rules().around) == kind


def test_placeholder_becomes_every_spelling():
    assert expand("UBND {city}") == [f"UBND {name}" for name in SPELLINGS]


def test_phrase_without_placeholder_stays_alone():
    assert expand("UBND") == ["UBND"]
