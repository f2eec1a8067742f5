import pytest

from analysis.entity_names import entity_ids


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("so khoa hoc va cong nghe tp.hcm", "Sở Khoa học và Công nghệ TP.HCM"),
    ],
    ids=["without-accents"],
)
def test_spelling_stands_for_the_same_entity_as_the_name(name, id_):
    assert entity_ids(name) & entity_ids(id_)


def test_name_that_no_list_holds_stands_for_what_the_rules_call_it():
    assert {"person:tran-van-mau", "tran-van-mau"} <= entity_ids("Trần Văn Mẫu")


def test_id_stands_for_itself():
    assert "person:tran-van-mau" in entity_ids("person:tran-van-mau")


def test_sign_stands_for_no_entity_of_the_lists():
    assert entity_ids("%") == {"%"}


def test_body_that_was_merged_stands_for_what_it_became_and_not_the_other_way_round():
    first, last = "so-giao-thong-van-tai-tphcm", "so-xay-dung-tphcm"
    assert {first, "so-giao-thong-cong-chanh-tphcm", last} <= entity_ids("Sở GTVT TP.HCM")
    assert first not in entity_ids(last)
