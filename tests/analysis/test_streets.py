from analysis.streets import streets
from tests.analysis.reading import field


def names(text):
    return [item.name for item in streets(field(text))]


def test_further_streets_of_a_list_are_found():
    text = "một số tuyến đường như Trần Văn Giàu, Sao Mai Hồng và Võ Văn Kiệt đã thông"
    assert names(text) == ["Trần Văn Giàu", "Sao Mai Hồng", "Võ Văn Kiệt"]


def test_name_after_a_single_street_is_one_only_if_streets_bear_it():
    assert names("trên đường Lê Lợi, Phạm Văn Đồng sáng nay") == ["Phạm Văn Đồng"]
    assert names("trên đường Lê Lợi, Nguyễn Sao Mai nói") == []
